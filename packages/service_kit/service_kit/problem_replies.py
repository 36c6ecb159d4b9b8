"""Turning whatever a handler raises into a problem, and into a reply."""

from __future__ import annotations

import json
from typing import Any

import shared_db
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service_kit.problems import (
    MEDIA_TYPE,
    DatabaseUnavailable,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    OutcomeUnknown,
    Problem,
    problem_of_status,
)

_log = structlog.get_logger(__name__)

_UNSTORABLE = ("22000", "22003", "22008", "22021", "22P05")
"""SQLSTATEs of values that fit no column although all checks let them pass: data exception (the
driver's, for integers beyond 64 bits), number and date out of range, characters of no encoding."""

_UNPARSED = "There was an error parsing the body"  # what FastAPI says of it, with status 400
_NO_JSON = {"pointer": "", "detail": "The body is not JSON."}
_UNREPEATED = (shared_db.ConnectionLost, shared_db.DatabaseUnavailable, shared_db.HomeNotFound)


class ProblemReply(JSONResponse):
    """A reply in ``application/problem+json``."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, instance: str) -> None:
        super().__init__(problem.body(instance), problem.status, problem.headers)

    def render(self, content: Any) -> bytes:
        """ASCII: what is wrong may be a name that UTF-8 cannot write."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")


def add_problem_replies(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(Problem, _reply)
    app.add_exception_handler(HTTPException, _reply)
    app.add_exception_handler(RequestValidationError, _reply)


async def _reply(request: Request, error: Exception) -> ProblemReply:
    problem = problem_of(error)
    if isinstance(problem, MethodNotAllowed):
        problem.headers["Allow"] = request.app.state.allowed_methods.of(request.url.path)
    return ProblemReply(problem, request.url.path)


def problem_of(error: Exception) -> Problem:
    """The problem that tells a client of ``error``; unexpected ones are logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return InvalidRequest(
            "The request does not fit the document of the API; `errors` says where.",
            errors=[_pointed(one) for one in error.errors()],
        )
    if isinstance(error, HTTPException):
        return _of_framework(error)
    if isinstance(error, shared_db.CommitUnknown):
        _log.error("commit_outcome_unknown", exc_info=error)
        return OutcomeUnknown()
    if isinstance(error, _UNREPEATED):
        _log.error("database_unavailable", error=str(error))
        return DatabaseUnavailable()
    return _of_the_unexpected(error)


def _of_framework(error: HTTPException) -> Problem:
    if error.detail == _UNPARSED:
        return InvalidRequest("The body is not JSON.", errors=[_NO_JSON])
    problem = problem_of_status(error.status_code, None)
    problem.headers = dict(error.headers or {})
    return problem


def _of_the_unexpected(error: Exception) -> Problem:
    if shared_db.sqlstate(error) in _UNSTORABLE:
        _log.warning("unstorable_value", exc_info=error)
        return InvalidRequest("A value is outside of what can be stored.")
    _log.error("unhandled_error", exc_info=error)
    return InternalError("The service failed; its log has the cause under the request id.")


def _pointed(error: Any) -> dict[str, str]:
    """One entry of ``errors``: where, as a JSON pointer or the name of a parameter, and what."""
    where, *path = error["loc"]
    if error["type"] == "json_invalid":
        return _NO_JSON
    entry = {"detail": str(error["msg"])}
    if where == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return {"pointer": "".join(f"/{step}" for step in steps), **entry}
    kind = "header" if where == "header" else "parameter"
    return {kind: str(path[0]) if path else str(where), **entry}
