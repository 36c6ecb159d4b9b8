"""Problem details: what every error of every service looks like (RFC 9457).

Problem
├── InvalidRequest         422  body, parameters or headers do not fit the document
├── InvalidCursor          400
├── InvalidToken           401
├── InsufficientScope      403
├── ActingUserMissing      403
├── NotFound               404  no such path
├── MethodNotAllowed       405
├── BodyTooLarge           413
├── InternalError          500
├── UpstreamUnavailable    502  another service did not answer
├── DatabaseUnavailable    503
└── OutcomeUnknown         503  the connection dropped during COMMIT
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An error that the client is told about; subclasses give status, code and title.

    Args:
        detail: what happened this time, for people; no secrets.
        errors: for invalid input, what is wrong where: ``pointer`` (RFC 6901) and ``detail``.
        headers: headers of the reply.
        extra: further members of the body, such as a decline code.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    @classmethod
    def example(cls) -> Problem:
        """One of its kind, for the document of the API."""
        problem = cls.__new__(cls)
        Problem.__init__(problem)
        return problem

    def body(self, instance: str) -> dict[str, Any]:
        """The members of the reply's body.

        Args:
            instance: the path of the request.
        """
        body: dict[str, Any] = {
            "type": f"urn:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
            "instance": instance,
            "code": self.code,
        }
        if self.errors:
            body["errors"] = [dict(error) for error in self.errors]
        return body | self.extra


class InvalidRequest(Problem):
    """Body, parameters or headers do not fit the document of the API."""

    status = 422
    code = "invalid_request"
    title = "Invalid request"


class InvalidCursor(Problem):
    """The cursor was not made by this list."""

    status = 400
    code = "invalid_cursor"
    title = "Invalid cursor"


class InvalidToken(Problem):
    """The access token is missing, malformed, expired or not for this service (RFC 6750)."""

    status = 401
    code = "invalid_token"
    title = "Invalid access token"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class InsufficientScope(Problem):
    """The access token does not carry the scope that is needed (RFC 6750)."""

    status = 403
    code = "insufficient_scope"
    title = "Insufficient scope"


class ActingUserMissing(Problem):
    """A service has to name the user on whose behalf it asks."""

    status = 403
    code = "acting_user_missing"
    title = "Acting user missing"


class NotFound(Problem):
    """There is nothing at that path."""

    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(Problem):
    """The path does not have that method."""

    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class BodyTooLarge(Problem):
    """The body exceeds the limit."""

    status = 413
    code = "body_too_large"
    title = "Body too large"


class InternalError(Problem):
    """A defect of the service; its log has the cause under the request id."""


class UpstreamUnavailable(Problem):
    """Another service that is needed for the answer did not give one."""

    status = 502
    code = "upstream_unavailable"
    title = "Upstream unavailable"


class DatabaseUnavailable(Problem):
    """The service's database gives no answer; nothing was changed."""

    status = 503
    code = "database_unavailable"
    title = "Database unavailable"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(
            detail or "The database does not answer; nothing was changed.",
            headers={"Retry-After": "1"},
        )


class OutcomeUnknown(Problem):
    """The connection dropped during COMMIT; the change may have been made or not."""

    status = 503
    code = "outcome_unknown"
    title = "Outcome unknown"

    def __init__(self) -> None:
        super().__init__("The change may have been made: read before repeating.")


def problem_of_status(status: int, detail: str | None = None) -> Problem:
    """The problem for a status that the framework gives."""
    for kind in (NotFound, MethodNotAllowed, BodyTooLarge, InternalError):
        if kind.status == status:
            return kind(detail)
    phrase = HTTPStatus(status).phrase
    return foreign_problem(status, phrase.lower().replace(" ", "_"), phrase, detail)


def foreign_problem(status: int, code: str, title: str, detail: str | None) -> Problem:
    """A problem that somebody else defined: the framework, or another service."""

    class ForeignProblem(Problem):
        """A problem from outside this service."""

    ForeignProblem.status = status
    ForeignProblem.code = code
    ForeignProblem.title = title
    return ForeignProblem(detail)
