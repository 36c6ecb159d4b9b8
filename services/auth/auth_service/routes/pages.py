"""Pages of lists whose key is an id."""

from __future__ import annotations

from uuid import UUID

from service_kit import InvalidCursor, PageParams, decode_cursor


def before(page: PageParams) -> UUID | None:
    """The id after which the page begins.

    Raises:
        InvalidCursor: the cursor is none of this list's.
    """
    if page.cursor is None:
        return None
    try:
        (last,) = decode_cursor(page.cursor)
        return UUID(last)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor("Send the next_cursor of the page before.") from error
