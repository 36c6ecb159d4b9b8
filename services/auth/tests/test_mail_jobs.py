"""Mails are asked for with what they tell of, and leave whoever dies meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from auth_service.app import create_app
from auth_service.cleaning import clean_up
from auth_service.errors import MailNotSent
from auth_service.mail import Mail
from service_kit import new_id

ADA, EVE = "ada@example.com", "eve@example.com"
FORGOT = "/v1/auth/password/forgot"


class BrokenMailer:
    """Takes nothing."""

    def __init__(self) -> None:
        self.asked: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        """Refuse."""
        self.asked.append(mail)
        raise MailNotSent("The mail server refused.")


@pytest.fixture
def unattended(client: Any) -> Any:
    """The API, whose worker does nothing by itself."""
    client.event_hooks["response"] = []
    return client


async def test_a_mail_leaves_by_another_process_when_the_first_is_gone(
    visitor: Any, unattended: Any, api: Any, settings: Any, mailbox: Any, clock: Any
) -> None:
    assert (await visitor.register(ADA)).status_code == 202
    assert mailbox.mails == []
    other = create_app(settings, mailer=mailbox, clock=clock)
    async with api(other):
        await other.state.background.worker.round()
    assert [mail.to for mail in mailbox.mails] == [ADA]
    assert (await visitor.verify(mailbox.token())).status_code == 204


async def test_what_is_not_taken_is_tried_again_as_the_same_mail(
    visitor: Any, unattended: Any, app: Any, api: Any, settings: Any, mailbox: Any, clock: Any
) -> None:
    await visitor.register(ADA)
    broken = BrokenMailer()
    failing = create_app(settings, mailer=broken, clock=clock)
    async with api(failing):
        await failing.state.background.worker.round()
    async with asyncio.timeout(30):
        while not mailbox.mails:
            await app.state.background.worker.round()
            await asyncio.sleep(0.05)
    assert [mail.id for mail in mailbox.mails] == [mail.id for mail in broken.asked]
    assert (await visitor.verify(mailbox.token())).status_code == 204


async def test_a_refused_change_asks_for_no_mail(visitor: Any, unattended: Any, rows: Any) -> None:
    body = {"token": "unknown", "password": "another long phrase"}
    reply = await visitor.client.post("/v1/auth/password/reset", json=body)
    assert reply.status_code == 400
    assert await rows("SELECT 1 FROM auth.jobs") == []


async def test_no_address_and_no_token_is_in_a_job(visitor: Any, rows: Any, mailbox: Any) -> None:
    await visitor.member(ADA)
    await visitor.client.post(FORGOT, json={"email": ADA})
    assert len(mailbox.mails) == 2
    kept = str(await rows("SELECT * FROM auth.jobs"))
    assert ADA not in kept
    assert mailbox.token() not in kept


async def test_forgetting_costs_a_job_whether_or_not_there_is_an_account(
    visitor: Any, unattended: Any, rows: Any, app: Any, mailbox: Any
) -> None:
    await visitor.register(ADA)
    for email in (ADA, EVE):
        for _ in range(2):
            reply = await visitor.client.post(FORGOT, json={"email": email})
            assert reply.status_code == 202
    asked = await rows("SELECT 1 FROM auth.jobs WHERE payload->>'mail' = 'forgotten'")
    assert len(asked) == 2
    await app.state.background.worker.round()
    assert {mail.to for mail in mailbox.mails} == {ADA}


async def test_an_erased_account_gets_no_mail_any_more(
    visitor: Any, app: Any, rows: Any, mailbox: Any
) -> None:
    tokens = await visitor.member(ADA)
    user = (await visitor.me(tokens["access_token"])).json()["id"]
    headers = await visitor.service()
    visitor.client.event_hooks["response"] = []
    await visitor.client.post(FORGOT, json={"email": ADA})
    await visitor.client.post(f"/v1/users/{user}/erase", headers=headers)
    sent = len(mailbox.mails)
    await app.state.background.worker.round()
    assert len(mailbox.mails) == sent


async def test_jobs_that_are_done_are_forgotten(
    visitor: Any, app: Any, rows: Any, clock: Any
) -> None:
    await visitor.register(ADA)
    await clean_up(app.state.database, clock)
    assert len(await rows("SELECT 1 FROM auth.jobs")) == 1
    clock.turn(days=8)
    await clean_up(app.state.database, clock)
    assert await rows("SELECT 1 FROM auth.jobs") == []


async def test_a_repeated_mail_is_one_file_with_one_message_id(settings: Any, app: Any) -> None:
    from auth_service.mail import chosen_mailer

    mail = Mail(ADA, "Verify your e-mail address", "text\n", new_id())
    for _ in range(2):
        await chosen_mailer(settings).send(mail)
    (file,) = settings.mail_folder.iterdir()
    assert f"Message-ID: <{mail.id}@example.com>" in file.read_text(encoding="utf-8")
