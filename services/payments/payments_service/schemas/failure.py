"""Why the provider refused, as the API shows it."""

from __future__ import annotations

from service_kit import ResponseBody


class Failure(ResponseBody):
    """Why the provider refused."""

    code: str
    message: str | None

    @classmethod
    def of_code(cls, code: str | None, message: str | None) -> Failure | None:
        """The failure with that code, None where there is none."""
        return None if code is None else cls(code=code, message=message)
