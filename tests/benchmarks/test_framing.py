"""The benchmark's client takes responses apart rightly, in whatever pieces they arrive, and sees what is broken."""

from __future__ import annotations

import json
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing import ANY_ROWS, BrokenResponseError, Response, Target, is_right

TARGET = Target("127.0.0.1", 7878, "/sparql")
ROWS = json.dumps({"head": {}, "results": {"bindings": [{"o": {"value": 'a "o": b'}}, {"o": {"value": ""}}]}}).encode()


def plain(body: bytes) -> bytes:
    """A response with its length."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def chunked(chunks: list[bytes]) -> bytes:
    """A response in chunks; an empty one would be the last."""
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks if chunk)
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """The data cut where it is said, as far as it reaches."""
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[one:other] for one, other in pairwise(places)]


def fed(parts: list[bytes]) -> Response:
    """A response that has got all parts; it is done with the last one and not before."""
    response = Response()
    for part in parts:
        assert not response.done
        response.feed(part)
    return response


CUTS = st.lists(st.integers(0, 5000), max_size=20)


@given(st.binary(max_size=300), CUTS)
def test_body_of_a_length(body: bytes, cuts: list[int]) -> None:
    response = fed(pieces(plain(body), cuts))
    assert response.done
    assert (response.status, b"".join(response.body)) == (200, body)


@given(st.lists(st.binary(max_size=100), max_size=6), CUTS)
def test_body_in_chunks(chunks: list[bytes], cuts: list[int]) -> None:
    response = fed(pieces(chunked(chunks), cuts))
    assert response.done
    assert b"".join(response.body) == b"".join(chunks)


@given(st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=4), st.integers(0, 5000), st.booleans())
def test_a_cut_response_is_never_whole(chunks: list[bytes], at: int, in_chunks: bool) -> None:
    whole = chunked(chunks) if in_chunks else plain(b"".join(chunks))
    response = Response()
    response.feed(whole[: at % len(whole)])
    assert not response.done
    with pytest.raises(BrokenResponseError):
        response.close()


def test_body_until_the_connection_closes() -> None:
    response = fed([b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nab", b"c"])
    assert not response.done
    assert response.last
    response.close()
    assert (response.done, b"".join(response.body)) == (True, b"abc")


def test_interim_responses_are_passed_over() -> None:
    assert fed([b"HTTP/1.1 100 Continue\r\n\r\n" + plain(b"x")]).body == [b"x"]


@pytest.mark.parametrize(
    "data",
    [plain(b"x") + b"y", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n"],
)
def test_what_is_no_response_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenResponseError):
        Response().feed(data)


def test_rows_are_counted_and_broken_answers_seen() -> None:
    assert is_right(fed([plain(ROWS)]), 2)
    assert is_right(fed([plain(ROWS)]), ANY_ROWS)
    assert not is_right(fed([plain(ROWS)]), 3)
    assert not is_right(fed([plain(ROWS[:-1])]), ANY_ROWS)
    assert not is_right(fed([plain(ROWS[:-3] + b"The query timed out")]), 2)
    assert not is_right(fed([plain(ROWS).replace(b"200 OK", b"503 Service Unavailable")]), 2)


@given(st.text(min_size=1), st.integers(0, 10**9))
def test_a_request_carries_the_query_and_a_number(query: str, number: int) -> None:
    ask = TARGET.ask(query.encode(errors="ignore").decode())
    line = ask.bytes(number).split(b"\r\n")[0].decode()
    method, address, version = line.split(" ")
    assert (method, version) == ("GET", "HTTP/1.1")
    assert parse_qs(urlsplit(address).query)["query"] == [f"{query.encode(errors='ignore').decode()} #{number}"]
    assert ask.fixed().bytes(1) == ask.fixed().bytes(2)
