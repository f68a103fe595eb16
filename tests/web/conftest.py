"""A running service and a real browser, signed in as the administrator through a one-time link."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.database import Database
from service.livestream.shows import compose_show, save_show
from service.main_job import sample_shows
from service.people.founding import found, way_in
from service.people.operating import acting
from service.resources import root

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(
                pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed, see .ci/browser")
            )


@dataclass
class Service:
    """Where it runs, and its database."""

    address: str
    database: Database
    password: str

    def way_in(self) -> str:
        """A fresh one-time link for the administrator."""
        with self.database.writing() as session:
            return f"{self.address}/enter/{way_in(session)}"


@pytest.fixture(scope="session")
def service(sqlite_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    url = sqlite_server.create("stocked")
    database = acting(Database(url))
    with database.writing() as session:
        compose_show(session, save_show(session, sample_shows()[0]))
        founder = found(session)
    assert founder is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("serve")
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", "--port", str(port)], cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(root("service").parent)},
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    yield Service(address, database, founder.password)
    process.terminate()
    process.wait(40)
    database.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """A page of a browser of its own; it may talk to the service only, and no script of a page may fail."""
    contexts = []
    faults: list[str] = []

    def make(width: int = 1280, height: int = 800) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None,
        )
        page.on(
            "request",
            lambda request: faults.append(request.url) if not request.url.startswith("http://127.0.0.1:") else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def enter(service: Service, visit: Callable[..., Any]) -> Callable[..., Any]:
    """A page that is signed in as the administrator."""

    def make(width: int = 1280, height: int = 800) -> Any:
        page = visit(width, height)
        page.goto(service.way_in())
        return page

    return make
