"""The generated clients, driven against the running services."""
