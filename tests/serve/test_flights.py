"""What many ask for at once is made once; who fails or leaves takes nobody along, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import FOREIGN, build_project, copy_project
from ldpub.config import check_config
from ldpub.release import switch_current
from ldpub.serve import resources, things
from ldpub.serve.flights import Flights, Whole
from ldpub.serve.preparation import Preparation
from ldpub.serve.site import Site
from served import served
from web import BROWSER, Reply, Web

MADE = Whole([(b"etag", b'"1"')], b"made")
PAGE = "/doc/book/42.html"


class Crowd:
    """Requests that come together: what is done to each that makes an answer, and how often one is made."""

    def __init__(self) -> None:
        self.flights = Flights()
        self.begun = 0

    async def ask(self, head: bytes | None, ends: str = "lands") -> str:
        """One request: `made`, if it made its answer, else `shared`."""
        flight = await self.flights.board(head)
        if isinstance(flight, Whole):
            assert flight is MADE
            return "shared"
        with flight:
            self.begun += 1
            await asyncio.sleep(0.005)
            if ends == "fails":
                raise ValueError
            if ends == "is out of date":
                flight.lose()
            elif ends == "lands":
                flight.land(MADE)
        return "made"

    async def all(self, *asked: tuple[bytes | None, str]) -> list[str]:
        """What became of each; of one that failed the name of the exception."""
        came = await asyncio.gather(*(self.ask(*one) for one in asked), return_exceptions=True)
        return [type(one).__name__ if isinstance(one, BaseException) else one for one in came]


def came_of(*asked: tuple[bytes | None, str]) -> list[str]:
    return asyncio.run(asyncio.wait_for(Crowd().all(*asked), 5))


def test_a_crowd_shares_what_one_makes() -> None:
    assert came_of(*[(b"a", "lands")] * 16) == ["made", *["shared"] * 15]


def test_other_heads_and_requests_with_more_than_a_head_stay_apart() -> None:
    asked: list[tuple[bytes | None, str]] = [(b"a", "lands"), (b"b", "lands"), (None, "lands"), (None, "lands")]
    assert came_of(*asked, (b"a", "lands")) == ["made"] * 4 + ["shared"]


def test_after_a_failure_each_makes_its_own() -> None:
    assert came_of((b"a", "fails"), *[(b"a", "lands")] * 3) == ["ValueError", "made", "made", "made"]


def test_what_is_for_one_alone_is_not_shared() -> None:
    assert came_of(*[(b"a", "is for one alone")] * 4) == ["made"] * 4


def test_what_is_out_of_date_is_made_anew_once() -> None:
    assert came_of((b"a", "is out of date"), *[(b"a", "lands")] * 4) == ["made", "made", "shared", "shared", "shared"]


@pytest.mark.parametrize("place", [0, 2], ids=["who makes it", "who waits"])
def test_who_leaves_takes_nobody_along(place: int) -> None:
    async def leave() -> tuple[list[str], int]:
        crowd = Crowd()
        tasks = [asyncio.ensure_future(crowd.ask(b"a")) for _ in range(5)]
        await asyncio.sleep(0.001)
        tasks.pop(place).cancel()
        return sorted(await asyncio.wait_for(asyncio.gather(*tasks), 5)), crowd.begun

    came, begun = asyncio.run(leave())
    assert came == ["made", "shared", "shared", "shared"]
    assert begun == (2 if place == 0 else 1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"a", b"b", None]),
            st.sampled_from(["lands", "fails", "is out of date", "is for one alone", "leaves"]),
            st.integers(0, 3),
        ),
        max_size=12,
    )
)
def test_any_crowd_comes_to_an_end(asked: list[tuple[bytes | None, str, int]]) -> None:
    async def run() -> tuple[list[asyncio.Task[str]], Flights]:
        crowd, tasks = Crowd(), []
        for head, ends, turns in asked:
            tasks.append(asyncio.ensure_future(crowd.ask(head, ends)))
            for _ in range(turns):
                await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        for task, (_, ends, _) in zip(tasks, asked, strict=True):
            if ends == "leaves":
                task.cancel()
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=5)
            assert not pending
        return tasks, crowd.flights

    tasks, flights = asyncio.run(run())
    for task, (_, ends, _) in zip(tasks, asked, strict=True):
        if task.cancelled():
            assert ends == "leaves"
        elif task.exception():
            assert ends == "fails"
        else:
            assert task.result() in ("made", "shared")
    assert not flights._under_way


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a release."""
    folder = copy_project(FOREIGN, tmp_path / "project")
    build_project(folder)
    return folder


