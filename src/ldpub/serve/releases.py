"""The releases as a dcat:DatasetSeries (DCAT 3, 11): a document of its own, apart from what portals harvest.

In the feed each release would become another entry of every portal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from operator import itemgetter

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from ldpub.errors import LdpubError
from ldpub.formats import GRAPH_FORMATS, by_suffix
from ldpub.namespaces import DCAT, DCT, FOAF, RDF, SPDX, XSD
from ldpub.release import DUMPS, MANIFEST, Manifest, open_release
from ldpub.serve.exchange import Exchange, redirect
from ldpub.serve.frame import Crumb, Place
from ldpub.serve.pages import render
from ldpub.serve.problems import Problem
from ldpub.serve.representations import NEGOTIATED
from ldpub.serve.resources import negotiated
from ldpub.serve.snapshot import Snapshot

_SHA256 = SPDX + "checksumAlgorithm_sha256"


def releases(exchange: Exchange, suffix: str = "") -> Response:
    """The releases that are there, the newest first, with their files for ever."""
    form = by_suffix(suffix) if suffix else None
    if suffix and form not in NEGOTIATED:
        raise Problem(404, f"The releases come as {', '.join(f.suffix for f in NEGOTIATED)}.")
    manifests = releases_of(exchange.snapshot)
    return negotiated(
        exchange,
        form,
        lambda: list(series(exchange.snapshot, manifests)),
        lambda: render(
            exchange,
            "releases.html",
            title=exchange.words["releases"],
            place=Place((Crumb(exchange.words["catalogue"], "catalog"),), "releases.html"),
            releases=[(m, [n for n in m.files if n.startswith(DUMPS) and n.count("/") == 1]) for m in manifests],
            formats=[(form.label, f"releases.{form.suffix}") for form in GRAPH_FORMATS],
        ),
        "releases",
        part="\0".join(manifest.id for manifest in manifests),
    )


def release(exchange: Exchange, release_id: str) -> Response:
    """303 from a release to its place among the releases; raises Problem where there is none of this name."""
    if release_id not in {manifest.id for manifest in releases_of(exchange.snapshot)}:
        raise Problem(404, f"There is no release {release_id}.")
    return redirect(303, f"{exchange.request.root_path}/releases#{release_id}")


def releases_of(snapshot: Snapshot) -> list[Manifest]:
    """The manifests of the release being served and of those beside it that can be read, the newest first.

    Those of one day are told apart by when they were written; nothing in a release says that.
    """
    found: dict[str, tuple[tuple[str, int, str], Manifest]] = {}
    for path in (snapshot.release.path, *snapshot.release.path.parent.glob("[0-9]*")):
        with suppress(LdpubError, OSError):
            manifest = open_release(path).manifest
            age = manifest.date, (path / MANIFEST).stat().st_mtime_ns, manifest.id
            found.setdefault(manifest.id, (age, manifest))
    return [manifest for _, manifest in sorted(found.values(), key=itemgetter(0), reverse=True)]


def series(snapshot: Snapshot, manifests: list[Manifest]) -> Iterator[Triple]:
    """The series, and each release as a data set in it that leads to the one before."""
    page = f"{snapshot.iris.base}releases"
    node = f"{page}#series"
    yield _link(node, RDF + "type", DCAT + "DatasetSeries")
    yield from _described(node, snapshot.manifest, "")
    yield from _published(node, snapshot)
    before = [*manifests[1:], None]
    for manifest, older in zip(manifests, before, strict=True):
        release = f"{page}#{manifest.id}"
        yield _link(release, RDF + "type", DCAT + "Dataset")
        yield from _described(release, manifest, f" ({manifest.id})")
        yield from _published(release, snapshot)
        yield _value(release, DCT + "issued", manifest.date, "date")
        yield _value(release, DCAT + "version", manifest.id, "string")
        yield _link(release, DCAT + "inSeries", node)
        if older:
            yield _link(release, DCAT + "prev", f"{page}#{older.id}")
        yield from _files(release, manifest, snapshot)
    if manifests:
        yield _link(node, DCAT + "first", f"{page}#{manifests[-1].id}")
        yield _link(node, DCAT + "last", f"{page}#{manifests[0].id}")


def _described(node: str, manifest: Manifest, suffix: str) -> Iterator[Triple]:
    for name, texts in ((DCT + "title", manifest.title), (DCT + "description", manifest.description)):
        for tag, text in (texts if any(texts.values()) else manifest.title).items():
            said = text + (suffix if name == DCT + "title" else "")
            yield Triple(NamedNode(node), NamedNode(name), Literal(said, language=tag) if tag else Literal(said))


def _published(node: str, snapshot: Snapshot) -> Iterator[Triple]:
    publisher = snapshot.manifest.publisher
    if publisher:
        agent = publisher.get("iri") or f"{snapshot.iris.base}id/publisher"
        yield _link(node, DCT + "publisher", agent)
        yield _link(agent, RDF + "type", FOAF + "Agent")
        yield _value(agent, FOAF + "name", publisher["name"], "string")


def _files(release: str, manifest: Manifest, snapshot: Snapshot) -> Iterator[Triple]:
    """The dumps of a release, at URLs where they stay."""
    for name, facts in manifest.files.items():
        if name.startswith(DUMPS + "/") and name.count("/") == 1:
            node = f"{release}-{name.removeprefix(DUMPS + '/')}"
            url = f"{snapshot.iris.base}release/{manifest.id}/{name}"
            yield _link(release, DCAT + "distribution", node)
            yield _link(node, RDF + "type", DCAT + "Distribution")
            yield _link(node, DCAT + "accessURL", url)
            yield _link(node, DCAT + "downloadURL", url)
            yield _value(node, DCAT + "byteSize", str(facts["bytes"]), "nonNegativeInteger")
            yield _link(node, SPDX + "checksum", f"{node}-sha256")
            yield _link(f"{node}-sha256", RDF + "type", SPDX + "Checksum")
            yield _link(f"{node}-sha256", SPDX + "algorithm", _SHA256)
            yield _value(f"{node}-sha256", SPDX + "checksumValue", facts["sha256"], "hexBinary")
            if manifest.license:
                yield _link(node, DCT + "license", manifest.license)
                yield _link(manifest.license, RDF + "type", DCT + "LicenseDocument")
    yield _link(_SHA256, RDF + "type", SPDX + "ChecksumAlgorithm")


def _link(node: str, name: str, target: str) -> Triple:
    return Triple(NamedNode(node), NamedNode(name), NamedNode(target))


def _value(node: str, name: str, value: str, datatype: str) -> Triple:
    return Triple(NamedNode(node), NamedNode(name), Literal(value, datatype=NamedNode(XSD + datatype)))
