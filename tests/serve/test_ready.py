"""Answers that are kept ready: the same as those that are made, for one release only, and only what may be shared."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from ldpub.serve.answers import Answers
from ldpub.serve.message import Message
from ldpub.serve.ready import ReadyAnswers
from web import BROWSER, Web

PUBLIC = {"cache-control": "public, max-age=60", "etag": '"v"', "vary": "Accept, Accept-Encoding"}


class Counting:
    """An application that says how often it was asked, and a release that can be changed."""

    def __init__(self, fields: Mapping[str, str] = PUBLIC, status: int = 200, body: bytes = b"x") -> None:
        self.fields = fields
        self.status = status
        self.body = body
        self.asked = 0
        self.settled: Any = SimpleNamespace(answers_for_ever=True, manifest=SimpleNamespace(id="r1"))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        fields = [(name.encode(), value.encode()) for name, value in self.fields.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": fields})
        half = len(self.body) // 2
        await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[half:]})


def ask(
    ready: ReadyAnswers, path: str = "/doc/a", method: str = "GET", query: bytes = b"", **fields: str
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, header fields and body of an answer."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nothing is read of a request without a body")

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()],
    }
    asyncio.run(ready(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], dict(sent[0]["headers"]), body


def kept(application: Counting, most: int = 1 << 20) -> ReadyAnswers:
    return ReadyAnswers(application, application, Answers(most))


def test_what_was_made_is_sent_again() -> None:
    application = Counting(body=b"abc")
    ready = kept(application)
    answers = [ask(ready, accept="text/turtle") for _ in range(3)]
    assert application.asked == 1
    assert {body for *_, body in answers} == {b"abc"}
    assert answers[1][1] == {**answers[0][1], b"content-length": b"3"}


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/doc/b"},
        {"query": b"lang=de"},
        {"accept": "text/html"},
        {"accept_language": "de"},
        {"accept_encoding": "br"},
    ],
    ids=str,
)
def test_requests_are_told_apart_by_all_that_an_answer_depends_on(other: dict[str, Any]) -> None:
    application = Counting()
    ready = kept(application)
    ask(ready)
    ask(ready, **other)
    assert application.asked == 2
    ask(ready, user_agent="x")
    assert application.asked == 2


@pytest.mark.parametrize(
    ("application", "asked"),
    [
        (Counting({"cache-control": "no-store"}), {}),
        (Counting({}), {}),
        (Counting({**PUBLIC, "vary": "Origin"}), {}),
        (Counting({**PUBLIC, "set-cookie": "a=b"}), {}),
        (Counting(PUBLIC, 404), {}),
        (Counting(PUBLIC, 206), {}),
        (Counting(body=b"x" * 1000), {}),
        (Counting(), {"range": "bytes=0-1"}),
        (Counting(), {"method": "POST"}),
        (Counting(), {"path": "/sparql"}),
        (Counting(), {"path": "//sparql"}),
        (Counting(), {"path": "/metrics"}),
        (Counting(), {"path": "/releases"}),
        (Counting(), {"path": "/release/r0/dumps/x"}),
        (Counting(), {"query": b"x" * 5000}),
    ],
    ids=range(15),
)
def test_other_answers_are_made_each_time(application: Counting, asked: dict[str, Any]) -> None:
    ready = kept(application, 2000)
    for _ in range(2):
        ask(ready, **asked)
    assert application.asked == 2


def test_a_file_of_the_release_served_is_kept() -> None:
    application = Counting()
    ready = kept(application)
    for _ in range(2):
        ask(ready, "/release/r1/dumps/x")
    assert application.asked == 1


def test_nothing_is_kept_beyond_its_release() -> None:
    application = Counting()
    ready = kept(application)
    ask(ready)
    former = application.settled
    application.settled = None
    ask(ready)
    application.settled = SimpleNamespace(answers_for_ever=True, manifest=SimpleNamespace(id="r2"))
    ask(ready)
    ask(ready)
    assert application.asked == 3
    application.settled = former
    ask(ready)
    assert application.asked == 4, "going back is another beginning"


def test_an_answer_that_was_made_while_the_release_changed_is_not_kept() -> None:
    application = Counting()
    ready = kept(application)
    made = application.__class__.__call__

    async def changing(self: Counting, scope: Any, receive: Any, send: Any) -> None:
        await made(self, scope, receive, send)
        self.settled = SimpleNamespace(answers_for_ever=True, manifest=SimpleNamespace(id="r2"))

    class Changing(Counting):
        __call__ = changing

    application = Changing()
    ready = kept(application)
    ask(ready)
    ask(ready)
    assert application.asked == 2


def test_answers_of_another_store_are_not_kept() -> None:
    application = Counting()
    application.settled.answers_for_ever = False
    ready = kept(application)
    for _ in range(2):
        ask(ready)
    assert application.asked == 2


@pytest.mark.parametrize(
    ("tags", "status"), [('"v"', 304), ('W/"v"', 304), ('"a", "v"', 304), ("*", 304), ('"a"', 200)]
)
def test_who_has_it_is_told_so(tags: str, status: int) -> None:
    application = Counting(body=b"abc")
    ready = kept(application)
    whole = ask(ready)
    said, fields, body = ask(ready, if_none_match=tags)
    assert (said, body) == (status, b"" if status == 304 else b"abc")
    assert application.asked == 1
    assert fields[b"etag"] == whole[1][b"etag"]
    if status == 304:
        assert b"content-length" not in fields


def test_head_has_the_fields_and_no_body() -> None:
    application = Counting(body=b"abc")
    ready = kept(application)
    ask(ready)
    status, fields, body = ask(ready, method="HEAD")
    assert (status, fields[b"content-length"], body, application.asked) == (200, b"3", b"", 1)


@pytest.mark.parametrize(
    "target",
    ["/", "/doc/book/42", "/doc/book/42.ttl", "/book/42", "/browse?class=x%3Ay", "/picture/classes", "/dump/lib.nt.gz"],
)
@pytest.mark.parametrize("accept", [BROWSER, "text/turtle"])
def test_every_answer_is_the_first(library: Web, target: str, accept: str) -> None:
    first, *others = (library.get(target, accept, Accept_Encoding="br", X_Fresh="1") for _ in range(4))
    wanted = sorted((name.lower(), value) for name, value in first.headers.items() if name.lower() != "date")
    for other in others:
        assert (other.status, other.body) == (first.status, first.body)
        assert (
            sorted((name.lower(), value) for name, value in other.headers.items() if name.lower() != "date") == wanted
        )
    if etag := first.headers["ETag"]:
        assert library.get(target, accept, Accept_Encoding="br", If_None_Match=etag).status == 304
