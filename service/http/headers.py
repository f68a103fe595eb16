"""Security headers on every answer. Pages run no inline script and load nothing from elsewhere.

`wasm-unsafe-eval` and the camera serve the barcode reader; upgrade-insecure-requests is left out, for a warehouse's own
network speaks plain http (shared measurement: a stock set of headers broke all three).
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["DOCUMENTS", "SecurityHeaders"]

PAGES = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# An exported script is one page that needs nothing else: its style stands inside it, and nothing of it may run.
DOCUMENTS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=()",
}
_ALWAYS = tuple((name.lower().encode(), value.encode()) for name, value in ALWAYS.items())
_PAGE = (*_ALWAYS, (b"content-security-policy", PAGES.encode()))
_DOCUMENT = (*_ALWAYS, (b"content-security-policy", DOCUMENTS.encode()))
_NEVER = (b"cache-control", b"no-store")
_FRESH = (b"cache-control", b"private, no-cache")
_HTTPS = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeaders:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers when the answer starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        path: str = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                document = path.startswith("/api/") or b"content-disposition" in there
                wanted = _DOCUMENT if document else _PAGE
                if not path.startswith("/static/"):
                    wanted += (_FRESH if b"etag" in there else _NEVER,)
                if scope["scheme"] == "https":
                    wanted += (_HTTPS,)
                message["headers"] = [*message["headers"], *(header for header in wanted if header[0] not in there)]
            await send(message)

        await self.app(scope, receive, with_headers)
