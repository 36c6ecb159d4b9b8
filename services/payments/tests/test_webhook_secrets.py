"""Secrets of webhook endpoints are encrypted at rest, and the service insists on its key."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from payments_service.app import create_app
from payments_service.settings import Settings
from payments_service.webhooks.sealing import Seal, SecretUnreadable
from pydantic import SecretStr
from shared_db import ConfigurationError

PATH = "/v1/webhook_endpoints"


async def test_no_secret_is_in_the_tables_as_it_was_shown(payer: Any, app: Any, rows: Any) -> None:
    made = (await payer.post(PATH, {"url": "https://shop.example/hooks"})).json()
    rotated = (await payer.post(f"{PATH}/{made['id']}/rotate_secret")).json()
    kept = [row["secret"] for row in await rows("SELECT secret FROM payments.webhook_secrets")]
    shown = {made["secret"], rotated["secret"]}
    assert {app.state.webhook_seal.open(one) for one in kept} == shown
    for secret in shown:
        assert not [one for one in kept if secret.removeprefix("whsec_") in one]


def test_another_key_opens_nothing_and_says_what_to_do() -> None:
    one, other = (Seal(Fernet.generate_key().decode()) for _ in range(2))
    kept = one.close("whsec_c2VjcmV0")
    assert one.open(kept) == "whsec_c2VjcmV0"
    with pytest.raises(SecretUnreadable, match="rotate the secret"):
        other.open(kept)


@pytest.mark.parametrize("key", ["", "short", "not base64 at all" * 3])
async def test_the_service_does_not_start_without_a_usable_key(
    environment: Any, database_of: Any, token_issuer: Any, api: Any, key: str
) -> None:
    settings = Settings(payments_webhook_encryption_key=SecretStr(key))
    app = create_app(settings, database=await database_of("payments"), keys=token_issuer.keys)
    with pytest.raises(ConfigurationError, match="PAYMENTS_WEBHOOK_ENCRYPTION_KEY"):
        async with api(app):
            pass
