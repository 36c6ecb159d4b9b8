"""Where webhooks may go: public addresses alone, looked at after the name was resolved.

The connection is made to the very address that was checked, so that a name that resolves otherwise
a moment later leads nowhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from payments_service.errors import WebhookTargetRefused

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def parsed_target(url: str, *, private: bool) -> SplitResult:
    """The parts of a URL that webhooks may be sent to, as far as its text tells.

    Args:
        url: what a client gave.
        private: whether plain http and private addresses are allowed, for development.

    Raises:
        WebhookTargetRefused: they may not.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WebhookTargetRefused("This is no URL.") from error
    schemes = {"https", "http"} if private else {"https"}
    if parts.scheme not in schemes or not host or not host.isascii():
        raise WebhookTargetRefused("Give an https URL; a name beyond ASCII as punycode.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise WebhookTargetRefused("The URL must carry neither credentials nor a fragment.")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return parts
    if not private and not is_public(literal):
        raise WebhookTargetRefused("The address is not a public one.")
    return parts


async def checked_address(host: str, port: int, *, private: bool) -> str:
    """An address of ``host``, after all of its addresses were looked at.

    Raises:
        WebhookTargetRefused: the name does not resolve, or one of its addresses is not public.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WebhookTargetRefused("The host's name does not resolve.") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses:
        raise WebhookTargetRefused("The host's name does not resolve.")
    if not private and not all(is_public(ipaddress.ip_address(one)) for one in addresses):
        raise WebhookTargetRefused("The host has an address that is not public.")
    return addresses[0]


def is_public(address: IpAddress) -> bool:
    """Whether the address, and one that it carries inside, is reachable from everywhere."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
