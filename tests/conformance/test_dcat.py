"""The feed as it is served: the official shapes, the metadata score, and our own shapes held to the official ones.

The shapes stand in the folder `dcat-shapes` of $LDPUB_CONFORMANCE, the vocabularies in `dcat-vocab`.
"""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import dcat_shapes
import pytest
from dcat_shapes import DASHBOARD, DCAT_AP, DCAT_AP_DE, VOCABULARIES, Result, are_there, validate
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from conftest import ROOT, build_project, copy_project
from ldpub.build import authority
from ldpub.build.mqa import scores
from ldpub.build.profiles import conformance
from ldpub.namespaces import DCT, RDF
from ldpub.release import CATALOGUE, CATALOGUE_PAGES, open_release
from web import Web

HAS_TURBO = importlib.util.find_spec("pyshacl_turbo") is not None
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not are_there(), reason=f"no shapes at {dcat_shapes.SHAPES}: set LDPUB_CONFORMANCE"),
    pytest.mark.skipif(not HAS_TURBO, reason="pyshacl-turbo is not installed: pip install '.[fast]'"),
]
TYPE = NamedNode(RDF + "type")
SUFFIXES = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD, "nt": RdfFormat.N_TRIPLES}


@pytest.fixture(scope="module")
def web(site: str) -> Iterator[Web]:
    with Web(site) as opened:
        yield opened


@pytest.fixture(scope="module")
def feed(web: Web) -> list[Triple]:
    """The feed as a harvester gets it."""
    return triples(web, "/catalog", RdfFormat.TURTLE, "*/*")


def triples(web: Web, target: str, form: RdfFormat, accept: str | None = None) -> list[Triple]:
    reply = web.get(target, accept)
    assert reply.status == 200, reply.text
    return [quad.triple for quad in parse(reply.body, format=form, base_iri="http://localhost/")]


