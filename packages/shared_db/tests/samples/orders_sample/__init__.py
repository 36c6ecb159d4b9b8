"""A service of the tests: orders."""

import uuid

from shared_db import Service, schema_registry
from sqlmodel import Field, SQLModel

service = Service(
    name="orders",
    title="Orders",
    port=0,
    metadata="orders_sample:metadata",
    migrations="orders_sample:migrations",
    app="",
)


class Table(SQLModel, registry=schema_registry("orders")):
    """Base of the tables."""


class Order(Table, table=True):
    """One row to read and write."""

    __tablename__ = "orders"

    id: uuid.UUID = Field(primary_key=True)
    note: str


metadata = Table.metadata
