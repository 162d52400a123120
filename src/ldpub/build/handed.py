"""Quads handed to another process through the disk, by number: they need not be parsed and numbered again.

Each term stands once, in N-Triples (RDF 1.1 N-Triples, 2), with the numbers beside it as an array.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pyoxigraph import RdfFormat, Triple, parse

from ldpub.build.numbered import Quads, Term, Terms

_TERMS, _NUMBERS = ".terms.nt", ".numbers.npy"
_BEFORE, _AFTER = "<urn:x-ldpub:a> <urn:x-ldpub:a> ", " .\n"


def hand(folder: Path, quads: Quads) -> None:
    """Write the quads into a folder, for `handed` to take."""
    with (folder / _TERMS).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{_BEFORE}{text}{_AFTER}" for text in quads.terms.texts)
    np.save(folder / _NUMBERS, quads.columns)


def handed(folder: Path) -> Quads:
    """The quads that were written into a folder; the files are gone then."""
    path = folder / _TERMS
    with path.open(encoding="utf-8", newline="\n") as file:
        texts = [line[len(_BEFORE) : -len(_AFTER)] for line in file]
    terms = [_object(quad.triple) for quad in parse(path=path, format=RdfFormat.N_TRIPLES)]
    columns = np.load(folder / _NUMBERS)
    for name in (_TERMS, _NUMBERS):
        (folder / name).unlink()
    return Quads(Terms(terms, texts), columns)


def _object(triple: Triple) -> Term:
    term = triple.object
    assert not isinstance(term, Triple), "RDF 1.1 has no quoted triples"
    return term
