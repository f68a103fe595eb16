"""Every request observed: an id that its log lines and its answer carry, one log line, counters. No names, no queries, no bodies.

An error nobody expected ends here: the log gets the reason, the caller a problem document that tells nothing of it.
"""

from __future__ import annotations

import re
import time
import uuid

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.problems import our_fault

__all__ = ["Metrics", "Observed"]

log = structlog.get_logger("amurlive.request")
_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_QUIET = ("/healthz", "/readyz", "/metrics")


class Metrics:
    """What Prometheus reads of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self.requests = Counter("amurlive_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "amurlive_request_seconds", "Time to answer.", ["method", "route"], registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )  # fmt: skip
        self.running = Gauge("amurlive_requests_running", "Requests being answered.", registry=self.registry)


class Observed:
    """ASGI middleware; only the security headers stand further out."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request under an id of its own; one that a proxy gave is kept if it is plain."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.match(given) else uuid.uuid4().hex[:16]
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        status = 0

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        start = time.perf_counter()
        with self.metrics.running.track_inprogress():
            try:
                await self.app(scope, receive, with_id)
            except Exception as error:
                if status:
                    raise
                await our_fault(Request(scope), error)(scope, receive, with_id)
        self._note(scope, status, time.perf_counter() - start)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The template, never the address itself: addresses hold secrets of links, and would be countless.
        route = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", None) or "—"
        self.metrics.requests.labels(scope["method"], route, status).inc()
        self.metrics.seconds.labels(scope["method"], route).observe(seconds)
        if scope["path"] in _QUIET and status < 400:
            return
        log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))
