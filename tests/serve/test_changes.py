"""The event stream, the page of changes and the feed over HTTP, and that whoever follows them has the data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ldpub.build import event_stream
from ldpub.build.compare import release_triples
from ldpub.build.entities import entities
from ldpub.build.pipeline import build
from ldpub.build.project import open_project
from ldpub.events import read_history
from ldpub.formats import EVENT_FORMATS, N_TRIPLES, Format
from ldpub.namespaces import LDES, RDF, TREE
from ldpub.release import Release, current_release
from replay import MEMBER, replay, versions
from serve.conftest import AppOf
from small import BASE, PREFIXES, SETTINGS, write
from web import BROWSER

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
ATOM = "{http://www.w3.org/2005/Atom}"
STREAM = NamedNode(BASE + "ldes#stream")
ELSEWHERE = "https://mirror.example.net/a/"
A = "e:a rdfs:label 'A & <b>'@en, 'Ä'@de ; "
SHARED = "e:y e:in _:x . e:z e:in _:x . _:x e:b '\\u0001' ."
CONTENTS = [
    A + "e:in [ e:b 1.50 ; e:c ( 1 2 ) ] . " + SHARED,
    A + "e:in [ e:b 1.5 ] . " + SHARED,
    A + "e:in [ e:b 1.5 ] ; e:b e:y . e:y e:n 'no label' . e:in rdfs:label 'in'@en, 'im'@de .",
]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three releases, with pages of two members."""
    folder = tmp_path_factory.mktemp("changes")
    with patch.object(event_stream, "MEMBERS_PER_PAGE", 2):
        for day, content in enumerate(CONTENTS, 1):
            write(folder, {"data/a.ttl": PREFIXES + content}, "")
            (folder / "ldpub.toml").write_text(f'{SETTINGS}version = "{day}"\nmodified = "2026-01-0{day}"\n')
            build(open_project(folder))
    return folder / "releases"


@pytest.fixture(scope="module")
def release(releases: Path) -> Release:
    found = current_release(releases)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def app(app_of: AppOf, releases: Path) -> Flask:
    return app_of(releases)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def triples(client: FlaskClient, path: str, form: Format, at: str = BASE) -> list[Triple]:
    """What a page of the stream says, read where it was asked for."""
    answer = client.get(path, headers={"Accept": form.media_type})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == form.content_type
    assert "Accept" in answer.headers["Vary"]
    syntax = getattr(RdfFormat, form.engine)
    base = None if form is N_TRIPLES else at + path.removeprefix("/")
    found = [quad.triple for quad in parse(answer.data, format=syntax, base_iri=base)]
    suffixed = client.get(f"{path}.{form.suffix}")
    assert suffixed.data == answer.data
    assert "Accept," not in suffixed.headers["Vary"]
    return found


def values(graph: list[Triple], subject: NamedNode, name: str) -> list[str]:
    return [getattr(t.object, "value", "") for t in graph if t.subject == subject and t.predicate.value == name]


@pytest.mark.parametrize(
    ("form", "at"),
    [(form, at) for form in EVENT_FORMATS for at in (BASE, ELSEWHERE) if at == BASE or form is not N_TRIPLES],
    ids=lambda value: getattr(value, "name", value),
)
def test_replaying_what_is_served_gives_what_is_asserted(
    client: FlaskClient, release: Release, form: Format, at: str
) -> None:
    """Wherever it is served: the pages' references are relative, but for N-Triples, which has the public IRIs."""
    root = triples(client, "/ldes", form, at)
    (view,) = [t.object for t in root if t.predicate.value == TREE + "view"]
    assert view == NamedNode(at + "ldes")
    assert not any(isinstance(term, BlankNode) for t in root for term in (t.subject, t.object))
    nodes = list(dict.fromkeys(v for t in root for v in values([t], t.subject, TREE + "node")))  # type: ignore[arg-type]
    pages = read_history(release.path).pages
    assert len(nodes) == len(pages) > 2
    members: list[Triple] = []
    for node, page in zip(nodes, pages, strict=True):
        assert node.startswith(at)
        found = triples(client, node.removeprefix(at[:-1]), form, at)
        head = [t for t in found if t.subject == NamedNode(node)]
        assert values(head, NamedNode(node), RDF + "type") == [TREE + "Node"]
        assert (values(head, NamedNode(node), LDES + "immutable") == ["true"]) == page.is_full
        members += _apart([t for t in found if t not in head], node)
    assert {t.subject for t in members if t.predicate == MEMBER} == {STREAM}
    told = versions(members)
    assert [v.time for v in told] == sorted(v.time for v in told)
    assert entities(replay(told)) == entities(release_triples(release, inferred=False))


