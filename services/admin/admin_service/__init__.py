"""Oversight of users, payments and placement."""
