"""Checking access tokens (RFC 9068): one module, used by all services."""

from service_kit.tokens.keys import KeySource, LocalKeys
from service_kit.tokens.verifier import TokenVerifier

__all__ = ["KeySource", "LocalKeys", "TokenVerifier"]
