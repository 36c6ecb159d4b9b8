"""The public names of the package."""

from __future__ import annotations

import service_kit

NAMES = """
REQUIRED
ActingUserMissing Background Caller Clock ConnectionDep DatabaseDep InsufficientScope InvalidCursor
InvalidRequest InvalidToken KeySource LocalKeys Page PageParams Principal Problem ReaderDep
RequestBody ResponseBody Router ServiceClient ServiceSettings SessionDep TokenVerifier
UpstreamUnavailable acting_service build_app decode_cursor encode_cursor links new_id
refuse_unstorable require responses service_only service_url user_only utc_now variable
"""


def test_the_public_names_are_these() -> None:
    assert sorted(service_kit.__all__) == sorted(NAMES.split())


def test_all_of_them_are_there() -> None:
    assert [name for name in service_kit.__all__ if not hasattr(service_kit, name)] == []
