"""Moving a schema to another database while it serves traffic."""
