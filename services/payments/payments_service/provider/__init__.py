"""The payment provider: a port, and the fake that is also the clients' sandbox."""
