"""The generated Python client walks the whole journey, with typed replies and typed problems."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from tests.journey.mailbox import Mailbox
from tests.system.project import ROOT, RunningProject

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning"),
]

EMAIL, PASSWORD = "generated@example.com", "a phrase for generated clients"

Calls = Callable[..., Any]


def generator() -> ModuleType:
    path = ROOT / "infra" / "clients" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate_clients", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the package, importable until the end."""
    folder = tmp_path_factory.mktemp("generated")
    generator().python(folder)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


class Api:
    """One service through its generated client."""

    def __init__(self, service: str, port: int, token: str = "") -> None:
        self._package = f"service_clients.{service}"
        self._url = f"http://127.0.0.1:{port}"
        self._token = token

    def call(self, tag: str, operation: str, *path: Any, expect: Any = 200, **values: Any) -> Any:
        """Call an operation; what the client made of the reply."""
        module = importlib.import_module(f"{self._package}.api.{tag}.{operation}")
        with self._client() as client:
            reply = module.sync_detailed(*path, client=client, **values)
        assert reply.status_code in (expect if isinstance(expect, tuple) else (expect,)), reply
        return reply.parsed

    def _client(self) -> Any:
        package = importlib.import_module(self._package)
        if self._token:
            return package.AuthenticatedClient(base_url=self._url, token=self._token)
        return package.Client(base_url=self._url)

    def model(self, name: str, **fields: Any) -> Any:
        """A body for one."""
        models = importlib.import_module(f"{self._package}.models")
        return getattr(models, name)(**fields)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProject]:
    project = RunningProject(tmp_path_factory.mktemp("project"), {"PLACEMENT": "schemas"})
    try:
        project.runner("up", "--detach")
        yield project
    finally:
        project.kill()


def log_in(project: RunningProject) -> Any:
    auth = Api("auth", project.ports["auth"])
    register = auth.model("RegisterRequest", email=EMAIL, password=PASSWORD)
    auth.call("accounts", "register_user", body=register, expect=202)
    token = Mailbox(project.folder / ".data" / "mail").token_for(EMAIL)
    verify = auth.model("VerifyEmailRequest", token=token)
    auth.call("accounts", "verify_email", body=verify, expect=204)
    login = auth.model("LoginRequest", email=EMAIL, password=PASSWORD)
    return auth.call("login", "log_in", body=login)


def refresh(project: RunningProject, refresh_token: str) -> Any:
    auth = Api("auth", project.ports["auth"])
    body = auth.model("IssueTokenBody", grant_type="refresh_token", refresh_token=refresh_token)
    return auth.call("oauth", "issue_token", body=body)


def test_the_journey(clients: Path, running: RunningProject) -> None:
    tokens = refresh(running, log_in(running).refresh_token)
    auth = Api("auth", running.ports["auth"], tokens.access_token)
    assert auth.call("users", "get_me").email == EMAIL

    payments = Api("payments", running.ports["payments"], tokens.access_token)
    customer = payments.call("customers", "create_customer", expect=(200, 201))
    wish = payments.model(
        "CreatePaymentIntent",
        customer=customer.id,
        amount=1000,
        currency="CHF",
        payment_method="pm_fake_ok",
    )
    steps: Calls = payments.call
    key = str(uuid4())
    intent = steps(
        "payment_intents", "create_payment_intent", body=wish, idempotency_key=key, expect=201
    )
    again = steps(
        "payment_intents", "create_payment_intent", body=wish, idempotency_key=key, expect=201
    )
    assert again == intent
    for step in ("confirm_payment_intent", "capture_payment_intent"):
        intent = steps("payment_intents", step, intent.id, idempotency_key=str(uuid4()))
    assert (intent.status, intent.amount_captured) == ("succeeded", 1000)
    back = payments.model("CreateRefund", payment_intent=intent.id, amount=400)
    refund = steps("refunds", "create_refund", body=back, idempotency_key=str(uuid4()), expect=201)
    assert refund.status == "succeeded"
    listed = steps("payment_intents", "list_payment_intents")
    assert [(one.id, one.amount_refunded) for one in listed.data] == [(intent.id, 400)]

    profile = Api("profile", running.ports["profile"], tokens.access_token)
    assert str(profile.call("profiles", "get_my_profile").user_id)


def test_a_refusal_is_a_typed_problem(clients: Path, running: RunningProject) -> None:
    auth = Api("auth", running.ports["auth"])
    wrong = auth.model("LoginRequest", email=EMAIL, password="not the right phrase")
    problem = auth.call("login", "log_in", body=wrong, expect=401)
    assert type(problem).__name__ == "Problem"
    assert problem.code
    assert problem.status == 401
