"""Measures moves beside the tools that users would take instead (`make bench-move`)."""
