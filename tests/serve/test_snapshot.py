"""A new release is gone over to without a lost request; a damaged one never; rolling back is switching the link."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from conftest import FOREIGN, Serve, build_project, copy_project
from ldpub.errors import ReleaseError
from ldpub.release import (
    DOCUMENTS,
    LISTS,
    MANIFEST,
    REPORT_LINES,
    SEARCH,
    STORE,
    Release,
    current_release,
    switch_current,
)
from ldpub.serve import snapshot
from ldpub.serve.snapshot import Snapshots
from ldpub.store import Store
from ldpub.store.embedded import EmbeddedStore, open_read_only
from web import BROWSER, Web

ADDED = '\n<https://data.example.org/lib/book/99> <http://www.w3.org/2000/01/rdf-schema#label> "The Newest"@en .\n'
PATHS = (
    "/doc/book/42",
    "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20a%20%3Fo%7D%20LIMIT%205",
    "/",
    "/graph/data/books.nt",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two releases, the older one current."""
    folder = copy_project(FOREIGN, tmp_path / "project")
    older = build_project(folder)
    with (folder / "data/people.ttl").open("a") as file:
        file.write(ADDED)
    build_project(folder)
    switch_current(folder / "releases", older.name)
    return folder


def names(project: Path) -> tuple[str, str]:
    """The older release and the newer one."""
    releases = project / "releases"
    older = current_release(releases)
    assert older is not None
    newer = next(path.name for path in releases.glob("[0-9]*") if path.name != older.manifest.id)
    return older.manifest.id, newer


@contextmanager
def hammering(url: str, seen: set[int]) -> Iterator[None]:
    """Threads that ask without a pause; the statuses they see are put into a set, a failure as 0."""
    over = threading.Event()

    def ask(path: str) -> None:
        with Web(url) as web:
            while not over.is_set():
                try:
                    seen.add(web.get(path, BROWSER).status)
                except OSError:
                    seen.add(0)

    threads = [threading.Thread(target=ask, args=(path,)) for path in PATHS]
    for thread in threads:
        thread.start()
    yield
    over.set()
    for thread in threads:
        thread.join()


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_switching_and_rolling_back_lose_no_request(serve: Serve, project: Path, workers: str) -> None:
    older, newer = names(project)
    url = serve(project, "--workers", workers)
    seen: set[int] = set()
    with Web(url) as web, hammering(url, seen):

        def is_newest(wanted: int) -> Callable[[], bool]:
            return lambda: {web.get("/book/99", "text/turtle").status for _ in range(20)} == {wanted}

        assert is_newest(404)()
        first = web.get("/doc/book/42", "text/turtle").headers["ETag"]
        for release, status in ((newer, 303), (older, 404), (newer, 303)):
            switch_current(project / "releases", release)
            until(is_newest(status))
        assert web.get("/doc/book/42", "text/turtle").headers["ETag"] != first
        for release in (older, newer):
            assert web.get(f"/release/{release}/manifest.json").status == 200
    assert seen == {200}


def test_building_while_serving_publishes(serve: Serve, tmp_path: Path) -> None:
    project = copy_project(FOREIGN, tmp_path / "project")
    url = serve(project)
    seen: set[int] = set()
    with Web(url) as web, hammering(url, seen):
        with (project / "data/people.ttl").open("a") as file:
            file.write(ADDED)
        build_project(project)
        until(lambda: web.get("/doc/book/99", "text/turtle").status == 200)
    assert seen == {200}


def remove_manifest(release: Path) -> None:
    (release / MANIFEST).unlink()


def break_manifest(release: Path) -> None:
    (release / MANIFEST).write_text("{")


def truncate_documents(release: Path) -> None:
    with (release / DOCUMENTS).open("r+b") as file:
        file.truncate(5000)


def overwrite_documents(release: Path) -> None:
    path = release / DOCUMENTS
    path.write_bytes(b"x" * path.stat().st_size)


def overwrite_search(release: Path) -> None:
    path = release / SEARCH
    path.write_bytes(b"x" * path.stat().st_size)


def overwrite_lists(release: Path) -> None:
    path = release / LISTS
    path.write_bytes(b"x" * path.stat().st_size)


def remove_store(release: Path) -> None:
    shutil.rmtree(release / STORE)


def remove_report(release: Path) -> None:
    (release / REPORT_LINES).unlink()


