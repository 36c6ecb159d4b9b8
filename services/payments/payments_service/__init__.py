"""Customers, payment intents, refunds and the ledger."""
