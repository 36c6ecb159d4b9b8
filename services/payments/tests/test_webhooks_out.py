"""Webhooks to clients: signed, repeated with pauses, to public addresses alone."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from payments_service.cashier import Cashier
from payments_service.errors import WebhookTargetRefused
from payments_service.settings import Settings
from payments_service.webhooks import addresses
from payments_service.webhooks.deliverer import Deliverer
from payments_service.webhooks.deliveries import PAUSES
from payments_service.webhooks.sender import WebhookSender
from payments_service.webhooks.signatures import verified_id
from standardwebhooks.webhooks import Webhook
from webhook_receiver import Receiver, receiving

PATH = "/v1/webhook_endpoints"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def settings(environment: Any) -> Settings:
    return Settings(
        payments_reconcile_interval=3600,
        payments_webhook_interval=3600,
        payments_webhook_private=True,
    )


class PatientDeliverer(Deliverer):
    """Ends a round when all that it sent has been answered."""

    async def round(self) -> None:
        await super().round()
        await self.settle()


@pytest.fixture
def deliverer(app: Any, cashier: Cashier) -> Deliverer:
    sender = WebhookSender(timeout=10, private=True)
    return PatientDeliverer(
        cashier.database,
        sender,
        app.state.webhook_seal,
        cashier.clock,
        interval=3600,
        batch=10,
        per_endpoint=4,
    )


async def deliveries(payer: Any, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
    """What the API tells of the endpoint's deliveries."""
    return list((await payer.get(f"{PATH}/{endpoint['id']}/deliveries")).json()["data"])


async def made(payer: Any, receiver: Receiver, **wish: Any) -> dict[str, Any]:
    """An endpoint at the receiver, with its secret."""
    reply = await payer.post(PATH, {"url": receiver.url, **wish})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def test_an_event_arrives_once_and_its_signature_counts(
    payer: Any, other: Any, receiver: Receiver, deliverer: Deliverer, clock: Any
) -> None:
    endpoint = await made(payer, receiver, events=["payment.captured"])
    await other.paid()
    intent_id = await payer.paid()
    await deliverer.round()
    await deliverer.round()
    ((headers, body),) = receiver.got
    message = json.loads(body)
    assert (message["type"], message["data"]["payment_intent"]) == ("payment.captured", intent_id)
    signature = Webhook(endpoint["secret"]).sign(headers["webhook-id"], clock(), body.decode())
    assert headers["webhook-signature"] == signature
    (shown,) = await deliveries(payer, endpoint)
    assert (shown["status"], shown["attempts"], shown["last_status"]) == ("succeeded", 1, 200)


async def test_a_service_is_told_of_everybodys_payments(
    payer: Any, staff: Any, receiver: Receiver, deliverer: Deliverer
) -> None:
    await made(staff, receiver)
    await payer.paid()
    await deliverer.round()
    assert len(receiver.got) == 2


async def test_while_a_secret_is_rotated_both_count(
    payer: Any, receiver: Receiver, deliverer: Deliverer, clock: Any
) -> None:
    first = await made(payer, receiver, events=["payment.authorized"])
    second = (await payer.post(f"{PATH}/{first['id']}/rotate_secret")).json()
    assert second["secret"] != first["secret"]
    await payer.authorized()
    await deliverer.round()
    headers, body = receiver.got[0]
    for secret in (first["secret"], second["secret"]):
        assert verified_id(headers, body, key=secret, now=clock()) == headers["webhook-id"]
    clock.turn(timedelta(hours=25))
    await payer.authorized()
    await deliverer.round()
    assert len(receiver.got[1][0]["webhook-signature"].split()) == 1


async def test_a_failed_delivery_is_repeated_with_growing_pauses_and_then_given_up(
    payer: Any, receiver: Receiver, deliverer: Deliverer, clock: Any
) -> None:
    receiver.status = "302 Found\r\nlocation: http://127.0.0.1:1/"
    endpoint = await made(payer, receiver, events=["payment.authorized"])
    await payer.authorized()
    for pause in [timedelta(0), *PAUSES]:
        clock.turn(pause - timedelta(seconds=1))
        await deliverer.round()
        clock.turn(timedelta(seconds=1))
        await deliverer.round()
    assert len(receiver.got) == len(PAUSES) + 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    (shown,) = await deliveries(payer, endpoint)
    assert (shown["status"], shown["last_status"]) == ("failed", 302)
    receiver.status = "204 No Content"
    path = f"{PATH}/{endpoint['id']}/deliveries/{shown['id']}/redeliver"
    assert (await payer.post(path)).json()["status"] == "pending"
    await deliverer.round()
    (shown,) = await deliveries(payer, endpoint)
    assert shown["status"] == "succeeded"