def remove_all(release: Path) -> None:
    shutil.rmtree(release)


DAMAGES = [
    remove_manifest,
    break_manifest,
    truncate_documents,
    overwrite_documents,
    overwrite_search,
    overwrite_lists,
    remove_store,
    remove_report,
    remove_all,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__)
def test_a_damaged_release_leaves_the_former_one_served(
    project: Path, app_of: Callable[[Path], Flask], damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    older, newer = names(project)
    client = app_of(project / "releases").test_client()
    damage(project / "releases" / newer)
    switch_current(project / "releases", newer)
    for path in PATHS:
        assert client.get(path, headers={"Accept": BROWSER}).status_code == 200
    assert f">{older}</a>" in client.get("/", headers={"Accept": BROWSER}).text
    assert "cannot be served" in caplog.text
    switch_current(project / "releases", older)
    assert client.get("/doc/book/42").status_code == 200


def test_a_release_that_failed_is_tried_again(
    project: Path, app_of: Callable[[Path], Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = names(project)
    client = app_of(project / "releases").test_client()
    hidden = project / "hidden"
    (project / "releases" / newer).rename(hidden)
    switch_current(project / "releases", newer)
    assert client.get("/book/99").status_code == 404
    hidden.rename(project / "releases" / newer)
    assert client.get("/book/99").status_code == 404
    switch_current(project / "releases", older)
    hidden.parent.joinpath("releases", newer).rename(hidden)
    monkeypatch.setattr(snapshot, "TRIED_AGAIN_AFTER", 0.0)
    switch_current(project / "releases", "nowhere")
    assert client.get("/book/99").status_code == 404
    hidden.rename(project / "releases" / "nowhere")
    assert client.get("/book/99").status_code == 303


def test_a_release_is_closed_when_its_last_request_has_ended(project: Path) -> None:
    closed: list[str] = []

    class Watched(EmbeddedStore):
        def close(self) -> None:
            closed.append("closed")
            super().close()

    def open_watched(release: object) -> Store:
        return Watched(open_read_only(release.file(STORE)))  # type: ignore[attr-defined]

    _, newer = names(project)
    snapshots = Snapshots(project / "releases", open_watched)
    held = snapshots.acquire()
    switch_current(project / "releases", newer)
    current = snapshots.acquire()
    assert current is not held
    assert not closed
    held.let_go()
    assert len(closed) == 1
    current.let_go()
    snapshots.close()
    assert len(closed) == 2


def test_nothing_to_serve_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no release"):
        Snapshots(tmp_path, lambda release: EmbeddedStore(open_read_only(release.file(STORE))))


def test_a_version_of_the_vocabulary_stays_when_a_newer_one_comes(
    project: Path, app_of: Callable[[Path], Flask]
) -> None:
    terms = project / "ontology/terms.ttl"
    terms.write_text(terms.read_text().replace("terms/2.1>", "terms/3.0>").replace('"Book"@en', '"Volume"@en'))
    build_project(project)
    client = app_of(project / "releases").test_client()
    for path, label in (
        ("/terms/2.1", "Book"),
        ("/terms/2.1.ttl", "Book"),
        ("/terms/3.0", "Volume"),
        ("/terms", "Volume"),
    ):
        answer = client.get(path, headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert answer.status_code == 200, path
        assert f'"{label}"@en' in answer.text, path
    assert client.get("/terms/1.0").status_code == 404


def test_going_back_while_a_release_is_opened_stops_nothing(project: Path) -> None:
    """What the loop asks must never wait for what waits for the loop."""
    releases = project / "releases"
    older = (releases / "current").readlink().name
    newer = next(path.name for path in releases.glob("[0-9]*") if path.name != older)
    opened: list[Release] = []
    loop: list[asyncio.AbstractEventLoop] = []

    def open_slowly(release: Release) -> Store:
        opened.append(release)
        if len(opened) > 1:
            switch_current(releases, older)
            asked = asyncio.run_coroutine_threadsafe(snapshots.current(), loop[0])
            assert asked.result(5).manifest.id == older
        return EmbeddedStore(open_read_only(release.file(STORE)))

    async def serve() -> None:
        loop.append(asyncio.get_running_loop())
        switch_current(releases, newer)
        await snapshots.current()

    snapshots = Snapshots(releases, open_slowly)
    asyncio.run(serve())
    assert len(opened) == 2
    snapshots.close()
