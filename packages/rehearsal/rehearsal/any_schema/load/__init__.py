"""Writers that behave like an application with connections of its own while its schema moves."""