def _apart(found: list[Triple], page: str) -> list[Triple]:
    """The triples with blank nodes that are the page's own."""

    def own(term: object) -> object:
        return BlankNode(f"p{page.rpartition('-')[2]}{term.value}") if isinstance(term, BlankNode) else term

    return [Triple(own(t.subject), t.predicate, own(t.object)) for t in found]  # type: ignore[arg-type]


def test_the_root_says_what_a_client_must_know(client: FlaskClient) -> None:
    graph = triples(client, "/ldes", EVENT_FORMATS[0])
    said = {
        name: values(graph, STREAM, LDES + name)
        for name in ("timestampPath", "versionOfPath", "versionDeletePath", "versionDeleteObject")
    }
    assert said == {
        "timestampPath": ["http://www.w3.org/ns/prov#generatedAtTime"],
        "versionOfPath": ["http://purl.org/dc/terms/isVersionOf"],
        "versionDeletePath": [RDF + "type"],
        "versionDeleteObject": ["https://www.w3.org/ns/activitystreams#Delete"],
    }
    assert values(graph, STREAM, RDF + "type") == [LDES + "EventStream"]
    (policy,) = values(graph, NamedNode(BASE + "ldes"), LDES + "retentionPolicy")
    assert values(graph, NamedNode(policy), LDES + "startingFrom") == ["2026-01-01T00:00:00Z"]
    for relation in {t.object for t in graph if t.predicate.value == TREE + "relation"}:
        assert isinstance(relation, NamedNode)
        assert [len(values(graph, relation, TREE + name)) for name in ("node", "path", "value")] == [1, 1, 1]


def test_bounds_of_pages_hold(client: FlaskClient) -> None:
    graph = triples(client, "/ldes", EVENT_FORMATS[0])
    for relation in {t.object for t in graph if t.predicate.value == TREE + "relation"}:
        assert isinstance(relation, NamedNode)
        (kind,), (node,), (bound,) = (
            values(graph, relation, name) for name in (RDF + "type", TREE + "node", TREE + "value")
        )
        page = triples(client, node.removeprefix(BASE[:-1]), EVENT_FORMATS[0])
        times = [t.object.value for t in page if isinstance(t.object, Literal) and t.predicate.value.endswith("AtTime")]
        is_lower = kind == TREE + "GreaterThanOrEqualToRelation"
        assert is_lower or kind == TREE + "LessThanOrEqualToRelation"
        assert times
        assert all(bound <= time if is_lower else time <= bound for time in times)


