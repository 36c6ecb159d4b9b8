"""Measures the services' hot paths beside a floor and a peer (`make bench-api`)."""
