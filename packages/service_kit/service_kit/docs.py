"""The OpenAPI document: every error as a problem, readable operation ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from service_kit.problems import (
    MEDIA_TYPE,
    BodyTooLarge,
    DatabaseUnavailable,
    InsufficientScope,
    InternalError,
    InvalidRequest,
    InvalidToken,
    OutcomeUnknown,
    Problem,
)

_SCHEMA = "Problem"
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "An error (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "Stable; programs decide by it."},
        "errors": {
            "type": "array",
            "description": "For invalid input: what is wrong where.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "parameter": {"type": "string"},
                    "header": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

Responses = dict[int | str, dict[str, Any]]


def responses(*problems: type[Problem]) -> Responses:
    """The ``responses`` of a route that may answer with these problems."""
    found: Responses = {}
    for problem in problems:
        entry = found.setdefault(
            problem.status,
            {"description": "", "content": {MEDIA_TYPE: {"schema": _reference(), "examples": {}}}},
        )
        entry["description"] = f"{entry['description']} {_sentence(problem)}".strip()
        example = problem.example().body("/v1/…")
        entry["content"][MEDIA_TYPE]["examples"][problem.code] = {"value": example}
    return found


def links(status: int, **leads_to: Mapping[str, str]) -> Responses:
    """The ``responses`` of a route whose reply leads to other operations (OpenAPI: links).

    Args:
        status: of the reply.
        leads_to: by operation id, its parameters as expressions such as ``$response.body#/id``;
            those whose name begins with ``body.`` are members of its body.
    """
    return {status: {"links": {name: _link(name, given) for name, given in leads_to.items()}}}


def _link(operation: str, given: Mapping[str, str]) -> dict[str, Any]:
    members = {name: value for name, value in given.items() if name.startswith("body.")}
    link: dict[str, Any] = {"operationId": operation}
    if members:
        link["requestBody"] = {name.removeprefix("body."): one for name, one in members.items()}
    if parameters := {name: value for name, value in given.items() if name not in members}:
        link["parameters"] = parameters
    return link


REQUIRED = "x-required"
"""In ``json_schema_extra`` of an optional header: clients have to send it."""


def operation_id(route: APIRoute) -> str:
    """The name of the endpoint's function: stable and readable in generated clients."""
    return route.name


def use_problem_document(app: FastAPI) -> None:
    """Give the application an OpenAPI document in which all errors are problems."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas[_SCHEMA] = _PROBLEM
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _declare_required(operation.get("parameters", []))
            _declare_omissible(operation.get("requestBody", {}))
            _complete(operation["responses"], responses(*_common(path, method, operation)))
    return made


def _declare_required(parameters: list[dict[str, Any]]) -> None:
    """Headers without which a route refuses by a problem of its own are required all the same."""
    for parameter in parameters:
        if parameter["schema"].pop(REQUIRED, False):
            (kind,) = (one for one in parameter["schema"].pop("anyOf") if one["type"] != "null")
            parameter["schema"] |= kind
            parameter["required"] = True


def _declare_omissible(body: dict[str, Any]) -> None:
    """A body that may be left out is not ``null``; generated clients would send that."""
    for content in body.get("content", {}).values():
        kinds = content["schema"].get("anyOf", [])
        given = [one for one in kinds if one.get("type") != "null"]
        if len(given) == 1 < len(kinds):
            content["schema"] = given[0]


def _common(path: str, method: str, operation: dict[str, Any]) -> list[type[Problem]]:
    """What any operation of that kind may answer, whether or not its route says so."""
    problems: list[type[Problem]] = [InternalError]
    if "422" in operation["responses"]:
        problems.append(InvalidRequest)
    if operation.get("security"):
        problems += [InvalidToken, InsufficientScope]
    if operation.get("requestBody"):
        problems.append(BodyTooLarge)
    if path.startswith("/v1/"):
        problems.append(DatabaseUnavailable)
        if method != "get":
            problems.append(OutcomeUnknown)
    return problems


def _complete(declared: dict[str, Any], common: Responses) -> None:
    framework = declared.get("422", {}).get("content", {}).get("application/json", {})
    if "HTTPValidationError" in str(framework) and MEDIA_TYPE not in declared["422"]["content"]:
        del declared["422"]
    for code, reply in common.items():
        declared[str(code)] = _joined(declared.get(str(code), reply), reply)
    for status, reply in list(declared.items()):
        if status.isdigit() and int(status) >= 400 and MEDIA_TYPE in reply.get("content", {}):
            reply["content"].pop("application/json", None)


def _joined(declared: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    """What a route declares for a status, with the examples that it has in common with others."""
    given, more = (reply.get("content", {}).get(MEDIA_TYPE) for reply in (declared, common))
    if not given or not more or more["examples"].keys() <= given["examples"].keys():
        return declared
    examples = {**given["examples"], **more["examples"]}
    return {
        **declared,
        "description": f"{declared['description']} {common['description']}",
        "content": {**declared["content"], MEDIA_TYPE: {**given, "examples": examples}},
    }


def _reference() -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_SCHEMA}"}


def _sentence(problem: type[Problem]) -> str:
    return (problem.__doc__ or problem.title).strip().partition("\n")[0]
