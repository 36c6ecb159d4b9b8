"""Accounts: register, log in, carry a session on, read the own account."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson

from rehearsal.exchanged import Sent, Shown
from rehearsal.traffic.calls.call import Call, token_digest
from rehearsal.traffic.message import FORM, Reply, request
from rehearsal.traffic.world import Client, World


def register(world: World, n: int) -> Call:
    """A new account; nobody verifies its address."""
    email = f"visitor-{world.run}-{n}@example.com"
    body = orjson.dumps({"email": email, "password": f"a phrase of {email}"})
    return Call(
        kind="register",
        service="auth",
        client="",
        data=lambda host: request("POST", "/v1/users", host, body=body),
        expected=(202,),
        sent=Sent(email=email),
        learn=lambda _reply: Shown(),
    )


def log_in(world: World, _n: int) -> Call | None:
    """A new session of a client whose session is at rest; the former one is left alone."""
    return logging_in(world, world.sessions.popleft()) if world.sessions else None


def logging_in(world: World, client: Client) -> Call:
    """A new session of that client."""
    body = orjson.dumps({"email": client.email, "password": client.password})
    return Call(
        kind="login",
        service="auth",
        client=client.id,
        data=lambda host: request("POST", "/v1/auth/login", host, body=body),
        expected=(200,),
        sent=Sent(email=client.email),
        learn=lambda reply: _take_tokens(world, client, reply),
    )


def refresh(world: World, _n: int) -> Call | None:
    """Exchange the refresh token that has rested longest."""
    return refreshing(world, world.sessions.popleft()) if world.sessions else None


def refreshing(world: World, client: Client) -> Call:
    """Exchange that client's refresh token; it counts once, whatever the reply."""
    used, client.refresh = client.refresh, ""
    form = urlencode({"grant_type": "refresh_token", "refresh_token": used}).encode()
    return Call(
        kind="refresh",
        service="auth",
        client=client.id,
        data=lambda host: request("POST", "/oauth/token", host, body=form, content_type=FORM),
        expected=(200,),
        sent=Sent(token=token_digest(used)),
        learn=lambda reply: _take_tokens(world, client, reply),
    )


def me(world: World, _n: int) -> Call:
    """Read the account of any client."""
    return reading_account(world.any_client())


def reading_account(client: Client) -> Call:
    """Read that client's account."""

    def learn(reply: Reply) -> Shown:
        body = reply.json()
        client.id = client.id or body["id"]
        return Shown(email=body["email"])

    return Call(
        kind="me",
        service="auth",
        client=client.id,
        data=lambda host: request("GET", "/v1/users/me", host, token=client.access),
        expected=(200,),
        sent=Sent(email=client.email),
        learn=learn,
    )


def _take_tokens(world: World, client: Client, reply: Reply) -> Shown:
    body = reply.json()
    client.access, client.refresh = body["access_token"], body["refresh_token"]
    world.sessions.append(client)
    return Shown(token=token_digest(client.refresh))
