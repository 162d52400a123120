"""Wikidata in small: items and statements in its own RDF form (Wikibase RDF Dump Format), served by Oxigraph."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PREFIXES = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix s: <http://www.wikidata.org/entity/statement/> .
@prefix ref: <http://www.wikidata.org/reference/> .
@prefix v: <http://www.wikidata.org/value/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix p: <http://www.wikidata.org/prop/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix pqv: <http://www.wikidata.org/prop/qualifier/value/> .
@prefix pr: <http://www.wikidata.org/prop/reference/> .
"""


@dataclass(frozen=True)
class Dated:
    """A qualifier: the number of its property, a day as Wikibase writes it, and the precision."""

    number: str
    day: str
    precision: int


def label(id_: str, *names: str, place: tuple[float, float] | None = None, kind: str = "") -> str:
    """An item: names as `text@tag`, latitude and longitude, a class."""
    written = ", ".join('"{}"@{}'.format(*name.rsplit("@", 1)) for name in names)
    parts = [f"rdfs:label {written}", f"schema:name {written}", "a wikibase:Item"]
    parts += [f'wdt:P625 "Point({place[1]} {place[0]})"^^geo:wktLiteral'] if place else []
    parts += [f"wdt:P31 wd:{kind}"] if kind else []
    return f"wd:{id_} {' ; '.join(parts)} .\n"


def statement(
    subject: str,
    number: str,
    value: str,
    *dates: Dated,
    rank: str = "Normal",
    url: str = "",
    item: str = "",
) -> str:
    """A statement with its truthy form (none if deprecated), qualifiers with value nodes, and a reference."""
    id_ = f"{subject}-{hashlib.sha256(repr((subject, number, value, dates, rank)).encode()).hexdigest()[:12]}"
    lines = [
        f"wd:{subject} p:{number} s:{id_} .",
        f"s:{id_} a wikibase:Statement ; wikibase:rank wikibase:{rank}Rank .",
    ]
    lines += [f"s:{id_} ps:{number} wd:{value} ."]
    lines += [f"wd:{subject} wdt:{number} wd:{value} ."] if rank != "Deprecated" else []
    for date in dates:
        node = f"v:{hashlib.sha256(repr(date).encode()).hexdigest()[:12]}"
        when = f'"{date.day}T00:00:00Z"^^xsd:dateTime'
        lines += [f"s:{id_} pq:{date.number} {when} ; pqv:{date.number} {node} ."]
        lines += [
            f"{node} a wikibase:TimeValue ; wikibase:timeValue {when} ; wikibase:timePrecision {date.precision} ."
        ]
    if url or item:
        lines += [f"s:{id_} prov:wasDerivedFrom ref:{id_} ."]
        lines += [f"ref:{id_} pr:P854 <{url}> ."] if url else []
        lines += [f"ref:{id_} pr:P248 wd:{item} ."] if item else []
    return "\n".join(lines) + "\n"


def unknown(subject: str, number: str) -> str:
    """A statement whose value is not known, which a blank node stands for."""
    return (
        f"wd:{subject} p:{number} s:{subject}-unknown ; wdt:{number} _:u{subject} .\n"
        f"s:{subject}-unknown a wikibase:Statement ; wikibase:rank wikibase:NormalRank ; ps:{number} _:u{subject} .\n"
    )


@contextlib.contextmanager
def oxigraph(turtle: str) -> Iterator[str]:
    """The URL of the query endpoint of an Oxigraph server that holds this."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command: Sequence[Path | str] = [Path(sysconfig.get_path("scripts")) / "oxigraph", "serve", "--bind", address]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _load(f"http://{address}/store?default", turtle.encode())
            yield f"http://{address}/query"
        finally:
            server.kill()


def _load(url: str, turtle: bytes) -> None:
    for attempt in range(200):
        request = urllib.request.Request(url, turtle, {"Content-Type": "text/turtle"}, method="POST")
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError:
            raise
        except OSError:
            if attempt == 199:
                raise
            time.sleep(0.05)
        else:
            return
