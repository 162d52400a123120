"""The pages of a release are made before somebody asks for them; what goes wrong with them harms nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pytest
from flask import Flask

from conftest import FOREIGN, build_project, copy_project
from ldpub.config import check_config
from ldpub.release import switch_current
from ldpub.serve import resources, vocabulary_pages
from ldpub.serve.ontology.shapes_page import shapes_values
from ldpub.serve.preparation import Preparation, ask, targets_of
from ldpub.serve.site import Site
from ldpub.serve.snapshot import Snapshot, Snapshots
from served import served
from web import Web

PATHS = [
    "/",
    "/moods",
    "/moods.html",
    "/doc/terms",
    "/doc/terms.html",
    "/graph/shapes",
    "/book/42",
    "/people",
    "/browse",
    "/picture/map",
    "/picture/classes",
]


class Site404:
    """A WSGI application that writes down what it is asked, and does to it what a test wants done."""

    def __init__(self, meanwhile: Callable[[str], None] = lambda _: None) -> None:
        self.asked: list[str] = []
        self.ended = 0
        self._meanwhile = meanwhile

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        path = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} {environ['HTTP_ACCEPT_LANGUAGE']}"
        self.asked.append(path)
        self._meanwhile(path)
        return self

    def __iter__(self) -> Any:
        return iter((b"page",))

    def close(self) -> None:
        self.ended += 1


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two releases, the older one current."""
    folder = copy_project(FOREIGN, tmp_path_factory.mktemp("prepared") / "project")
    older = build_project(folder)
    with (folder / "data/people.ttl").open("a") as file:
        file.write('\n<https://data.example.org/lib/book/99> <http://purl.org/dc/terms/title> "Newest"@en .\n')
    build_project(folder)
    switch_current(folder / "releases", older.name)
    return folder / "releases"


class NoStore:
    """Pages need none."""

    def close(self) -> None:
        """There is nothing to close."""


def snapshots_of(path: Path, opened: Callable[[Snapshot], None] | None = None) -> Snapshots:
    return Snapshots(path, lambda _: NoStore(), opened)  # type: ignore[arg-type, return-value]


def prepared(preparation: Preparation, snapshot: Snapshot, application: Site404, done: threading.Event) -> None:
    """Prepare a release with an application until it says that it is done."""
    preparation.prepare(snapshot)
    preparation.begin(application)
    assert done.wait(20)
    preparation.end()


def test_pages_are_asked_for_in_each_language(releases: Path) -> None:
    snapshot = snapshots_of(releases).acquire()
    languages = ("en", "fr", "pt-BR")
    known = [f"/{iri.removeprefix(snapshot.iris.base).partition('#')[0]}" for iri in snapshot.search.best_known(20)]
    others = [unquote(path) for path in dict.fromkeys(known) if path not in PATHS and not path.startswith("/http")]
    assert len(others) > 5
    assert [(unquote(path), query, tag) for path, query, tag in targets_of(snapshot)] == [
        *((path, query, tag) for path in PATHS for tag in languages for query in ("", f"lang={tag}")),
        *((path, "", tag) for path in others for tag in languages),
    ]


