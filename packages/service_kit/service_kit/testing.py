"""Fixtures for tests of web services."""
