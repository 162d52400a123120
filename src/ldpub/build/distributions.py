"""Dumps: each product as compressed files, one per syntax and coding, the same bytes for the same triples.

gzip (RFC 1952) without a time stamp, zstd (RFC 8878), zip with a fixed one. There is no HDT: no kept Python writer
runs on every Python that ldpub does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, cast

from pyoxigraph import RdfFormat, serialize

from ldpub import formats
from ldpub.build.packed import Packed
from ldpub.build.products import Product
from ldpub.build.tables import tables_of, zipped
from ldpub.errors import Fault, UnwritableError
from ldpub.formats import Format
from ldpub.iris import IriPolicy
from ldpub.release import DUMPS as FOLDER
from ldpub.store.embedded import write_graph

SYNTAXES = (formats.N_QUADS, formats.N_TRIPLES, formats.TURTLE, formats.RDF_XML, formats.JSON_LD)
LARGE = 100_000
"""How many triples a product may have to be offered in every syntax, and with a table of each class.

Beyond, it is in the syntaxes that are read as a stream, and classes that are only inferred have no tables, as their
things stand in others.
"""

_OF_LARGE = (formats.N_QUADS, formats.N_TRIPLES, formats.TURTLE)
CODINGS = {"gz": "application/gzip", "zst": "application/zstd"}
"""Suffix and media type of each coding."""

_FILE_TYPES = {
    "nquads": "RDF_N_QUADS",
    "ntriples": "RDF_N_TRIPLES",
    "turtle": "RDF_TURTLE",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON_LD",
}


@dataclass(frozen=True)
class Dump:
    """One file that holds a product: what a dcat:Distribution says of it, true to the bytes."""

    name: str
    key: str
    label: str
    file_type: str
    media_type: str
    compressed: str
    packed: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        """Its path in the release."""
        return f"{FOLDER}/{self.name}"


@dataclass(frozen=True)
class Dumps:
    """The dumps of a product, their bytes by path in the release, and what could not be said in a syntax."""

    dumps: tuple[Dump, ...]
    files: Mapping[str, bytes]
    notices: tuple[Fault, ...]


def make_dumps(product: Product, prefixes: Mapping[str, str], base: str, languages: Sequence[str]) -> Dumps:
    """Every dump of a product; a syntax that cannot say its triples is left out, with a notice that says why."""
    dumps: list[Dump] = []
    files: dict[str, bytes] = {}
    notices: list[Fault] = []
    triples = product.triples
    for syntax in SYNTAXES if len(triples) <= LARGE else _OF_LARGE:
        try:
            with Packed(is_large=len(triples) > LARGE) as output:
                _write(product, syntax, prefixes, cast(IO[bytes], output))
        except UnwritableError as error:
            notices.append(Fault(f"{product.slug} has no dump in {syntax.label}: {error}", severity="warning"))
            continue
        for suffix, packed in output.files.items():
            dump = _dump(product.slug, syntax, suffix, packed)
            dumps.append(dump)
            files[dump.file] = packed
    among = product.stated_classes(IriPolicy(base).graph("inferred")) if len(triples) > LARGE else None
    tables = tables_of(triples, base, prefixes, languages, among)
    if tables:
        files |= {f"{FOLDER}/{product.slug}/{name}": content for name, content in tables.items()}
        dumps.append(_package(product.slug, packed := zipped(tables)))
        files[dumps[-1].file] = packed
    return Dumps(tuple(dumps), files, tuple(notices))


def _write(product: Product, syntax: Format, prefixes: Mapping[str, str], output: IO[bytes]) -> None:
    """The product in a syntax. Only N-Quads says in which named graph a statement is."""
    if syntax in (formats.N_QUADS, formats.N_TRIPLES):
        output.writelines((product.quads if syntax is formats.N_QUADS else product.triples).pieces())
    elif syntax is formats.RDF_XML:
        write_graph(iter(product.triples), syntax, prefixes, output)
    else:
        serialize(product.triples, output, format=getattr(RdfFormat, syntax.engine), prefixes=dict(prefixes))


def _dump(slug: str, syntax: Format, suffix: str, content: bytes) -> Dump:
    return Dump(
        name=f"{slug}.{syntax.suffix}.{suffix}",
        key=f"{syntax.name}-{suffix}",
        label=f"{syntax.label} ({CODINGS[suffix].split('/')[1]})",
        file_type=_FILE_TYPES[syntax.name],
        media_type=syntax.media_type,
        compressed=CODINGS[suffix],
        packed="",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _package(slug: str, content: bytes) -> Dump:
    return Dump(
        name=f"{slug}.csv.zip",
        key="csv-zip",
        label="CSV (zip)",
        file_type="CSV",
        media_type="text/csv",
        compressed="",
        packed="application/zip",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
