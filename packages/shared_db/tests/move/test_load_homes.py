"""The load finds its home as a service does."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from move_load import Homes, NoHome
from move_servers import Server
from shared_db.provision.layout import STATEMENTS

pytestmark = pytest.mark.slow

RUN = UUID("018f0000-0000-7000-8000-000000000001")
_names = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """A database that may house the desk."""

    url: str

    def set(self, state: str, epoch: int, other: Place) -> None:
        """Let it say what it is to the desk."""
        peer = json.dumps({"identity": other.identity(), "host": "", "port": 0, "database": ""})
        self.run("DELETE FROM shared_db.homes")
        self.run(
            "INSERT INTO shared_db.homes VALUES"
            " ('desk', %s, %s, %s, %s, %s, 'desk', '{postgres}', 'postgres')",
            epoch,
            RUN,
            state,
            peer,
            peer if state == "moved" else None,
        )

    def identity(self) -> str:
        """The database's own id."""
        return str(self.run("SELECT id FROM shared_db.identity")[0][0])

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement there."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def places(second_server: Server) -> tuple[Place, Place]:
    """Two databases that know of no desk yet."""
    made = []
    for _ in range(2):
        place = Place(second_server.create_database(f"place_{next(_names)}"))
        for statement in ("CREATE SCHEMA shared_db", *STATEMENTS):
            place.run(statement)
        place.run("INSERT INTO shared_db.identity (project, layout) VALUES ('test', 1)")
        made.append(place)
    return made[0], made[1]


@pytest.fixture
def homes(places: tuple[Place, Place]) -> Homes:
    return Homes("desk", [place.url for place in places])


def test_nobody_is_home(homes: Homes) -> None:
    with pytest.raises(NoHome):
        homes()


def test_the_active_one_with_the_highest_epoch_is_home(
    homes: Homes, places: tuple[Place, Place]
) -> None:
    old, new = places
    old.set("active", 1, new)
    new.set("standby", 2, old)
    assert homes() == old.url
    old.set("moved", 1, new)
    new.set("active", 2, old)
    assert homes() == new.url


def test_a_standby_becomes_the_home_once_the_other_has_moved_and_the_marker_is_there(
    homes: Homes, places: tuple[Place, Place]
) -> None:
    old, new = places
    old.set("moved", 1, new)
    new.set("standby", 2, old)
    with pytest.raises(NoHome, match="marker"):
        homes()
    new.run("INSERT INTO shared_db.markers VALUES (%s, 'cut:2')", RUN)
    assert homes() == new.url
    assert new.run("SELECT state FROM shared_db.homes") == [("active",)]


def test_a_database_that_does_not_answer_is_passed_over(places: tuple[Place, Place]) -> None:
    old, new = places
    new.set("active", 2, old)
    nobody = "postgresql://postgres@127.0.0.1:1/postgres"
    assert Homes("desk", [nobody, new.url])() == new.url


def test_the_home_is_told_by_the_url_of_the_role_that_writes(places: tuple[Place, Place]) -> None:
    old, new = places
    old.set("active", 1, new)
    assert Homes("desk", ["old", "new"], asked=[old.url, new.url])() == "old"
