"""What the writers were told, held against what the database has at the end."""
