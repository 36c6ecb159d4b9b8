"""What stands in the way of a move: catalogs are read, nothing is changed."""
