"""Other services as a build asks them: HTTP (RFC 9110) with patience, and JSON (RFC 8259) with suspicion.

A service that is busy (429, 503) is asked again after the time that it names in Retry-After (RFC 9110, 10.2.3), or
after a time that doubles. Redirects are not followed: what they lead to was not named by who asks.
"""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPResponse
from typing import Any

from ldpub import __version__
from ldpub.errors import FederationError, FederationTimeoutError, RefusedQueryError, UsageError
from ldpub.store.deadline import Deadline
from ldpub.store.web import Request, answering, whole

AGENT = f"ldpub/{__version__}"
"""Who asks: services want to know whom to tell (the User-Agent policy of Wikimedia)."""

_OFFLINE = "With --extract FILE it works without a network."
_BUSY = (429, 503)
_EXPLAINED = 300
_MEGABYTE = 1 << 20


class AnswerError(UsageError):
    """Another service cannot be reached, or what it answers cannot be used; says which, what, and the mend."""


@dataclass(frozen=True)
class Patience:
    """How many seconds a request may take, how many bytes an answer; how often and long a busy one is waited for."""

    seconds: float = 30
    most: int = 32 * _MEGABYTE
    times: int = 5
    longest_wait: float = 120
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)


@dataclass(frozen=True)
class Asker:
    """A service at a URL that the user named, and the patience with it."""

    url: str
    patience: Patience = Patience()

    def get(self, path: str = "") -> Any:
        """The JSON document at the URL, or below it; raises AnswerError."""
        return self._document(path, Request("GET", self._headers()))

    def post_form(self, body: bytes, path: str = "", accept: str = "application/json") -> Any:
        """The JSON document that answers a form; raises AnswerError."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._document(path, Request("POST", {**self._headers(accept), **kind}, body))

    def post_json(self, document: object, path: str = "") -> Any:
        """The JSON document that answers a JSON document; raises AnswerError."""
        headers = {**self._headers(), "Content-Type": "application/json"}
        return self._document(path, Request("POST", headers, json.dumps(document).encode()))

    def _headers(self, accept: str = "application/json") -> dict[str, str]:
        return {"Accept": accept, "User-Agent": AGENT}

    def _document(self, path: str, request: Request) -> Any:
        url = self.url.rstrip("/") + path if path else self.url
        waited = 1.0
        for attempt in range(1, self.patience.times + 1):
            answer = self._once(url, request)
            if not isinstance(answer, float | None):
                return _json(url, answer)
            wait = waited if answer is None else answer
            if attempt == self.patience.times or wait > self.patience.longest_wait:
                raise AnswerError(f"{url}: it is busy and asks to wait {wait:.0f} s: try again later.")
            self.patience.sleep(wait)
            waited *= 2
        raise AssertionError("the last attempt returns or raises")

    def _once(self, url: str, request: Request) -> bytes | float | None:
        """The body of an answer; or the seconds that a busy service wants to be left alone, None if it says none."""
        deadline = Deadline()
        deadline.begin(self.patience.seconds)
        try:
            with answering(url, request, deadline, private=True) as response:
                if response.status in _BUSY:
                    return _retry_after(response.headers.get("Retry-After"))
                return _body(response, self.patience.most)
        except FederationTimeoutError as error:
            mend = f"Try again, or give it more time by link.seconds. {_OFFLINE}"
            raise AnswerError(f"{url}: it did not answer within {self.patience.seconds:g} s. {mend}") from error
        except RefusedQueryError as error:
            raise AnswerError(f"{url}: it answers more than {self.patience.most} bytes.") from error
        except FederationError as error:
            raise AnswerError(f"{url}: {error} {_OFFLINE}") from error


def _body(response: HTTPResponse, most: int) -> bytes:
    if response.status != 200:
        raise FederationError(_refusal(response.status, response.headers, response.read(_EXPLAINED)))
    return whole(response, most)


def _refusal(status: int, headers: Message, body: bytes) -> str:
    """What a status other than 200 means to the user."""
    if 300 <= status < 400:
        place = printable(headers.get("Location", "nowhere"))
        return f"it answers {status} and sends on to {place}; redirects are not followed: name that address instead."
    said = printable(body.decode("utf-8", "replace"))
    return f"it answers {status}. {said}".rstrip()


def _retry_after(value: str | None) -> float | None:
    """The seconds to wait, given as such or as a date (RFC 9110, 10.2.3); None if it is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _json(url: str, body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        began = printable(body[:60].decode("utf-8", "replace"))
        raise AnswerError(f"{url}: its answer is no JSON: {error}. It begins: {began}") from error


def printable(text: str) -> str:
    """What a service said, on one line, without control characters, and not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:_EXPLAINED]).split())