async def test_gone_disables_the_endpoint(
    payer: Any, receiver: Receiver, deliverer: Deliverer
) -> None:
    receiver.status = "410 Gone"
    endpoint = await made(payer, receiver, events=["payment.authorized"])
    await payer.authorized()
    await deliverer.round()
    assert (await payer.get(f"{PATH}/{endpoint['id']}")).json()["status"] == "disabled"
    await payer.authorized()
    assert [one["status"] for one in await deliveries(payer, endpoint)] == ["failed"]


async def test_an_endpoint_is_its_owners_and_its_secret_is_shown_once(
    payer: Any, other: Any, receiver: Receiver
) -> None:
    endpoint = await made(payer, receiver)
    path = f"{PATH}/{endpoint['id']}"
    for reply in (await payer.get(path), await payer.get(PATH)):
        assert endpoint["secret"] not in reply.text
    assert (await other.get(path)).status_code == 404
    assert (await other.get(f"{path}/deliveries")).status_code == 404
    assert (await other.post(f"{path}/rotate_secret")).status_code == 404
    for caller, status in ((other, 404), (payer, 204), (payer, 404)):
        reply = await caller.client.delete(path, headers=caller.headers)
        assert reply.status_code == status


async def test_no_secret_is_in_the_logs(
    payer: Any, receiver: Receiver, deliverer: Deliverer, capsys: Any, caplog: Any
) -> None:
    endpoint = await made(payer, receiver)
    await payer.paid()
    await deliverer.round()
    told = "".join(capsys.readouterr()) + caplog.text
    assert endpoint["secret"] not in told
    assert endpoint["secret"].removeprefix("whsec_") not in told


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2001:0:7f00:1::",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(address))
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(WebhookTargetRefused):
        addresses.parsed_target(f"https://{literal}/", private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_accepted(address: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com", "https://", "https://a:b@example.com/", "x"]
)
def test_what_is_no_plain_https_url_is_refused(url: str) -> None:
    with pytest.raises(WebhookTargetRefused):
        addresses.parsed_target(url, private=False)


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "017700000001"])
async def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(
    receiver: Receiver, host: str
) -> None:
    url = receiver.url.replace("http://127.0.0.1", f"https://{host}")
    sender = WebhookSender(timeout=10, private=False)
    assert isinstance(await sender.send(url, b"{}", {}), str)
    assert receiver.got == []


async def test_a_name_that_resolves_otherwise_a_moment_later_leads_nowhere_else(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, port = asyncio.get_running_loop(), int(receiver.url.split(":")[2].split("/")[0])
    answers = ["93.184.215.14", "127.0.0.1", "127.0.0.1"]
    asked: list[Any] = []
    ask = loop.getaddrinfo

    async def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "rebinding.invalid":
            asked.append(host)
            return await ask(host, *args, **kwargs)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebinding)
    connected = asyncio.Event()

    async def connect(*args: Any, **kwargs: Any) -> Any:
        connected.set()
        raise OSError("no way out")

    monkeypatch.setattr(loop, "sock_connect", connect)
    sender = WebhookSender(timeout=10, private=False)
    url = f"https://rebinding.invalid:{port}/"
    assert isinstance(await sender.send(url, b"{}", {}), str)
    assert len(answers) == 2, "the name was resolved once"
    assert {str(host) for host in asked} <= {"93.184.215.14"}
    assert receiver.got == []
    assert "not public" in str(await sender.send(url, b"{}", {}))
    assert receiver.got == []


async def test_the_connection_goes_to_the_address_that_was_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolved(host: str, port: int, *, private: bool) -> str:
        assert host == "rebound.invalid"
        return "127.0.0.1"

    monkeypatch.setattr("payments_service.webhooks.sender.checked_address", resolved)
    url = receiver.url.replace("127.0.0.1", "rebound.invalid")
    assert await WebhookSender(timeout=10, private=True).send(url, b"{}", {}) == 200
    assert receiver.got[0][0]["host"].startswith("rebound.invalid:")
