"""The OpenAPI document tells the truth about errors."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from service_kit import Principal, Problem, RequestBody, require, responses


class Gone(Problem):
    """It is no longer there."""

    status = 410
    code = "gone"
    title = "Gone"


class Order(RequestBody):
    """An order."""

    amount: int


router = APIRouter(prefix="/v1/orders")


@router.post("", responses=responses(Gone))
async def create_order(
    order: Order, _caller: Annotated[Principal, Depends(require("orders"))]
) -> dict[str, int]:
    """Make an order."""
    return {"amount": order.amount}


def test_every_error_is_declared_as_a_problem(app_of: Any) -> None:
    document = app_of(router).openapi()
    operation = document["paths"]["/v1/orders"]["post"]
    assert operation["operationId"] == "create_order"
    assert {"401", "403", "410", "413", "422", "500", "503"} <= set(operation["responses"])
    for status, reply in operation["responses"].items():
        if int(status) >= 400:
            assert set(reply["content"]) == {"application/problem+json"}
            assert reply["description"]
    assert "HTTPValidationError" not in str(document)
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_operation_ids_are_the_functions_names(app_of: Any) -> None:
    document = app_of(router).openapi()
    ids = [op["operationId"] for path in document["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))
    assert all(name.isidentifier() for name in ids)