def test_full_pages_never_change_and_the_last_one_may(client: FlaskClient, release: Release) -> None:
    for page in read_history(release.path).pages:
        answer = client.get(f"/ldes/{page.name}")
        assert ("immutable" in answer.headers["Cache-Control"]) == page.is_full
        again = client.get(f"/ldes/{page.name}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]
        other = client.get(f"/ldes/{page.name}", headers={"Accept": "application/ld+json"})
        assert other.headers["ETag"] != answer.headers["ETag"]
        assert f'<{page.name}.jsonld>; rel="alternate"; type="application/ld+json"' in answer.headers["Link"]
    assert "immutable" not in client.get("/ldes").headers["Cache-Control"]
    assert client.head("/ldes").status_code == 200


def test_pages_keep_their_bytes_in_the_next_release(
    app_of: AppOf, client: FlaskClient, releases: Path, release: Release
) -> None:
    former = sorted((path for path in releases.glob("2*")), key=lambda path: read_history(path).members)[1]
    before = read_history(former).pages
    old = app_of(former).test_client()
    assert any(page.is_full for page in before)
    for page in before:
        if page.is_full:
            one, other = (site.get(f"/ldes/{page.name}") for site in (old, client))
            assert (one.data, one.headers["ETag"]) == (other.data, other.headers["ETag"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ldes/000000000000-1", 410),
        ("/ldes/000000000000-1.ttl", 410),
        ("/ldes/000000000000-x", 404),
        ("/ldes/nothing", 404),
        ("/ldes/{}-99", 404),
        ("/ldes/{}-1.html", 404),
        ("/ldes.html", 404),
        ("/changes?page=2", 404),
        ("/changes?page=x", 400),
    ],
)
def test_what_there_is_not(client: FlaskClient, release: Release, path: str, status: int) -> None:
    target = path.format(read_history(release.path).origin)
    assert client.get(target, headers={"Accept": "*/*" if "changes" not in path else BROWSER}).status_code == status


def test_negotiation(client: FlaskClient) -> None:
    assert client.get("/ldes").headers["Content-Type"].startswith("text/turtle")
    browsed = client.get("/ldes", headers={"Accept": BROWSER})
    assert (browsed.status_code, browsed.headers["Location"]) == (303, "/changes")
    asked = client.get("/changes", headers={"Accept": "application/trig"})
    assert (asked.status_code, asked.headers["Location"]) == (303, "/ldes")
    assert "Accept" in asked.headers["Vary"]
    for path in ("/ldes", "/changes"):
        assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_the_page_tells_what_changed(client: FlaskClient) -> None:
    page = client.get("/changes?lang=de", headers={"Accept": BROWSER})
    assert page.headers["Content-Language"] == "de"
    text = page.get_data(as_text=True)
    assert text.index('id="2026-01-03T00:00:00Z"') < text.index('id="2026-01-02T00:00:00Z"')
    assert '<link rel="alternate" type="application/atom+xml"' in text
    assert "1.50" in text
    assert "1.5<" in text
    assert "im</a></th>" in text
    assert "geändert: <a href=" in text
    assert "A &amp; &lt;b&gt;" in client.get("/changes", headers={"Accept": BROWSER}).get_data(as_text=True)
    assert client.get("/", headers={"Accept": BROWSER}).get_data(as_text=True).count("changes/feed.atom") == 2
    again = client.get("/changes?lang=de", headers={"Accept": BROWSER, "If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_pages_of_changes_go_on(app_of: AppOf, releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ldpub.serve.changes.EDITIONS_SHOWN", 2)
    client = app_of(releases).test_client()
    first, second = (
        client.get(f"/changes?page={n}", headers={"Accept": BROWSER}).get_data(as_text=True) for n in (1, 2)
    )
    assert [first.count("<section"), second.count("<section")] == [2, 1]
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_the_feed_is_atom(client: FlaskClient) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and its entries must have."""
    answer = client.get("/changes/feed.atom?lang=de")
    assert answer.headers["Content-Type"] == "application/atom+xml"
    root = ET.fromstring(answer.data)
    assert root.tag == ATOM + "feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert root.findtext(ATOM + "id") == BASE + "changes"
    assert root.findtext(ATOM + "title") == "Kleine Menge: Änderungen"
    assert root.findtext(ATOM + "updated") == "2026-01-03T00:00:00Z"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    links = {link.get("rel"): link.get("href") for link in root.findall(ATOM + "link")}
    assert links == {"self": BASE + "changes/feed.atom", "alternate": BASE + "changes", "license": LICENSE}
    entries = root.findall(ATOM + "entry")
    assert [e.findtext(ATOM + "updated") for e in entries] == [f"2026-01-0{day}T00:00:00Z" for day in (3, 2, 1)]
    assert len({e.findtext(ATOM + "id") for e in entries}) == 3
    assert entries[1].findtext(ATOM + "title") == "2026-01-02 (2): 1 Eintrag geändert"
    assert entries[1].findtext(ATOM + "content") == f"geändert: Ä <{BASE}id/a>"
    assert all(e.findtext(ATOM + "title") and e.find(ATOM + "link") is not None for e in entries)
    again = client.get("/changes/feed.atom?lang=de", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    english = client.get("/changes/feed.atom")
    assert english.headers["ETag"] != answer.headers["ETag"]


def test_a_feed_says_only_what_xml_can(app_of: AppOf, tmp_path: Path) -> None:
    write(tmp_path, {"data/a.ttl": PREFIXES + "e:a e:b 1 ."}, "")
    build(open_project(tmp_path))
    write(tmp_path, {"data/a.ttl": PREFIXES + "e:a rdfs:label 'bell \\u0007 & \\uFFFE' ."}, "")
    build(open_project(tmp_path))
    answer = app_of(tmp_path / "releases").test_client().get("/changes/feed.atom")
    text = ET.fromstring(answer.data).findtext(f"{ATOM}entry/{ATOM}content")
    assert text == f"changed: bell \ufffd & \ufffd <{BASE}id/a>"


def test_nothing_published_is_said(app_of: AppOf, tmp_path: Path) -> None:
    write(tmp_path, {"data/a.ttl": PREFIXES}, "")
    build(open_project(tmp_path))
    client = app_of(tmp_path / "releases").test_client()
    assert "Nothing was published yet." in client.get("/changes", headers={"Accept": BROWSER}).get_data(as_text=True)
    assert not ET.fromstring(client.get("/changes/feed.atom").data).findall(ATOM + "entry")
    graph = triples(client, "/ldes", EVENT_FORMATS[0])
    assert not [t for t in graph if t.predicate.value == TREE + "relation"]


def test_a_release_without_a_whole_history_is_refused(app_of: AppOf, releases: Path, tmp_path: Path) -> None:
    found = current_release(releases)
    assert found is not None
    broken = shutil.copytree(found.path, tmp_path / found.path.name)
    client = app_of(broken).test_client()
    (broken / "changes.json").write_text("[]")
    assert client.get("/ldes").status_code == 503
