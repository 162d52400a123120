"""QuickStatements, version 1: a line per statement, tabs between parts, dates with precision, S for sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from ldpub.build.wikidata.dates import When
from ldpub.build.wikidata.difference import Difference, Told
from ldpub.build.wikidata.statements import REFERENCE_URL, STATED_IN, Reference

_URL = "%/:@!$&'()*+,;=~-._?#[]"


def as_quickstatements(found: Sequence[Difference]) -> str:
    """The lines for what Wikidata lacks, each once; nothing for what both have, what is held back, and conflicts."""
    lines = dict.fromkeys(_line(told) for one in found for told in one.told)
    return "".join(f"{line}\n" for line in lines)


def _line(told: Told) -> str:
    parts = [told.subject, told.number, told.value]
    for name, when in told.qualifiers:
        parts += [name, _time(when)]
    for number, source in enumerate(told.sources):
        parts += _source(source, is_first=number == 0)
    return "\t".join(parts)


def _time(when: When) -> str:
    """A date with zeros for what is not known, and its precision: +1968-00-00T00:00:00Z/9."""
    sign = "-" if when.year < 0 else "+"
    return f"{sign}{abs(when.year):04}-{when.month:02}-{when.day:02}T00:00:00Z/{when.precision}"


def _source(source: Reference, *, is_first: bool) -> Iterator[str]:
    """A reference; an exclamation mark begins one that is another than that before."""
    snaks = [(STATED_IN, source.item)] if source.item else []
    snaks += [(REFERENCE_URL, f'"{quote(source.url, _URL)}"')] if source.url else []
    for number, (name, value) in enumerate(snaks):
        yield f"{'' if is_first or number else '!'}S{name.removeprefix('P')}"
        yield value
