"""Each row of the table of homes (docs/adr/0002) from a process's point of view."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from shared_db import DatabaseUnavailable, HomeNotFound, HomesDisagree, Service
from shared_db.address import Address, Login
from shared_db.homes import Absent, Finding, HomeRow, Place, State, Unreachable
from shared_db.placement import ServicePlacement
from shared_db.resolve import resolve
from shared_db.settings import Placement

SHARED = Address("server", 5432, "poc", (("sslmode", "require"),))
OWN = SHARED.named("orders_db")
FAR = Address("far", 5433, "orders_db", (("sslmode", "require"),))
RUN = UUID("018f0000-0000-7000-8000-000000000001")

SERVICE = Service(name="orders", title="Orders", port=0, metadata="", migrations="", app="")
PLACED = ServicePlacement(
    project="test",
    service=SERVICE,
    placement=Placement.SCHEMAS,
    desired=SHARED,
    shared=SHARED,
    elsewhere=(OWN,),
    login=Login("test_orders", "secret"),
    owner="test_orders_owner",
    provisions=(),
)


def place(address: Address, identity: UUID) -> Place:
    return Place(identity, address.host, address.port, address.database)


def row(state: State, *, epoch: int = 1, **fields: Any) -> HomeRow:
    given = {"run_id": None, "peer": None, "moved_to": None, "identity": uuid4(), **fields}
    return HomeRow(state=state, epoch=epoch, project="test", **given)


@dataclass
class Databases:
    """What each address answers; a promotion makes a standby active."""

    answers: dict[Address, Finding] = field(default_factory=dict)
    promoted: list[Address] = field(default_factory=list)
    asked: list[Address] = field(default_factory=list)

    async def read(self, address: Address) -> Finding:
        self.asked.append(address)
        return self.answers.get(address, Absent("there is no such database"))

    async def promote(self, address: Address, row: HomeRow) -> None:
        self.promoted.append(address)
        self.answers[address] = replace(row, state=State.ACTIVE)


async def no_pause(seconds: float) -> None:
    """Do not wait."""


async def find(databases: Databases, placed: ServicePlacement = PLACED) -> Any:
    ticks = iter(range(1000))
    return await resolve(
        placed, databases, patience=3, clock=lambda: float(next(ticks)), pause=no_pause
    )


async def test_an_active_row_suffices_alone() -> None:
    databases = Databases({SHARED: row(State.ACTIVE), OWN: row(State.ACTIVE)})
    home = await find(databases)
    assert home.address == SHARED
    assert home.notice == ""
    assert databases.asked == [SHARED]


async def test_a_moved_row_is_followed_and_the_configuration_called_behind() -> None:
    target = row(State.ACTIVE, epoch=2)
    moved = row(State.MOVED, moved_to=place(FAR, target.identity))
    home = await find(Databases({SHARED: moved, FAR: target}))
    assert home.address == FAR
    assert home.epoch == 2
    assert "not from server:5432/poc as configured" in home.notice


async def test_moved_rows_are_followed_to_the_highest_epoch() -> None:
    last = row(State.ACTIVE, epoch=3)
    middle = row(State.MOVED, epoch=2, moved_to=place(OWN, last.identity))
    first = row(State.MOVED, epoch=1, moved_to=place(FAR, middle.identity))
    home = await find(Databases({SHARED: first, FAR: middle, OWN: last}))
    assert home.address == OWN


async def test_a_standby_whose_peer_is_active_serves_from_the_peer() -> None:
    peer = row(State.ACTIVE)
    standby = row(State.STANDBY, epoch=2, run_id=RUN, peer=place(FAR, peer.identity))
    databases = Databases({SHARED: standby, FAR: peer})
    assert (await find(databases)).address == FAR
    assert databases.promoted == []


async def test_a_standby_whose_peer_has_moved_to_it_is_promoted() -> None:
    standby = row(State.STANDBY, epoch=2, run_id=RUN)
    moved = row(State.MOVED, run_id=RUN, moved_to=place(SHARED, standby.identity))
    standby = replace(standby, peer=place(FAR, moved.identity))
    databases = Databases({SHARED: standby, FAR: moved})
    assert (await find(databases)).address == SHARED
    assert databases.promoted == [SHARED]


async def test_a_standby_of_an_abandoned_attempt_is_not_promoted() -> None:
    standby = row(State.STANDBY, epoch=2, run_id=uuid4())
    winner = row(State.ACTIVE, epoch=2)
    moved = row(State.MOVED, run_id=RUN, moved_to=place(OWN, winner.identity))
    standby = replace(standby, peer=place(FAR, moved.identity))
    databases = Databases({SHARED: standby, FAR: moved, OWN: winner})
    assert (await find(databases)).address == OWN
    assert databases.promoted == []


async def test_a_standby_waits_for_a_silent_peer_and_then_says_which() -> None:
    standby = row(State.STANDBY, epoch=2, run_id=RUN, peer=place(FAR, uuid4()))
    databases = Databases({SHARED: standby, FAR: Unreachable("connection refused")})
    with pytest.raises(DatabaseUnavailable, match="far:5433/orders_db"):
        await find(databases)
    assert databases.asked.count(FAR) > 1
    assert databases.promoted == []


@pytest.mark.parametrize("answer", [Absent("no such database"), Unreachable("refused")])
async def test_another_place_that_is_active_serves_while_the_desired_one_has_nothing(
    answer: Finding,
) -> None:
    home = await find(Databases({SHARED: answer, OWN: row(State.ACTIVE)}))
    assert home.address == OWN
    assert "as configured" in home.notice


async def test_a_standby_found_by_probing_is_never_promoted() -> None:
    standby = row(State.STANDBY, epoch=2, run_id=RUN, peer=place(FAR, uuid4()))
    databases = Databases({OWN: standby})
    with pytest.raises(HomeNotFound):
        await find(databases)
    assert databases.promoted == []


async def test_nothing_anywhere_is_refused_with_the_command_to_run() -> None:
    with pytest.raises(HomeNotFound, match="shared-db apply"):
        await find(Databases())


async def test_an_unreachable_database_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(DatabaseUnavailable, match="connection refused"):
        await find(Databases({OWN: Unreachable("connection refused")}))


async def test_another_database_at_a_known_address_is_not_taken_for_the_home() -> None:
    moved = row(State.MOVED, moved_to=place(FAR, uuid4()))
    with pytest.raises(HomesDisagree, match="another one answers"):
        await find(Databases({SHARED: moved, FAR: row(State.ACTIVE, epoch=2)}))


async def test_rows_that_send_round_in_a_circle_are_refused() -> None:
    one, two = uuid4(), uuid4()
    there = row(State.MOVED, epoch=1, identity=one, moved_to=place(FAR, two))
    back = row(State.MOVED, epoch=1, identity=two, moved_to=place(SHARED, one))
    with pytest.raises(HomesDisagree, match="earlier home"):
        await find(Databases({SHARED: there, FAR: back}))


async def test_two_standbys_are_left_to_the_operator() -> None:
    one, two = uuid4(), uuid4()
    here = row(State.STANDBY, identity=one, run_id=RUN, peer=place(FAR, two))
    there = row(State.STANDBY, identity=two, run_id=RUN, peer=place(SHARED, one))
    with pytest.raises(HomesDisagree, match="both hold"):
        await find(Databases({SHARED: here, FAR: there}))


THREE = replace(PLACED, elsewhere=(OWN, FAR))
GONE = Address("gone", 5434, "orders_db", (("sslmode", "require"),))
SILENT = [
    Unreachable("connection refused"),
    Absent("there is no such database"),
    row(State.ACTIVE, epoch=9),  # of another database, at the same address
]


@pytest.mark.parametrize("answer", SILENT)
@pytest.mark.parametrize("epoch", [3, 7])
async def test_a_later_home_makes_a_pointer_to_a_retired_server_history(
    answer: Finding, epoch: int
) -> None:
    moved = row(State.MOVED, epoch=1, moved_to=place(GONE, uuid4()))
    home = await find(Databases({SHARED: moved, GONE: answer, OWN: row(State.ACTIVE, epoch=epoch)}))
    assert (home.address, home.epoch) == (OWN, epoch)
    assert "as configured" in home.notice


async def test_a_pointer_two_rows_on_is_history_as_well() -> None:
    second = row(State.MOVED, epoch=2, moved_to=place(GONE, uuid4()))
    first = row(State.MOVED, epoch=1, moved_to=place(FAR, second.identity))
    databases = Databases({SHARED: first, FAR: second, GONE: Unreachable("refused")})
    databases.answers[OWN] = row(State.ACTIVE, epoch=4)
    assert (await find(databases)).address == OWN


async def test_the_home_that_is_named_is_known_at_another_address() -> None:
    target = row(State.ACTIVE, epoch=2)
    moved = row(State.MOVED, epoch=1, moved_to=place(GONE, target.identity))
    databases = Databases({SHARED: moved, GONE: Unreachable("refused"), OWN: target})
    assert (await find(databases)).address == OWN


async def test_the_standby_of_the_later_homes_own_move_is_no_later_home() -> None:
    home = row(State.ACTIVE, epoch=3, run_id=RUN)
    databases = Databases({OWN: home, GONE: Unreachable("refused")})
    databases.answers[SHARED] = row(State.MOVED, epoch=1, moved_to=place(GONE, uuid4()))
    standby = row(State.STANDBY, epoch=4, run_id=RUN, peer=place(OWN, home.identity))
    databases.answers[FAR] = standby
    assert (await find(databases, THREE)).address == OWN
    databases.answers[FAR] = replace(standby, run_id=uuid4())  # of a home that cannot be asked
    with pytest.raises(DatabaseUnavailable, match="gone:5434"):
        await find(databases, THREE)


async def test_of_two_active_rows_the_later_is_the_home_and_equals_are_refused() -> None:
    databases = Databases({OWN: row(State.ACTIVE, epoch=3), FAR: row(State.ACTIVE, epoch=4)})
    databases.answers[SHARED] = row(State.MOVED, epoch=1, moved_to=place(GONE, uuid4()))
    databases.answers[GONE] = Unreachable("refused")
    assert (await find(databases, THREE)).address == FAR
    databases.answers[OWN] = row(State.ACTIVE, epoch=4)
    with pytest.raises(DatabaseUnavailable, match="gone:5434"):
        await find(databases, THREE)


@pytest.mark.parametrize("epoch", [3, 4, 5])
async def test_a_restored_copy_is_not_taken_for_the_home_that_cannot_be_asked(epoch: int) -> None:
    """The silent one is at epoch 5 at least; a copy of an earlier home, or of a twin, is not it."""
    moved = row(State.MOVED, epoch=4, moved_to=place(GONE, uuid4()))
    databases = Databases({SHARED: moved, GONE: Unreachable("connection refused")})
    databases.answers[OWN] = row(State.ACTIVE, epoch=epoch)
    with pytest.raises(DatabaseUnavailable, match="gone:5434"):
        await find(databases)


@pytest.mark.parametrize("state", [State.MOVED, State.STANDBY])
async def test_a_place_that_is_not_active_proves_nothing_about_the_silent_one(
    state: State,
) -> None:
    moved = row(State.MOVED, epoch=1, moved_to=place(GONE, uuid4()))
    other = row(state, epoch=5, moved_to=place(GONE, uuid4()), peer=place(GONE, uuid4()))
    databases = Databases({SHARED: moved, OWN: other, GONE: Unreachable("refused")})
    with pytest.raises(DatabaseUnavailable, match="bring that server back"):
        await find(databases)
    assert databases.promoted == []
