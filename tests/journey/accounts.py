"""An account: registered, verified, logged in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.journey.client import Client
from tests.journey.mailbox import Mailbox

SERVICE = "auth"


def register(client: Client, email: str, password: str) -> Any:
    """Ask for an account; the reply is the same whether or not the address is known."""
    return client.send(
        "POST", SERVICE, "/v1/users", expect=202, json={"email": email, "password": password}
    ).json()


def verify(client: Client, token: str) -> None:
    """Show that the mail arrived."""
    client.send("POST", SERVICE, "/v1/auth/email/verify", expect=204, json={"token": token})


def log_in(client: Client, email: str, password: str) -> tuple[Client, Any]:
    """A client that carries the user's access token, and both tokens."""
    tokens = client.send(
        "POST", SERVICE, "/v1/auth/login", json={"email": email, "password": password}
    ).json()
    return replace(client, token=tokens["access_token"]), tokens


def refresh(client: Client, refresh_token: str) -> tuple[Client, Any]:
    """The same with new tokens; the old refresh token is used up."""
    tokens = (
        replace(client, token=None)
        .send(
            "POST",
            SERVICE,
            "/oauth/token",
            data={"grant_type": "refresh_token", "refresh_token": refresh_token},
        )
        .json()
    )
    return replace(client, token=tokens["access_token"]), tokens


def me(client: Client) -> Any:
    """The user's own account."""
    return client.send("GET", SERVICE, "/v1/users/me").json()


def new_user(client: Client, mailbox: Mailbox, email: str, password: str) -> Client:
    """Register, verify and log in; a client of the new user."""
    register(client, email, password)
    verify(client, mailbox.token_for(email))
    logged_in, _ = log_in(client, email, password)
    return logged_in
