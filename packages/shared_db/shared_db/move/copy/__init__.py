"""Copying a schema under one snapshot: definitions, rows, indexes, the rest."""
