"""Where an attempt to log in comes from, as digests that show no address."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass

_ONE_CUSTOMER = 64
"""Bits of an IPv6 address that a provider gives out; the others are the customer's to choose."""


@dataclass(frozen=True)
class Origin:
    """Where an attempt comes from.

    Args:
        address: the network address of the client.
        device: what the client was given when it logged in before, if it sends it.
    """

    address: str
    device: str | None = None

    @property
    def by_address(self) -> bytes:
        """The digest of its network: its address, or the /64 that an IPv6 address is of."""
        return digest_of("address", _network(self.address))

    @property
    def by_device(self) -> bytes:
        """The digest of its device."""
        return digest_of("device", self.device or "")


def digest_of(kind: str, value: str) -> bytes:
    """The digest of a value, apart from the same value of another kind."""
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "surrogatepass")).digest()


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _ONE_CUSTOMER), strict=False))
