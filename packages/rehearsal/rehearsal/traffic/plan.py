"""The plan of a traffic: who asks whom, how often, for how long."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from shared_db.errors import ConfigurationError

from rehearsal.traffic.calls.call import ServiceName

MIX = {
    "refresh": 10.0,
    "me": 16.0,
    "create": 10.0,
    "confirm": 9.0,
    "capture": 8.0,
    "refund": 5.0,
    "get": 18.0,
    "list": 8.0,
    "get_refund": 6.0,
    "balances": 10.0,
}
"""How often each kind is asked for, relative to the others."""


class Person(BaseModel):
    """A user of the pool, whose account is active."""

    model_config = ConfigDict(extra="forbid")

    email: str
    password: str


class Plan(BaseModel):
    """What ``--plan`` holds, as JSON.

    Args:
        urls: the address of each service.
        users: the pool.
        rate: requests per second, those that hash passwords left out.
        hashing_rate: registrations and logins per second.
        seconds: how long; None until a signal comes.
        timeout: seconds after which a request has failed.
        mix: weights of the kinds.
        random_seed: makes the choices repeatable.
        run: makes keys and addresses of this run its own.
    """

    model_config = ConfigDict(extra="forbid")

    urls: dict[ServiceName, str]
    users: list[Person] = Field(min_length=1)
    rate: float = Field(default=120.0, gt=0)
    hashing_rate: float = Field(default=1.0, gt=0)
    seconds: float | None = Field(default=None, gt=0)
    timeout: float = Field(default=10.0, gt=0)
    mix: dict[str, float] = Field(default_factory=lambda: dict(MIX))
    random_seed: int = 1
    run: str = Field(pattern=r"^[a-z0-9]{1,16}$")


def read_plan(file: Path) -> Plan:
    """The plan in a file.

    Raises:
        ConfigurationError: it cannot be read, or is no plan; the message names what is wrong.
    """
    try:
        return Plan.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{file}: {where} cannot be used: {first['msg']}.") from error
