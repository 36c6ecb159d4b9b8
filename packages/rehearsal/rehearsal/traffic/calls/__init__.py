"""What clients ask for: each function makes a call, or None when nothing can be asked so now."""
