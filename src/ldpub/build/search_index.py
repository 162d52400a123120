"""The search index: every name of every thing of the site, folded, the things numbered by how many link to them, those
of the classes that the site is about before all others.

SQLite FTS5 gives what it finds by number, the smallest first: so the best known come first, and whoever wants twenty
reads twenty, however many there are. Its words are made here (tokenizer `ascii`), not by the tables of some SQLite.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ldpub.build.numbered import IRI, LITERAL, Triples
from ldpub.folding import fold, marked, written_out
from ldpub.iris import IriPolicy
from ldpub.labels import LABEL_PROPERTIES, OTHER_NAMES
from ldpub.namespaces import OWL, RDF, SKOS
from ldpub.release import SEARCH_SCHEMA

_NAMES = (*LABEL_PROPERTIES, *OTHER_NAMES)
_TYPE = RDF + "type"
_HIDDEN = SKOS + "hiddenLabel"
_GENERAL = (RDF, "http://www.w3.org/2000/01/rdf-schema#", OWL)

Names = Mapping[str, bool]
"""The texts that name a thing, and whether each may be shown."""


def write_search(path: Path, triples: Triples, iris: IriPolicy, main: Iterable[str] = ()) -> None:
    """Write the index of the things under the base that the triples name; the same triples give the same bytes.

    `main` are the classes whose things come first.
    """
    terms = triples.terms
    classes: dict[int, list[str]] = defaultdict(list)
    for thing, kind in triples.of(_TYPE):
        if terms.kinds[kind] == IRI:
            classes[thing].append(terms.values[kind])
    links = triples.led_to - triples.where(triples.p == terms.number(_TYPE)).led_to
    names = _names_of(triples, iris)
    sought = frozenset(main)
    things = sorted(names, key=lambda thing: (sought.isdisjoint(classes[thing]), -links[thing], terms.values[thing]))
    sizes = Counter(name for listed in classes.values() for name in listed)
    _write(path, [(terms.values[one], _kind(classes[one], sizes, iris.base), names[one]) for one in things])


def _names_of(triples: Triples, iris: IriPolicy) -> dict[int, Names]:
    """The names of each thing that has a page and is not withdrawn."""
    values, kinds = triples.terms.values, triples.terms.kinds.tolist()
    withdrawn = {thing for thing, value in triples.of(OWL + "deprecated") if values[value] in ("true", "1")}
    names: dict[int, dict[str, bool]] = defaultdict(dict)
    for name in _NAMES:
        for thing, text in triples.of(name):
            if kinds[thing] == IRI and kinds[text] == LITERAL and thing not in withdrawn:
                names[thing][values[text]] = names[thing].get(values[text], False) or name != _HIDDEN
    return {thing: texts for thing, texts in names.items() if iris.document(values[thing]) is not None}


def _kind(classes: Sequence[str], sizes: Counter[str], base: str) -> str:
    """The class that says most about a thing: the smallest, of the site's own if there are any, else of others' than
    RDF's."""
    own = [name for name in classes if name.startswith(base)]
    telling = own or [name for name in classes if not name.startswith(_GENERAL)] or classes
    return min(telling, key=lambda name: (sizes[name], name), default="")


def _write(path: Path, things: Sequence[tuple[str, str, Names]]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.executescript(SEARCH_SCHEMA)
        numbered = enumerate(things, 1)
        connection.executemany(
            "insert into thing values (?, ?, ?)", ((key, thing[0], thing[1]) for key, thing in numbered)
        )
        names = list(_names(things))
        connection.executemany("insert into name values (?, ?, ?)", (name[:3] for name in names))
        connection.executemany("insert into whole values (?, ?)", _wholes(names))
        rows = ((number, marked(plain), marked(other)) for number, _, _, plain, other in names)
        connection.executemany("insert into word (rowid, plain, written) values (?, ?, ?)", rows)
        connection.execute("insert into word(word) values ('optimize')")
        connection.commit()
    finally:
        connection.close()


def _names(things: Sequence[tuple[str, str, Names]]) -> Iterator[tuple[int, int, str, str, str]]:
    """Each name: its number, its thing's, how it is shown, and how it is folded; written out, if that differs."""
    number = 0
    for key, (_, _, names) in enumerate(things, 1):
        for text, is_shown in sorted(names.items()):
            if plain := fold(text):
                number += 1
                written = written_out(text)
                yield number, key, text if is_shown else "", plain, written if written != plain else ""


def _wholes(names: Sequence[tuple[int, int, str, str, str]]) -> list[tuple[str, int]]:
    return sorted((form, number) for number, _, _, plain, other in names for form in (plain, other) if form)
