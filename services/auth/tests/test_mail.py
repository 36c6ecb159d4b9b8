"""Mails over SMTP, and what is left behind of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from auth_service.errors import MailNotSent
from auth_service.mail import Mail, chosen_mailer
from auth_service.mail.smtp import SmtpMailer
from shared_db import ConfigurationError
from smtp_stand_in import SmtpStandIn, smtp_server

MAIL = Mail("ada@example.com", "Verify your e-mail address", "The link: token=s3cret-t0ken\n")


@pytest.fixture
async def server() -> AsyncIterator[tuple[SmtpStandIn, str]]:
    async with smtp_server() as running:
        yield running


async def test_a_mail_arrives(server: Any, settings: Any) -> None:
    stand_in, url = server
    mailer = chosen_mailer(settings.model_copy(update={"auth_smtp_url": url}))
    await mailer.send(MAIL)
    (raw,) = stand_in.mails
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert (found["To"], found["Subject"]) == (MAIL.to, MAIL.subject)
    assert "token=s3cret-t0ken" in found.get_content()


async def test_what_a_server_refuses_is_told_without_the_token(
    server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in, url = server
    stand_in.refuses = True
    with pytest.raises(MailNotSent) as refused:
        await SmtpMailer(url, "accounts@example.com").send(MAIL)
    told = capsys.readouterr()
    assert "s3cret-t0ken" not in told.out + told.err + str(refused.value)
    assert stand_in.mails == []


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(MailNotSent):
        await SmtpMailer("smtp://127.0.0.1:9", "accounts@example.com").send(MAIL)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_no_mail_leaves_without_the_encryption_that_was_asked_for(
    server: Any, scheme: str
) -> None:
    stand_in, url = server
    with pytest.raises(MailNotSent):
        await SmtpMailer(url.replace("smtp:", f"{scheme}:"), "accounts@example.com").send(MAIL)
    assert stand_in.mails == []


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25"])
def test_an_unusable_address_is_named(url: str) -> None:
    with pytest.raises(ConfigurationError, match="AUTH_SMTP_URL"):
        SmtpMailer(url, "accounts@example.com")


async def test_no_password_or_token_is_in_the_log(
    visitor: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens = await visitor.member()
    verification = visitor.mailbox.token()
    await visitor.refresh(tokens["refresh_token"])
    await visitor.login("ada@example.com", "a guess that fails")
    await visitor.client.post("/v1/auth/password/forgot", json={"email": "ada@example.com"})
    body = {"token": visitor.mailbox.token(), "password": "another long phrase"}
    await visitor.client.post("/v1/auth/password/reset", json=body)
    told = capsys.readouterr()
    log = told.out + told.err
    assert "/v1/auth/login" in log
    for secret in (
        "a long enough phrase",
        "another long phrase",
        "a guess that fails",
        verification,
        body["token"],
        tokens["access_token"],
        tokens["refresh_token"],
    ):
        assert secret not in log
