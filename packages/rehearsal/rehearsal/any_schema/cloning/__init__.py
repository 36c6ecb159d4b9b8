"""A clone of a schema on a throwaway server, and an empty server beside it."""