def test_what_was_made_is_not_made_again(
    releases: Path, app_of: Callable[[Path], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    application = app_of(releases)
    snapshots = snapshots_of(releases)
    before: dict[tuple[str, str, str], tuple[int, bytes]] = {}
    client = app_of(releases).test_client()
    for path, query, language in (targets := targets_of(snapshots.acquire())):
        fields = {"Accept": "text/html", "Accept-Language": language}
        answer = client.get(f"{path}?{query}", headers=fields, follow_redirects=True)
        before[path, query, language] = answer.status_code, answer.data
        ask(application.wsgi_app, (path, query, language))
    monkeypatch.delattr(resources, "thing_page")
    monkeypatch.delattr(vocabulary_pages, "ontology_values")
    monkeypatch.delattr(vocabulary_pages, "shapes_values")
    for path, query, language in targets:
        fields = {"Accept": "text/html", "Accept-Language": f"{language}, *;q=0.1"}
        answer = application.test_client().get(f"{path}?{query}", headers=fields, follow_redirects=True)
        assert (answer.status_code, answer.data) == before[path, query, language]


def test_each_release_is_prepared_when_it_is_served(releases: Path) -> None:
    preparation, came = Preparation(), threading.Event()
    older = (releases / "current").readlink().name
    newer = next(path.name for path in releases.glob("[0-9]*") if path.name != older)
    asked: list[tuple[str, str, str]] = []
    application = Site404(lambda path: came.set() if path == _told(asked[-1]) else None)
    try:
        snapshots = snapshots_of(releases, preparation.prepare)
        for release in (older, newer):
            switch_current(releases, release)
            snapshot = snapshots.acquire()
            assert snapshot.target == release
            asked += targets_of(snapshot)
            if release == older:
                preparation.begin(application)
            assert came.wait(20)
            came.clear()
    finally:
        switch_current(releases, older)
        preparation.end()
    assert application.asked == list(map(_told, asked))
    assert application.ended == len(asked)


def _told(target: tuple[str, str, str]) -> str:
    path, query, language = target
    return f"{unquote_to_bytes(path).decode('latin-1')}?{query} {language}"


def test_the_pages_of_a_former_release_are_no_longer_asked_for(releases: Path) -> None:
    snapshot = snapshots_of(releases).acquire()
    preparation, done = Preparation(), threading.Event()

    def meanwhile(_: str) -> None:
        if len(application.asked) == 2:
            preparation.prepare(snapshot)
        if len(application.asked) == 2 + len(targets_of(snapshot)):
            done.set()

    application = Site404(meanwhile)
    prepared(preparation, snapshot, application, done)
    assert application.asked[:2] == application.asked[2:4]


def test_a_page_that_cannot_be_made_keeps_no_other_from_being_made(
    releases: Path, caplog: pytest.LogCaptureFixture
) -> None:
    preparation, done = Preparation(), threading.Event()
    snapshot = snapshots_of(releases).acquire()

    def meanwhile(path: str) -> None:
        if path.startswith("/moods"):
            raise ValueError(path)
        if len(application.asked) == len(targets_of(snapshot)):
            done.set()

    application = Site404(meanwhile)
    prepared(preparation, snapshot, application, done)
    assert "/moods?" in caplog.text
    assert "could not be prepared" in caplog.text


def test_it_ends_with_the_page_that_is_being_made(releases: Path) -> None:
    preparation, begun, go_on = Preparation(), threading.Event(), threading.Event()

    def meanwhile(_: str) -> None:
        begun.set()
        go_on.wait(20)

    application = Site404(meanwhile)
    preparation.prepare(snapshots_of(releases).acquire())
    preparation.begin(application)
    assert begun.wait(20)
    ending = threading.Thread(target=preparation.end)
    ending.start()
    go_on.set()
    ending.join(20)
    assert not ending.is_alive()
    assert len(application.asked) == application.ended == 1


def test_a_server_prepares_and_serves_meanwhile(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    original = shapes_values
    came, go_on = threading.Event(), threading.Event()

    def slowly(exchange: Any, *rest: Any) -> dict[str, Any]:
        made.append(exchange.language)
        came.set()
        if threading.current_thread().name == "ldpub-prepares":
            assert go_on.wait(20)
        return original(exchange, *rest)

    monkeypatch.setattr(vocabulary_pages, "shapes_values", slowly)
    settings = {"project": {"title": "-", "base": "http://localhost/"}}
    with served(Site(releases, check_config(settings))) as url, Web(url) as web:
        assert came.wait(20)
        early = web.get("/graph/shapes", "text/html", Accept_Language="fr")
        go_on.set()
        for _ in range(3):
            assert web.get("/graph/shapes", "text/html", Accept_Language="fr").body == early.body
    assert early.status == 200
