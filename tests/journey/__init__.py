"""The journey of an API client through all services: told by the demo, held by the tests."""
