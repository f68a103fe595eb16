"""Platforms that stand on this machine: real HTTP, the official shapes, a memory, and every trouble they are known for."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from service.listings.connectors.pacing import Still
from service.resources import root

SCHEMAS = Path(os.environ.get("CHANNEL_SCHEMAS", root("catalogs").parent.parent / "shared" / "schemas"))
WALL = 1_795_600_000.0  # 2026-11-25
TIMEOUT = 0.4


class Call(NamedTuple):
    """What came in, and when by the clock of the test."""

    at: float
    verb: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any
    raw: str


class Reply(NamedTuple):
    """What goes out; `data` bytes go as they are."""

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = {}


class Trouble(NamedTuple):
    """What happens instead: `before` it is done or `after`; how: reset, slow, or a reply."""

    how: str | Reply
    done: bool = False


class Platform:
    """Answers as `answer` does, after the troubles that were laid out."""

    def __init__(self, answer: Callable[[Call], Reply]) -> None:
        self.answer = answer
        self.clock = Still(wall=WALL)
        self.calls: list[Call] = []
        self.troubles: deque[Trouble] = deque()
        self.address = ""

    def trouble(self, how: str | Reply, *, done: bool = False, times: int = 1) -> None:
        """Lay out a trouble for the next call, or the next few."""
        self.troubles.extend([Trouble(how, done)] * times)

    def of(self, path: str) -> list[Call]:
        """The calls of one path."""
        return [one for one in self.calls if one.path == path]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        parts = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("content-length") or 0)).decode()
        call = Call(
            self.clock.now(), handler.command, parts.path, dict(parse_qsl(parts.query)),
            {name.lower(): value for name, value in handler.headers.items()}, json.loads(raw) if raw else None, raw,
        )  # fmt: skip
        self.calls.append(call)
        trouble = self.troubles.popleft() if self.troubles else None
        reply = self.answer(call) if trouble is None or trouble.done else Reply()
        if trouble is not None and trouble.how == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.shutdown(socket.SHUT_RD)
            handler.close_connection = True
            raise ConnectionAbortedError
        if trouble is not None and trouble.how == "slow":
            time.sleep(TIMEOUT * 2)
        elif trouble is not None and isinstance(trouble.how, Reply):
            reply = trouble.how
        content = b"" if reply.data is None else reply.data if isinstance(reply.data, bytes) else json.dumps(reply.data).encode()  # fmt: skip
        handler.send_response(reply.status)
        for name, value in {"content-length": str(len(content)), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that gave up are what some tests are about."""


@contextmanager
def standing(platform: Platform) -> Iterator[Platform]:
    """The platform, at an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            platform.serve(self)

        do_GET = do_PUT = do_POST  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = _Quiet(("127.0.0.1", 0), Handler)
    platform.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def shape_faults(name: str, body: Any, *, optional: tuple[str, ...] = ()) -> list[str]:
    """What an official schema has against a body; `optional`: demanded by the schema and not by the text. Nothing where schemas are absent."""
    path = SCHEMAS / f"{name}.json"
    if not path.is_file():
        return []
    import jsonschema_rs

    schema = json.loads(path.read_text(encoding="utf-8"))
    _relax(schema, optional)
    return [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(body)]


def _relax(schema: Any, optional: tuple[str, ...]) -> None:
    if isinstance(schema, dict):
        if isinstance(schema.get("required"), list):
            schema["required"] = [one for one in schema["required"] if one not in optional]
        for value in schema.values():
            _relax(value, optional)
    elif isinstance(schema, list):
        for value in schema:
            _relax(value, optional)
