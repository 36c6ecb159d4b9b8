"""The audit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from service_kit import (
    InvalidCursor,
    Page,
    PageParams,
    ReaderDep,
    Router,
    decode_cursor,
    encode_cursor,
    responses,
)

from admin_service.audit import newest
from admin_service.routes.caller import REFUSALS, Administrator
from admin_service.schemas import AuditEntryBody

LARGEST_POSITION = 2**63 - 1

router = Router(prefix="/v1/admin/audit", tags=["audit"])


@router.get("", responses=responses(*REFUSALS, InvalidCursor))
async def list_audit_entries(
    _administrator: Administrator,
    reader: ReaderDep,
    page: Annotated[PageParams, Depends()],
    target: Annotated[UUID | None, Query(description="only entries about this id")] = None,
) -> Page[AuditEntryBody]:
    """List what administrators did, newest first.

    `erasure.certified` says that every service has acknowledged the erasure of the account that it
    names; the entries `erasure.…` before it are the acknowledgements.
    """
    about = None if target is None else str(target)
    entries = await newest(reader, limit=page.limit + 1, before=_before(page), target=about)
    shown = entries[: page.limit]
    has_more = len(entries) > page.limit
    return Page(
        data=[AuditEntryBody.of(entry) for entry in shown],
        has_more=has_more,
        next_cursor=encode_cursor((shown[-1].position,)) if has_more else None,
    )


def _before(page: PageParams) -> int | None:
    """The position that the cursor names: the page goes on with older entries.

    Raises:
        InvalidCursor: the cursor is not one of ours.
    """
    if page.cursor is None:
        return None
    match tuple(decode_cursor(page.cursor)):
        case (int(position),) if 0 < position <= LARGEST_POSITION:
            return position
    raise InvalidCursor("Send the next_cursor of the page before.")
