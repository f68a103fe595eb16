"""One call to a platform: paced, repeated where repeating is safe, and told apart: answered, refused for now, or nobody knows.

What may have been done is never repeated unless doing it twice is the same as once. No key, address or header gets into a log or an error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
import orjson

from service.errors import DomainError
from service.i18n import N_
from service.listings.connectors.pacing import Clock, Pacer
from service.listings.rules import Rate
from service.webhooks.addresses import BadAddress, check_url, reachable

__all__ = ["Answer", "Busy", "Caller", "KeysRefused", "NoPlatform", "Signed", "Unclear", "Unreachable"]

for _name in ("httpx2", "httpcore2"):  # they log whole addresses, and Douyin's hold the access token
    logging.getLogger(_name).setLevel(logging.WARNING)

MOST = 32 << 20  # bytes of an answer
LONGEST = 900.0  # seconds a platform may ask for; beyond that the person sends again
PAUSE = 1.0  # seconds before the first repetition; doubled each time
SLOW = 5.0  # the same after a refusal for too many calls
_RETRY = ("retry-after", "x-ratelimit-retry")


class Answer(NamedTuple):
    """What came back: the status, the JSON (None: there is none), the beginning of the text, headers in small letters."""

    status: int
    data: Any
    text: str = ""
    headers: Mapping[str, str] = {}


class Signed(NamedTuple):
    """What belongs to one attempt: signatures hold the time of sending."""

    headers: Mapping[str, str]
    params: Mapping[str, str] = {}


class NoPlatform(DomainError):
    """The platform's address leads nowhere, or into a private network."""

    status = 502
    title = N_("{host} cannot be called: {reason}.")
    remedy = N_("Check the connection to the internet, then send again; what was not sent has not changed anything.")


class Unreachable(NoPlatform):
    """The platform was not there at any of the attempts; nothing of this call was done."""


class KeysRefused(DomainError):
    """The platform does not take the shop's keys for this call: no further call is made."""

    status = 409
    title = N_("{host} refuses the shop's keys ({status}): {text}")
    remedy = N_("Check in the seller's cabinet that the keys are valid and permit this call, then enter them anew.")


class Busy(Exception):
    """The platform takes no calls for a while; nothing of this call was done."""

    def __init__(self, answer: Answer, seconds: float) -> None:
        super().__init__(f"{answer.status}")
        self.answer, self.seconds = answer, seconds


class Unclear(Exception):
    """The call may have been done or not."""


