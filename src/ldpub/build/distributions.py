"""Dumps: the whole data set as one compressed file per syntax, the same bytes for the same triples."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, serialize

from ldpub import formats
from ldpub.formats import Format

DUMPS = (formats.N_TRIPLES, formats.TURTLE)


def dump_name(slug: str, syntax: Format) -> str:
    """The file name of a dump."""
    return f"{slug}.{syntax.suffix}.gz"


def write_dumps(folder: Path, slug: str, triples: Iterable[Triple], prefixes: Mapping[str, str]) -> None:
    """Write a dump of each syntax into a folder; triples sorted, no time stamp inside, so that the bytes repeat."""
    folder.mkdir()
    ordered = sorted(triples, key=str)
    for syntax in DUMPS:
        known = dict(prefixes) if syntax is formats.TURTLE else None
        content = serialize(ordered, format=getattr(RdfFormat, syntax.engine), prefixes=known)
        assert content is not None
        path = folder / dump_name(slug, syntax)
        with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            packed.write(content)
