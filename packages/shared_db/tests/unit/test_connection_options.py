"""Connection options of a URL reach the programs under the names that libpq knows."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict
from shared_db.address import Login, parse_url
from shared_db.move.programs import program_environment
from shared_db.move.subject import Side


def environment_for(query: str) -> dict[str, str]:
    url = f"postgresql://mover@db.example:5433/shop?{query}"
    address, _ = parse_url(url, variable="--from", default_database="postgres")
    login = Login("mover", "secret")
    side = Side(address=address, tool=address, login=login, link=address)
    return program_environment(side, "run", "copy")


def test_options_are_named_as_libpq_names_them() -> None:
    environment = environment_for("sslmode=require&channel_binding=disable")
    assert environment["PGSSLMODE"] == "require"
    assert environment["PGCHANNELBINDING"] == "disable"


def test_the_tools_own_name_stays() -> None:
    environment = environment_for("application_name=somebody&options=-c%20work_mem%3D1MB")
    assert environment["PGAPPNAME"].startswith("shared-db-move/")
    assert "search_path" in environment["PGOPTIONS"]


def test_a_space_in_an_option_is_written_as_libpq_reads_it() -> None:
    url = "postgresql://mover@db.example/shop?options=-c%20work_mem%3D1MB"
    address, _ = parse_url(url, variable="--from", default_database="postgres")
    known = conninfo_to_dict(address.url(Login("mover", "a b")))
    assert (known["options"], known["password"]) == ("-c work_mem=1MB", "a b")
