"""The description of the API (OpenAPI): every endpoint tells how to sign in, which right it needs, and how it fails."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from service.http.problems import PROBLEM

__all__ = ["describe", "right_of", "routes_of"]

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document, in the language of Accept-Language (zh, ru, en).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:amurlive:problem:not-found"]},
        "title": {"type": "string", "examples": ["商品 “allenka” 不存在。", "Не найдено: товар «allenka»."]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "remedy": {"type": "string", "examples": ["请检查写法。", "Проверьте написание."]},
        "fields": {
            "type": "array",
            "description": "Faulty fields of the request.",
            "items": {
                "type": "object",
                "required": ["field", "message", "remedy"],
                "properties": {name: {"type": "string"} for name in ("field", "message", "remedy")},
            },
        },
        "problems": {
            "type": "array",
            "description": "Faults inside a card, each with its place.",
            "items": {"type": "object"},
        },
        "faults": {
            "type": "array",
            "description": "Faulty cells of a sheet: sheet, row, column, header, value, message, remedy.",
            "items": {"type": "object"},
        },
        "differences": {
            "type": "array",
            "description": "412: each field that differs: what you saw (base), what stands there (theirs), what you sent (yours).",
            "items": {"type": "object"},
        },
    },
}
_FAILS = {
    "400": "The request cannot be read.",
    "401": "Not signed in, or the token has ended.",
    "403": "The right is missing, or the thing belongs to another organisation.",
    "404": "There is nothing under this name.",
    "405": "The method is not taken here.",
    "409": "The state of things does not allow it.",
    "410": "Used or too old.",
    "412": "Changed meanwhile: the ETag is of another version.",
    "413": "The body is too large.",
    "415": "The content type is not taken.",
    "422": "The request has faults; each is named.",
    "429": "Too many attempts.",
}


def right_of(route: RouteContext) -> str | None:
    """The right an endpoint needs: "" for any signed-in person, None if it is public."""
    opening = getattr(route.endpoint, "opening", None)
    return None if opening is None or opening.public else opening.right or ""


def routes_of(app: FastAPI) -> list[RouteContext]:
    """All endpoints with their whole paths."""
    return [found for found in iter_route_contexts(app.routes) if isinstance(found.original_route, APIRoute)]


def describe(app: FastAPI) -> None:
    """Complete what FastAPI generates; the result is kept."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(plain(), routes_of(app))
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]


def _complete(schema: dict[str, Any], routes: list[RouteContext]) -> dict[str, Any]:
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    parts["schemas"].pop("HTTPValidationError", None)
    parts["schemas"].pop("ValidationError", None)
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token: made at /account or by `amurlive token make`."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "amurlive", "description": "Signed in at /login; changes need the same origin or X-CSRF-Token."},
    }  # fmt: skip
    for route in routes:
        for method in route.methods or ():
            operation = schema["paths"].get(route.path_format, {}).get(method.lower())
            if operation:
                _complete_operation(operation, right_of(route))
    return schema


def _complete_operation(operation: dict[str, Any], right: str | None) -> None:
    if right is not None:
        operation["security"] = [{"token": []}, {"cookie": []}]
    if right:
        operation["description"] = f"{operation.get('description', '')}\n\nNeeds the right `{right}`.".strip()
        operation["x-right"] = right
    for status, description in _FAILS.items():
        operation["responses"][status] = {
            "description": description,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
