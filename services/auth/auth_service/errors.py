"""What this service refuses, and why.

Problem (service_kit: a reply in application/problem+json)
├── InvalidCredentials          401
├── Suspended, EmailNotVerified 403  only after a correct password
├── WrongPassword               403  the present one, when it is to be changed
├── SessionNotFound             404
├── UserNotFound                404
├── PasswordRefused             422
├── TokenSpent                  400  used, expired or unknown
└── TooManyAttempts, TooManyRequests 429
OAuthError                a reply as RFC 6749, section 5.2 has it
MailNotSent               a mail could not be handed over; its job tries again
CommandRefused            a command of the operator cannot be carried out
"""

from __future__ import annotations

from service_kit import Problem


class InvalidCredentials(Problem):
    """No such account, or another password; which one is not told."""

    status = 401
    code = "invalid_credentials"
    title = "E-mail or password are wrong"


class Suspended(Problem):
    """The account is suspended."""

    status = 403
    code = "suspended"
    title = "Account suspended"


class EmailNotVerified(Problem):
    """The address has not been verified yet."""

    status = 403
    code = "email_not_verified"
    title = "E-mail not verified"


class SessionNotFound(Problem):
    """No such session, or it is another user's."""

    status = 404
    code = "session_not_found"
    title = "Session not found"


class WrongPassword(Problem):
    """The present password is another one."""

    status = 403
    code = "wrong_password"
    title = "Wrong password"


class UserNotFound(Problem):
    """No such account, or it was erased."""

    status = 404
    code = "user_not_found"
    title = "User not found"


class PasswordRefused(Problem):
    """The password is too common."""

    status = 422
    code = "password_refused"
    title = "Password refused"


class TokenSpent(Problem):
    """The token was used, has expired or never existed."""

    status = 400
    code = "token_spent"
    title = "Token not usable"

    def __init__(self) -> None:
        super().__init__("The token was used, has expired or never existed: ask for a new one.")


class TooManyAttempts(Problem):
    """Too many failed logins; `Retry-After` says when to try again."""

    status = 429
    code = "too_many_attempts"
    title = "Too many attempts"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "Too many failed logins: wait, then try again.",
            headers={"Retry-After": str(max(1, int(seconds + 0.999)))},
        )


class TooManyRequests(Problem):
    """Too many requests from one network; `Retry-After` says when to try again."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "Too many such requests came from this network: wait, then try again.",
            headers={"Retry-After": str(max(1, int(seconds + 0.999)))},
        )


class OAuthError(Exception):
    """An error of the token endpoint (RFC 6749, 5.2).

    Args:
        error: the code, such as ``invalid_grant``.
        description: a sentence for developers.
        status: 400, or 401 for ``invalid_client``.
    """

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


class MailNotSent(Exception):
    """A mail could not be handed over; the message says why, without secrets."""


class CommandRefused(Exception):
    """A command cannot be carried out; the message says why."""
