"""The endpoints."""

from service_kit.events import feed

from auth_service.routes import (
    accounts,
    administration,
    login,
    oauth,
    passwords,
    sessions,
    token_state,
    users,
    well_known,
)

routers = [
    accounts.router,
    login.router,
    passwords.router,
    sessions.router,
    users.router,
    administration.router,
    oauth.router,
    token_state.router,
    well_known.router,
    feed,
]

__all__ = ["routers"]
