"""Whatever escapes the application becomes a problem, inside the request's id and log line."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.problem_replies import ProblemReply, problem_of
from service_kit.problems import InvalidRequest


class Failures:
    """Answers for what the application raised, unless an answer has begun.

    Args:
        app: the application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answered = False

        async def send_and_note(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            _refuse_nul(scope)
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            problem = problem_of(error)
            if answered:
                raise
            await ProblemReply(problem, scope["path"])(scope, receive, send)


def _refuse_nul(scope: Scope) -> None:
    """No text of ours can hold NUL, and Postgres would refuse it later."""
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        raise InvalidRequest("The URL must not contain NUL.")
