"""The endpoints."""

from auth_service.routes import accounts, login, oauth, sessions, users, well_known

routers = [
    accounts.router,
    login.router,
    sessions.router,
    users.router,
    oauth.router,
    well_known.router,
]

__all__ = ["routers"]