class Caller:
    """Calls the hosts of one platform for one shop. `private`: hosts may lie in a private network and speak plain http (tests)."""

    def __init__(
        self, hosts: Mapping[str, str], rates: Sequence[Rate], clock: Clock, *, hide: Callable[[str], str], private: bool = False,
        timeout: float = 30.0, tries: int = 5,
    ) -> None:  # fmt: skip
        for base in hosts.values():
            try:
                check_url(base, private=private)
            except BadAddress as error:
                raise NoPlatform(host=base[:60], reason=error.facts["reason"]) from None
        self.clock = clock
        self._hosts, self._private, self._hide, self._tries = hosts, private, hide, tries
        self._pacer = Pacer(rates, clock)
        self._client = httpx2.Client(timeout=timeout, follow_redirects=False, trust_env=False)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def call(
        self, verb: str, host: str, path: str, body: bytes, sign: Callable[[], Signed], *, things: Sequence[Hashable] = (),
        again: bool, rated: str = "", busy: Callable[[Answer], bool] = lambda _: False, weigh: Callable[[int], int] = lambda _: 1,
    ) -> Answer:  # fmt: skip
        """The platform's answer of any status but 401, 403, 429 and 5XX. `again`: doing it twice is the same as once.

        `busy` recognises a refusal for now that comes as an ordinary answer; `weigh` tells for how many calls an answer counts; `rated`
        is the name the rates know the call by. Raises `Busy`, `KeysRefused`, `NoPlatform`, `Unclear`, `Unreachable`.
        """
        rated = rated or path
        for attempt in range(1, self._tries + 1):
            self._pacer.wait(rated, things)
            try:
                answer = self._once(verb, self._hosts[host], path, body, sign())
            except (
                httpx2.ConnectError,
                httpx2.ConnectTimeout,
                httpx2.PoolTimeout,
                OSError,
            ) as error:  # never got there
                if attempt == self._tries:
                    raise Unreachable(host=self._name(host), reason=type(error).__name__) from None
                self._pause(PAUSE, attempt)
                continue
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                self._maybe_done(again, attempt, type(error).__name__)
                continue
            if (more := weigh(answer.status) - 1) > 0:
                self._pacer.charge(rated, more)
            if answer.status in (401, 403):
                raise KeysRefused(host=self._name(host), status=answer.status, text=answer.text[:300])
            if answer.status in (420, 429) or busy(answer):
                self._wait_for(answer, attempt)
            elif answer.status >= 500:
                self._maybe_done(again, attempt, str(answer.status))
            elif answer.status < 300 and answer.data is None and answer.text:
                self._maybe_done(again, attempt, "JSON")
            else:
                return answer
        raise AssertionError("the last attempt has returned or raised")

    def _once(self, verb: str, base: str, path: str, body: bytes, signed: Signed) -> Answer:
        parts = urlsplit(base)
        host = parts.hostname or ""
        try:
            number = reachable(host, parts.port or (443 if parts.scheme == "https" else 80), private=self._private)
        except BadAddress as error:
            raise NoPlatform(host=host, reason=error.facts["reason"]) from None
        headers = {
            "host": parts.netloc,
            "content-type": "application/json",
            "accept": "application/json",
            **signed.headers,
        }
        url = httpx2.URL(base.rstrip("/") + path).copy_with(host=number)
        more: dict[str, Any] = {"extensions": {"sni_hostname": host}}
        with self._client.stream(
            verb, url, params=dict(signed.params) or None, content=body, headers=headers, **more
        ) as got:
            content = b""
            for chunk in got.iter_bytes():
                content += chunk
                if len(content) > MOST:
                    raise httpx2.DecodingError("too long")
        data = None
        with suppress(orjson.JSONDecodeError):
            data = orjson.loads(content)
        text = self._hide(content[:4000].decode("utf-8", "replace"))
        return Answer(got.status_code, data, text, {name.lower(): value for name, value in got.headers.items()})

    def _maybe_done(self, again: bool, attempt: int, reason: str) -> None:
        if not again or attempt == self._tries:
            raise Unclear(reason) from None
        self._pause(PAUSE, attempt)

    def _wait_for(self, answer: Answer, attempt: int) -> None:
        asked = self._asked(answer)
        seconds = SLOW * 2 ** (attempt - 1) if asked is None else asked
        if attempt == self._tries or seconds > LONGEST:
            raise Busy(answer, seconds)
        self.clock.sleep(seconds * (1 + 0.1 * self.clock.chance()) if asked is not None else self._jittered(seconds))

    def _asked(self, answer: Answer) -> float | None:
        """How long the platform asks to wait: seconds, or a day and time."""
        for name in _RETRY:
            text = answer.headers.get(name, "")
            with suppress(ValueError):
                return max(0.0, float(text))
            with suppress(ValueError, TypeError):
                return max(0.0, parsedate_to_datetime(text).timestamp() - self.clock.wall())
        return None

    def _pause(self, base: float, attempt: int) -> None:
        self.clock.sleep(self._jittered(base * 2 ** (attempt - 1)))

    def _jittered(self, seconds: float) -> float:
        return min(seconds, LONGEST) * (0.5 + 0.5 * self.clock.chance())

    def _name(self, host: str) -> str:
        return urlsplit(self._hosts[host]).hostname or host
