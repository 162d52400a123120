"""The reference client of LDES replays our stream: `ldes-client` from npm, run by Node.js as its users run it.

It is installed once, into the user's cache; where Node.js or the registry is absent, the tests are skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from conftest import Serve
from ldpub.build.compare import release_triples
from ldpub.build.entities import entities
from ldpub.build.pipeline import build
from ldpub.build.project import open_project
from ldpub.events import read_history
from ldpub.release import Release, current_release, open_release
from npm import installed
from replay import TIME, VERSION_OF, Version, replay, version

pytestmark = [pytest.mark.ldes, pytest.mark.xdist_group("ldes-client")]

PACKAGE = "ldes-client@0.3.0"

Run = Callable[..., list[list[Triple]]]
"""Takes options and the URL of a stream; returns the triples of each member that the client emits."""


@pytest.fixture(scope="module")
def run() -> Run:
    """Runs the client."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not on this machine: the reference client of LDES was not run")
    script = installed(PACKAGE, "the reference client of LDES was not run") / "dist/bin/cli.js"

    def members(*arguments: str) -> list[list[Triple]]:
        done = subprocess.run([node, str(script), *arguments], capture_output=True, text=True, timeout=120, check=True)
        texts = [text for text in done.stdout.split("\n\n") if text.strip()]
        return [[quad.triple for quad in parse(text, format=RdfFormat.TURTLE)] for text in texts]

    return members


@pytest.fixture(scope="module")
def library(foreign_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library with a history of three releases: things are changed, taken away, and put back."""
    folder = tmp_path_factory.mktemp("ldes") / "project"
    shutil.copytree(foreign_project, folder, ignore=shutil.ignore_patterns("releases"))
    people = folder / "data/people.ttl"
    before = people.read_text(encoding="utf-8")
    build(open_project(folder))
    books = folder / "data/books.ttl"
    books.write_text(books.read_text(encoding="utf-8").replace("dct:isVersionOf book:42", "dct:isVersionOf book:7"))
    people.unlink()
    build(open_project(folder))
    people.write_text(before, encoding="utf-8")
    build(open_project(folder))
    return folder


@pytest.fixture(scope="module")
def release(library: Path) -> Release:
    found = current_release(library / "releases")
    assert found is not None
    return found


def read(members: list[list[Triple]]) -> list[Version]:
    """The members as our own consumer sees them."""
    found = []
    for triples in members:
        about: dict[object, list[Triple]] = {}
        for triple in triples:
            about.setdefault(triple.subject, []).append(triple)
        (member,) = (t.subject for t in triples if t.predicate == VERSION_OF and str(t.subject).count("/ldes/"))
        found.append(version(member, about))
    return found


def test_the_client_comes_to_what_the_release_asserts(run: Run, serve: Serve, library: Path, release: Release) -> None:
    """From another host than the project's base names, and every member once."""
    told = read(run(f"{serve(library)}/ldes"))
    history = read_history(release.path)
    assert len(history.editions) == 3
    assert len({v.member for v in told}) == len(told) == history.members
    assert any(v.triples is None for v in told)
    assert entities(replay(told)) == entities(release_triples(release, inferred=False))


@pytest.fixture
def redirecting(serve: Serve, library: Path) -> Iterator[str]:
    """The URL of a host that sends every request on to the site, as w3id.org and purl.org do."""
    site = serve(library)

    class Redirection(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"{site}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Redirection) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_client_follows_a_redirected_base(run: Run, redirecting: str, release: Release) -> None:
    told = read(run(f"{redirecting}/ldes"))
    assert entities(replay(told)) == entities(release_triples(release, inferred=False))


def test_the_client_finds_the_order(run: Run, serve: Serve, library: Path, release: Release) -> None:
    url = f"{serve(library)}/ldes"
    up = [v.time for v in read(run("--ordered", "ascending", url))]
    assert up == sorted(up)
    assert len(up) == read_history(release.path).members
    late = read(run("--after", read_history(release.path).editions[0].timestamp, url))
    assert sorted(v.time for v in late) == up[-len(late) :]
    assert 0 < len(late) < len(up)


def test_the_client_makes_versions_into_things(run: Run, serve: Serve, library: Path, release: Release) -> None:
    """Its own materialization of the last versions holds every statement of an entity under the entity's own IRI."""
    asserted = entities(release_triples(release, inferred=False))
    found = run("--materialize", "--last-version-only", f"{serve(library)}/ldes")
    told = {next(t.subject for t in member if t.predicate == TIME): member for member in found}
    assert len(told) == len(found)
    simple = 0
    for entity, triples in asserted.by_entity.items():
        if all(t.subject == entity and t.predicate != VERSION_OF and "_:" not in str(t) for t in triples):
            simple += 1
            member = told[entity]
            assert {t for t in member if t.predicate != TIME} == set(triples)
    assert simple > 10


def test_the_shipped_stream_is_replayed(run: Run, site: str, shipped_release: Path) -> None:
    release = open_release(shipped_release)
    told = read(run(f"{site}/ldes"))
    assert len(told) == read_history(shipped_release).members
    assert entities(replay(told)) == entities(release_triples(release, inferred=False))
