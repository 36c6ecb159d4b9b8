"""Webhooks in both directions, in the form of Standard Webhooks (https://www.standardwebhooks.com)."""