@pytest.fixture
def open_site(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[int], None]], Web]]:
    """Opens the project's site, in which the page of a thing takes a while; it is told how many were begun before."""
    begun: list[str] = []
    lock = threading.Lock()
    original = things.thing_page
    closing: list[Callable[[], object]] = []

    def serve(meanwhile: Callable[[int], None]) -> Web:
        def slowly(exchange: object, *rest: object) -> str:
            with lock:
                begun.append("")
                number = len(begun) - 1
            meanwhile(number)
            return original(exchange, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(resources, "thing_page", slowly)
        monkeypatch.setattr(Preparation, "begin", lambda *_: None)
        settings = {"project": {"title": "-", "base": "http://localhost/"}}
        running = served(Site(project / "releases", check_config(settings)))
        web = Web(running.__enter__())
        closing.extend((web.close, lambda: running.__exit__(None, None, None)))
        return web

    yield serve
    for close in closing:
        close()


def asked_by(web: Web, threads: ThreadPoolExecutor, count: int, language: str = "en") -> list[Future[Reply]]:
    return [threads.submit(web.get, PAGE, BROWSER, Accept_Language=language) for _ in range(count)]


def test_sixteen_clients_ask_for_a_page_and_it_is_made_once(open_site: Callable[[Callable[[int], None]], Web]) -> None:
    numbers: list[int] = []

    def meanwhile(number: int) -> None:
        numbers.append(number)
        time.sleep(0.5)

    web = open_site(meanwhile)
    with ThreadPoolExecutor(20) as threads:
        english, german = asked_by(web, threads, 16), asked_by(web, threads, 4, "fr")
        replies = [one.result() for one in english]
        others = [one.result() for one in german]
    assert {reply.status for reply in (*replies, *others)} == {200}
    assert len({reply.body for reply in replies}) == len({reply.body for reply in others}) == 1
    assert replies[0].body != others[0].body
    undated = {str([one for one in reply.headers.items() if one[0].lower() != "date"]) for reply in replies}
    assert len(undated) == 1
    assert numbers == [0, 1], "one for each head"


def test_a_page_that_fails_fails_for_one_only(open_site: Callable[[Callable[[int], None]], Web]) -> None:
    def meanwhile(number: int) -> None:
        time.sleep(0.5)
        if number == 0:
            raise ValueError

    web = open_site(meanwhile)
    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(one.result().status for one in asked_by(web, threads, 8))
    assert statuses == [200] * 7 + [500]


def test_a_client_that_leaves_takes_no_other_along(open_site: Callable[[Callable[[int], None]], Web]) -> None:
    begun = threading.Event()
    numbers: list[int] = []

    def meanwhile(number: int) -> None:
        numbers.append(number)
        begun.set()
        time.sleep(0.7)

    web = open_site(meanwhile)
    head = f"GET {PAGE} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n".encode()
    with web.connect(head) as leaving:
        assert begun.wait(10)
        others = [web.connect(head) for _ in range(4)]
        time.sleep(0.2)
        leaving.close()
    beginnings = set()
    for one in others:
        with one:
            beginnings.add(one.recv(15))
    assert beginnings == {b"HTTP/1.1 200 OK"}
    assert numbers == [0, 1]


def test_who_waits_while_the_release_changes_gets_the_new_one(
    project: Path, open_site: Callable[[Callable[[int], None]], Web]
) -> None:
    releases = project / "releases"
    older = (releases / "current").readlink().name
    books = project / "data/books.ttl"
    with books.open("a") as file:
        file.write('\n<https://data.example.org/lib/book/42> <https://schema.org/abstract> "New in it."@en .\n')
    newer = build_project(project).name
    switch_current(releases, older)
    numbers: list[int] = []

    def meanwhile(number: int) -> None:
        numbers.append(number)
        time.sleep(0.5)
        if number == 0:
            switch_current(releases, newer)
            assert web.get("/imprint").status == 200  # somebody asks on, and the site goes over to the new release

    web = open_site(meanwhile)
    with ThreadPoolExecutor(6) as threads:
        bodies = [one.result().text for one in asked_by(web, threads, 6)]
    assert sorted("New in it." in body for body in bodies) == [False, True, True, True, True, True]
    assert numbers == [0, 1]
