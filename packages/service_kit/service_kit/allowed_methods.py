"""What ``Allow`` names: all methods of a path, whichever of its routes was asked."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.routing import APIRoute


class AllowedMethods:
    """The methods of every path (RFC 9110, 10.2.1); the framework names those of one route alone.

    Args:
        routers: all routers of the application.
    """

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        self._routes = [
            route for router in routers for route in router.routes if isinstance(route, APIRoute)
        ]

    def of(self, path: str) -> str:
        """The value of ``Allow`` for a path."""
        fitting = (route.methods or () for route in self._routes if route.path_regex.match(path))
        return ", ".join(sorted({method for methods in fitting for method in methods}))
