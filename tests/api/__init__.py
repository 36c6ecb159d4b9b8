"""The documents of the APIs against the running services, by schemathesis."""
