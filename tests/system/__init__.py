"""Tests of the whole system: its services as processes, its commands from outside."""
