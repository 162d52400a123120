"""Services that behave badly: slow, busy, half-sent, wrong, elsewhere. Each is told clearly, none is trusted."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ldpub.build.asking import AnswerError, Asker, Patience
from ldpub.build.linking.reconciliation import Asked, Properties, Reconciliation, open_service
from reconciler import NEW, OLD, Known, Misbehave, Reconciler, answering, hanging_up, silent

WAITS: list[float] = []


@pytest.fixture
def server() -> Iterator[Reconciler]:
    WAITS.clear()
    with Reconciler({"Q1": Known("One")}).serving() as running:
        yield running


def asker(server: Reconciler, **more: Any) -> Asker:
    return Asker(server.url, Patience(**{"seconds": 5, "sleep": WAITS.append, **more}))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (
            answering(500, b"a \x1b[31mred\nfault"),
            r"it answers 500\. a  \[31mred fault$|it answers 500\. a \[31mred fault$",
        ),
        (answering(404), r"it answers 404\.$"),
        (
            answering(307, Location="http://127.0.0.1:9/secret"),
            "sends on to http://127.0.0.1:9/secret; redirects are not",
        ),
        (answering(302, Location="http://169.254.169.254/"), "redirects are not followed: name that address instead"),
        (answering(200, b'{"versions": ["0', length=400), "ends 384 bytes too early"),
        (answering(200, b'{"versions": ["0'), "its answer is no JSON: .* It begins: "),
        (answering(200, b"<html>"), "It begins: <html>"),
        (answering(200, b"[" * 100_000), "its answer is no JSON"),
        (answering(200, b"\xff"), "its answer is no JSON"),
        (answering(200, b"{}", Content_Encoding="gzip"), "a content coding that was not asked for"),
        (hanging_up, "it cannot be asked: "),
    ],
)
def test_a_bad_answer_is_told(server: Reconciler, bad: Misbehave, said: str) -> None:
    server.bad = [bad]
    with pytest.raises(AnswerError, match=said) as raised:
        asker(server).get()
    assert str(raised.value).startswith(f"{server.url}: ")
    assert "\x1b" not in str(raised.value)
    assert len(server.asked) == 1


def test_a_redirect_is_not_followed_to_another_machine(server: Reconciler) -> None:
    with Reconciler({}).serving() as other:
        server.bad = [answering(307, Location=other.url)]
        with pytest.raises(AnswerError, match="redirects are not followed"):
            asker(server).post_form(b"queries={}")
        assert other.asked == []


def test_an_answer_that_does_not_come_is_given_up(server: Reconciler) -> None:
    server.bad = [silent(1.0)]
    began = time.monotonic()
    with pytest.raises(AnswerError, match=r"did not answer within 0\.2 s\. Try again"):
        asker(server, seconds=0.2).get()
    assert time.monotonic() - began < 0.9


def test_an_answer_that_is_too_long_is_refused(server: Reconciler) -> None:
    server.bad = [answering(200, b" " * 100_001)]
    with pytest.raises(AnswerError, match="more than 100000 bytes"):
        asker(server, most=100_000).get()


def test_a_busy_service_is_asked_again_when_it_says(server: Reconciler) -> None:
    soon = email.utils.formatdate(time.time() + 30, usegmt=True)
    server.bad = [answering(429, Retry_After="7"), answering(503, Retry_After=soon), answering(429)]
    assert asker(server).get()["versions"] == ["0.2"]
    assert WAITS[0] == 7
    assert 27 < WAITS[1] <= 30
    assert WAITS[2] == 4, "where it says nothing, the time doubles with each attempt"
    assert len(server.asked) == 4


@pytest.mark.parametrize("value", ["soon", "", "-5"])
def test_a_wrong_retry_after_is_none(server: Reconciler, value: str) -> None:
    server.bad = [answering(429, Retry_After=value)]
    asker(server).get()
    assert WAITS == [1]


def test_a_service_that_stays_busy_is_given_up(server: Reconciler) -> None:
    server.bad = [answering(429, Retry_After="1")] * 3
    with pytest.raises(AnswerError, match=r"it is busy and asks to wait 1 s: try again later"):
        asker(server, times=3).get()
    assert WAITS == [1, 1]
    server.bad = [answering(429, Retry_After="3600")]
    with pytest.raises(AnswerError, match="to wait 3600 s"):
        asker(server).get()
    assert WAITS == [1, 1]


def test_nobody_there(server: Reconciler) -> None:
    with pytest.raises(AnswerError, match="it cannot be asked"):
        Asker("http://127.0.0.1:9/api", Patience(seconds=5)).get()
    with pytest.raises(AnswerError, match="no http or https URL"):
        Asker("file:///etc/passwd").get()


def opened(server: Reconciler) -> Reconciliation:
    return open_service(asker(server), Properties("P17", "P625"), 5, 10)


def saying(document: object) -> Misbehave:
    return answering(200, json.dumps(document).encode())


@pytest.mark.parametrize("manifest", [[], {}, {"versions": "0.2"}, {"versions": ["0.1"]}, {"versions": [0.2]}, None])
def test_what_is_no_manifest(server: Reconciler, manifest: object) -> None:
    server.bad = [saying(manifest)]
    with pytest.raises(AnswerError, match="no manifest of a reconciliation service"):
        opened(server)


def candidate(**more: object) -> dict[str, object]:
    return {"q0": {"result": [{"id": "Q1", "name": "One", **more}]}}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([], "no q0 as the specification has it"),
        ({}, "no q0 as the specification has it"),
        ({"q0": []}, "no q0 as"),
        ({"q0": {"result": {}}}, "no result as"),
        ({"q0": {"result": [1]}}, "no id as"),
        ({"q0": {"result": [{"id": 7, "name": "Seven"}]}}, "no id as"),
        ({"q0": {"result": [{"id": "Q1"}]}}, "no name as"),
        (candidate(id="Q1> <http://evil.example/"), "an identifier that no IRI can end with"),
        (candidate(id=""), "an identifier that no IRI can end with"),
        (candidate(type=[{"name": "a type"}]), "no id as"),
    ],
)
def test_wrong_shapes_of_candidates_0_2(server: Reconciler, answer: object, said: str) -> None:
    service = opened(server)
    server.bad = [saying(answer)]
    with pytest.raises(AnswerError, match=said):
        service.candidates([Asked(("One",))])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"results": {}}, "no results as"),
        ({"results": []}, "0 results to 1 queries"),
        ({"results": [{}]}, "no candidates as"),
    ],
)
def test_wrong_shapes_of_candidates_1_0(answer: object, said: str) -> None:
    with Reconciler({}, NEW).serving() as server:
        service = opened(server)
        server.bad = [saying(answer)]
        with pytest.raises(AnswerError, match=said):
            service.candidates([Asked(("One",))])


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        (OLD, {"rows": []}),
        (OLD, {"rows": {"Q1": []}}),
        (OLD, {"rows": {"Q1": {"P17": {}}}}),
        (NEW, {"rows": {}}),
        (NEW, {"rows": [{"id": "Q1"}]}),
        (NEW, {"rows": [{"id": "Q1", "properties": [{"id": "P17"}]}]}),
    ],
)
def test_wrong_shapes_of_values(version: str, answer: object) -> None:
    with Reconciler({"Q1": Known("One")}, version).serving() as server:
        service = opened(server)
        server.bad = [None, saying(answer)]
        with pytest.raises(AnswerError, match="the service's answer has"):
            service.candidates([Asked(("One",))])


@pytest.mark.parametrize("change", [dict, lambda: {"score": None}, lambda: {"score": "high", "type": "Q515"}])
def test_what_may_be_missing(server: Reconciler, change: Callable[[], dict[str, object]]) -> None:
    service = opened(server)
    server.bad = [saying(candidate(**change()))]
    ((item,),) = service.candidates([Asked(("One",))])
    assert (item.id, item.name, item.score) == ("Q1", "One", 0.0)
