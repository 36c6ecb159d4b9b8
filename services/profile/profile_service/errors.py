"""The problems of this service.

Problem
├── PreconditionRequired   428  a change came without If-Match
├── PreconditionFailed     412  If-Match names another state than the current one
├── ExportNotFound         404  the user has no such export
├── ProfileErased          410  the profile was erased, and stays so
└── ProfileNotFound        404  the user has no profile
"""

from __future__ import annotations

from service_kit import Problem


class PreconditionRequired(Problem):
    """A change must say which state it changes."""

    status = 428
    code = "precondition_required"
    title = "Precondition required"

    def __init__(self) -> None:
        super().__init__("Read the resource first and send its ETag in the If-Match header.")


class PreconditionFailed(Problem):
    """The resource has changed since the client read it."""

    status = 412
    code = "precondition_failed"
    title = "Precondition failed"

    def __init__(self) -> None:
        super().__init__("The resource has another state by now: read it again, then repeat.")


class ProfileNotFound(Problem):
    """The user has no profile."""

    status = 404
    code = "profile_not_found"
    title = "Profile not found"

    def __init__(self) -> None:
        super().__init__("There is no profile for this user.")


class ProfileErased(Problem):
    """The profile was erased: it stays so, whatever token is still around."""

    status = 410
    code = "profile_erased"
    title = "Profile erased"

    def __init__(self) -> None:
        super().__init__("This profile was erased with all that belonged to it.")


class ExportNotFound(Problem):
    """The user has no such export."""

    status = 404
    code = "export_not_found"
    title = "Export not found"

    def __init__(self) -> None:
        super().__init__("There is no such export for this user: ask for a new one.")
