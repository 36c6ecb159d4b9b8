"""The way to the other services: their APIs, asked on behalf of an administrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import BaseModel
from service_kit import Principal, ServiceClient, UpstreamUnavailable

Model = TypeVar("Model", bound=BaseModel)


class Upstreams:
    """Clients of the other services, one each, opened when it is first needed.

    Args:
        connect: makes the client of the service with that name.
    """

    def __init__(self, connect: Callable[[str], ServiceClient]) -> None:
        self._connect = connect
        self._clients: dict[str, ServiceClient] = {}

    async def read(
        self,
        service: str,
        path: str,
        model: type[Model],
        caller: Principal,
        params: Mapping[str, object] | None = None,
    ) -> Model:
        """Read a resource of another service.

        Args:
            service: its name.
            path: from the root.
            model: the shape that its contract promises; fields that are not in it are left out.
            caller: the administrator on whose behalf it is asked.
            params: the query; those that are None are left out.

        Raises:
            Problem: what the service answered, or that it could not be reached or understood.
        """
        query = {name: value for name, value in (params or {}).items() if value is not None}
        client = self._client(service)
        try:
            reply = await client.get(path, params=query, acting_user=caller.user_id)
            return model.model_validate(reply)
        except ValueError as error:  # no JSON, or JSON of another shape
            raise UpstreamUnavailable(
                f"{service} answered {path} in a form that is not its contract's."
            ) from error

    async def act(
        self,
        service: str,
        path: str,
        caller: Principal,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> object:
        """Have another service do something on behalf of an administrator; raises as ``read``."""
        client = self._client(service)
        return await client.post(path, json=body, headers=headers, acting_user=caller.user_id)

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()

    def _client(self, service: str) -> ServiceClient:
        if service not in self._clients:
            self._clients[service] = self._connect(service)
        return self._clients[service]
