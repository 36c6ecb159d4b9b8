"""A service of the tests: parcels."""

import uuid

from shared_db import Service, schema_registry
from sqlmodel import Field, SQLModel

service = Service(
    name="parcels",
    title="Parcels",
    port=0,
    metadata="parcels_sample:metadata",
    migrations="parcels_sample:migrations",
    app="",
)


class Table(SQLModel, registry=schema_registry("parcels")):
    """Base of the tables."""


class Parcel(Table, table=True):
    """One row to read and write."""

    __tablename__ = "parcels"

    id: uuid.UUID = Field(primary_key=True)
    note: str


metadata = Table.metadata
