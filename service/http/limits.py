"""Refuses what no endpoint could want: bodies that are too large or, in the API, not JSON, and addresses with control characters."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http.problems import http_error

__all__ = ["Limited"]

PICTURES = 5  # at once, of the largest; many more of the usual size
_JSON = re.compile(r"application/(json|[a-z0-9.+-]+\+json)\s*(;|$)", re.IGNORECASE)


class Limited:
    """ASGI middleware: a declared length is refused before reading, an undeclared one as soon as it is too much.

    Where files are uploaded (addresses that end in /uploads), bodies may have `uploads` bytes, of any type; where pictures are,
    `picture` bytes in the API and `PICTURES` of them in a form.
    """

    def __init__(self, app: ASGIApp, *, most: int, uploads: int, picture: int) -> None:
        self.most = {None: most, "uploads": uploads, "media": picture, "pictures": PICTURES * picture}
        self.apps = {place: RequestBodyLimitMiddleware(app, max_body_size=size) for place, size in self.most.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        if scope["type"] == "http" and (status := self._refused(scope)):
            await http_error(Request(scope), HTTPException(status))(scope, receive, send)
            return
        await self.apps[_uploads(scope)](scope, receive, send)

    def _refused(self, scope: Scope) -> int | None:
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in scope["path"]) or b"%00" in scope["query_string"]:
            return 400
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            return 400
        if int(length) > self.most[_uploads(scope)]:
            return 413
        has_body = int(length) > 0 or "transfer-encoding" in headers
        if (
            scope["path"].startswith("/api/")
            and not _uploads(scope)
            and has_body
            and not _JSON.match(headers.get("content-type", ""))
        ):
            return 415
        return None


def _uploads(scope: Scope) -> str | None:
    """Where files are sent to: the last part of the address; None elsewhere."""
    if scope["type"] != "http" or scope["method"] not in ("POST", "PUT"):
        return None
    path: str = scope["path"]
    if path.startswith("/api/v1/compliance/evidence/") and path.endswith("/file"):
        return "media"
    if scope["method"] == "PUT":
        return None
    if path == "/api/v1/media":
        return "media"
    if path.endswith("/uploads"):
        return "uploads"
    return "pictures" if path.startswith("/catalogue/") and path.endswith("/pictures") else None
