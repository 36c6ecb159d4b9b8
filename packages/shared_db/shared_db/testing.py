"""Fixtures for tests on a real Postgres."""
