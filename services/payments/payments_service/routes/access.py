"""Who may do what: users with their own payments, services with everybody's."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from service_kit import Caller, InsufficientScope, InvalidToken, Principal, responses, user_only

from payments_service.cashier import Cashier

USER_SCOPE = "payments"
ADMIN_SCOPE = "payments:admin"

REFUSALS = responses(InvalidToken, InsufficientScope)
"""What every route answers to callers without a valid token or the scope."""

Payer = Annotated[Principal, Depends(user_only(USER_SCOPE))]
"""A user who acts on their own customer and payments."""


def reach_of(principal: Principal) -> UUID | None:
    """Whose payments the principal may see: the user's own, or None for everybody's.

    Raises:
        InsufficientScope: a user without the scope ``payments``, or a service without
            ``payments:admin``.
    """
    if principal.kind == "user" and USER_SCOPE in principal.scopes:
        return principal.user_id
    if principal.kind == "service" and ADMIN_SCOPE in principal.scopes:
        return None
    needed = USER_SCOPE if principal.kind == "user" else ADMIN_SCOPE
    raise InsufficientScope(f"The token needs the scope {needed}.")


async def _reach(caller: Caller) -> UUID | None:
    return reach_of(caller)


Reach = Annotated[UUID | None, Depends(_reach)]
"""Whose payments the caller may see; None for everybody's."""


def owner_of(payer: Principal) -> UUID:
    """The id of the user who pays.

    Raises:
        InsufficientScope: the token names no user.
    """
    if payer.user_id is None:
        raise InsufficientScope("The token names no user.")
    return payer.user_id


async def _cashier(request: Request) -> Cashier:
    cashier: Cashier = request.app.state.cashier
    return cashier


CashierDep = Annotated[Cashier, Depends(_cashier)]
"""The way to the provider, with the clock."""