def grave(results: list[Result]) -> list[Result]:
    return [result for result in results if result.severity == "Violation"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_syntax_is_the_same_feed(web: Web, feed: list[Triple], suffix: str) -> None:
    assert set(triples(web, f"/catalog.{suffix}", SUFFIXES[suffix])) == set(feed)


def test_no_violations_of_dcat_ap(feed: list[Triple]) -> None:
    results = validate(feed, DCAT_AP)
    assert grave(results) == []
    # The publisher is no body of the EU: what every city's feed is told, thrice.
    assert {(result.severity, result.path) for result in results} == {("Warning", DCT + "publisher")}


def test_no_violations_of_dcat_ap_de(feed: list[Triple]) -> None:
    assert validate(feed, DCAT_AP_DE) == []


def test_the_dashboard_of_govdata_misses_only_what_govdata_assigns(feed: list[Triple]) -> None:
    found = {r.severity for r in validate(feed, DASHBOARD) if not r.severity.startswith("count_")}
    assert found == {"no_correct_contributorID"}


def test_with_everything_set_nothing_is_missed_at_all(tmp_path: Path) -> None:
    project = copy_project(ROOT, tmp_path / "project")
    settings = (project / "ldpub.toml").read_text(encoding="utf-8")
    more = (
        "[catalogue]\n"
        'contributor = "http://dcat-ap.de/def/contributors/openNRW"\n'
        'geocoding_level = "http://dcat-ap.de/def/politicalGeocoding/Level/municipality"\n'
    )
    (project / "ldpub.toml").write_text(settings.replace("[catalogue]\n", more), encoding="utf-8")
    release = build_project(project)
    feed = [q.triple for q in parse(path=str(release / CATALOGUE), format=RdfFormat.TURTLE)]
    assert grave(validate(feed, DCAT_AP)) == grave(validate(feed, DCAT_AP_DE)) == []
    assert [r for r in validate(feed, DASHBOARD) if not r.severity.startswith("count_")] == []


def test_each_page_conforms_alone(tmp_path: Path) -> None:
    """Portals hold pages to the shapes one by one, too."""
    project = copy_project(ROOT, tmp_path / "project")
    settings = (
        (project / "ldpub.toml").read_text(encoding="utf-8").replace("[catalogue]\n", "[catalogue]\npage_size = 2\n")
    )
    part = '[[catalogue.products]]\nslug = "a-part-%s"\ntitle = "Part %s"\ndescription = "One"\ngraphs = ["data/*"]\n'
    parts = "".join(part % (n, n) for n in range(4))
    (project / "ldpub.toml").write_text(settings + parts, encoding="utf-8")
    pages = sorted((build_project(project) / CATALOGUE_PAGES).iterdir())
    assert len(pages) == 3
    for page in pages:
        found = [q.triple for q in parse(path=str(page), format=RdfFormat.TURTLE)]
        assert grave(validate(found, DCAT_AP)) == grave(validate(found, DCAT_AP_DE)) == [], page.name


def test_the_series_of_releases_conforms_too(web: Web) -> None:
    series = triples(web, "/releases.ttl", RdfFormat.TURTLE)
    assert grave(validate(series, DCAT_AP)) == grave(validate(series, DCAT_AP_DE)) == []


def test_the_score_of_what_is_served(web: Web, feed: list[Triple], shipped_release: Path) -> None:
    """Every URL of the site is asked by HEAD, as the portal does; those of others count as answering."""
    base = open_release(shipped_release).manifest.base

    def reached(url: str) -> bool:
        reply = web.ask("HEAD", "/" + url.removeprefix(base))
        return 200 <= reply.status < 400

    (score,) = scores(feed, reached, complies=not grave(validate(feed, DCAT_AP)))
    assert sum(metric.weight for metric in score.metrics) == 405
    assert score.points >= 395
    assert score.rating == "excellent"


def test_a_url_that_does_not_answer_costs_points(feed: list[Triple]) -> None:
    (score,) = scores(feed, lambda url: False, complies=False)
    lost = {metric.name for metric in score.metrics if metric.points == 0}
    assert lost == {"accessUrlStatusCode", "downloadUrlStatusCode", "dcatApCompliance"}


def test_the_tables_are_those_of_the_authorities() -> None:
    def codes(name: str) -> set[str]:
        lines = (VOCABULARIES / name).read_text(encoding="utf-8").splitlines()
        return {line.rsplit("/", 1)[-1] for line in lines if line.startswith("http")}

    assert codes("mqa-non-proprietary.txt") == authority.NON_PROPRIETARY
    assert codes("mqa-machine-readable.txt") == authority.MACHINE_READABLE
    known = (VOCABULARIES / "mqa-known-licences.txt").read_text(encoding="utf-8").splitlines()
    assert {licence.iri for licence in authority.LICENCES} <= set(known)
    for name, iris in (
        ("language.ttl", {authority.LANGUAGE + code for code in authority.LANGUAGES.values()}),
        ("data-theme.ttl", {f"{authority.DATA_THEME}/{code}" for code in authority.THEMES}),
        ("dcat-ap-de-licenses.ttl", {licence.iri for licence in authority.LICENCES}),
    ):
        text = (VOCABULARIES / name).read_text(encoding="utf-8")
        assert iris <= set(re.findall(r"^<([^>]+)>", text, re.MULTILINE)), name


def changed(feed: list[Triple]) -> Iterator[tuple[str, list[Triple]]]:
    """Feeds with one thing wrong: of each kind of node and property a value less, one more, and one of another kind.

    Nodes that the vocabularies know, too, stay: with them looked up, nothing would be missing.
    """
    kinds: dict[object, set[str]] = defaultdict(set)
    for triple in feed:
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            kinds[triple.subject].add(triple.object.value)
    seen = set()
    for one in sorted(feed, key=str):
        known = any(str(one.subject)[1:-1] == str(node) for node in dcat_shapes.vocabularies().subjects())
        key = (frozenset(kinds[one.subject]), one.predicate.value)
        if key in seen or known or "spdx.org" in str(one.subject):
            continue
        seen.add(key)
        name = f"{sorted(kinds[one.subject])} {one.predicate.value}"
        less = [t for t in feed if (t.subject, t.predicate) != (one.subject, one.predicate)]
        is_iri = isinstance(one.object, NamedNode)
        another = NamedNode("urn:x:y") if is_iri else Literal("another", language="fr")
        other = Literal("x") if is_iri else NamedNode("urn:x:y")
        yield f"without {name}", less
        yield f"one more {name}", [*feed, Triple(one.subject, one.predicate, another)]
        yield f"another kind of {name}", [*less, Triple(one.subject, one.predicate, other)]


def test_our_shapes_say_what_the_official_ones_say(feed: list[Triple]) -> None:
    """On some 200 feeds with one fault each, both judge alike whether DCAT-AP and DCAT-AP.de are met."""
    differing, broken, count = [], 0, 0
    for name, faulty in changed(feed):
        ours = tuple(bool(profile.violations) for profile in conformance(faulty, turbo=True, seconds=60))
        official = tuple(bool(grave(validate(faulty, names))) for names in (DCAT_AP, DCAT_AP_DE))
        count, broken = count + 1, broken + any(official)
        if ours != official:
            differing.append((name, ours, official))
    assert differing == []
    assert count > 150
    assert broken > 80
