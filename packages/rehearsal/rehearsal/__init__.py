"""Rehearsing a move: traffic of API clients, a check of what was acknowledged, a report."""
