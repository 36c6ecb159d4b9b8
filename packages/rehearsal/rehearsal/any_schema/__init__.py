"""Rehearsing the move of any schema: a clone of it, writes to each of its tables, the whole move.

Nothing but reading is done to the database that the schema is in.
"""
