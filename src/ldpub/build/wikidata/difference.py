"""What we have and Wikidata lacks, the reverse, and conflicts; each with what Wikidata could be told, if it may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ldpub.build.wikidata.dates import Span, When
from ldpub.build.wikidata.mapping import Exchange
from ldpub.build.wikidata.ours import Claim, Ours
from ldpub.build.wikidata.statements import END, Reference, Statement, Theirs

Kind = Literal["missing", "detail", "conflict", "theirs", "held", "unknown", "same"]
KINDS: tuple[Kind, ...] = ("conflict", "missing", "detail", "theirs", "held", "unknown", "same")
"""A contradiction; Wikidata lacks it; Wikidata lacks a part of it; we lack it or a part of it; ours is not for export;
nothing is known of an item, so that nobody can say whether Wikidata has it; both have it."""


@dataclass(frozen=True)
class Told:
    """A statement for Wikidata: new, or there already and to be given qualifiers and references."""

    subject: str
    number: str
    value: str
    qualifiers: tuple[tuple[str, When], ...]
    sources: tuple[Reference, ...]


@dataclass(frozen=True)
class Difference:
    """A line of the comparison. `thing` is ours, "" where it is only theirs; `told` is what Wikidata could be told."""

    kind: Kind
    number: str
    subject: str
    subject_name: str
    value: str
    value_name: str
    message: str
    thing: str = ""
    told: tuple[Told, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether somebody has something to do."""
        return self.kind not in ("held", "same")


def differences(ours: Ours, theirs: Theirs, exchange: Exchange) -> list[Difference]:
    """The comparison, by kind, property and items."""
    found = [difference for claim in ours.claims for difference in _of_claim(claim, theirs)]
    found += [difference for claim in ours.denied for difference in _contradicted(claim, theirs, "a source denies it")]
    known = {claim.key for claim in ours.claims}
    others = [claim for claim in ours.others if claim.key not in known]
    found += [difference for claim in others for difference in _contradicted(claim, theirs, "we know it as")]
    known |= {claim.key for claim in (*ours.denied, *others)}
    found += _theirs_only(known, ours, theirs, exchange)
    return sorted(found, key=_order)


def unknown_items(ours: Ours, theirs: Theirs) -> list[str]:
    """The items that Wikidata was asked about and of which nothing came."""
    return [item for item in ours.subjects if item not in theirs.items]


def _order(one: Difference) -> tuple[int, str, str, str, str, str]:
    return KINDS.index(one.kind), one.number, one.subject_name, one.value_name, one.thing, one.message


def _of(kind: Kind, claim: Claim, message: str, told: Sequence[Told] = ()) -> Difference:
    one, other = claim.subject, claim.value
    named = (one.item, one.label, other.item, other.label)
    return Difference(kind, claim.number, *named, message, claim.thing, tuple(told))


def _of_claim(claim: Claim, theirs: Theirs) -> Iterator[Difference]:
    if not (claim.subject.item and claim.value.item):
        yield _of("held", claim, "; ".join(claim.held))
        return
    stated = theirs.between(claim.number, claim.subject.item, claim.value.item, symmetric=claim.is_symmetric)
    live = [one for one in stated if not one.is_deprecated]
    if live:
        yield from _compared(claim, live)
    elif stated:
        yield _of("conflict", claim, "Wikidata has it as deprecated")
    elif claim.held:
        yield _of("held", claim, "; ".join(claim.held))
    elif unknown := "; ".join(_unknown(claim, theirs)):
        yield _of("unknown", claim, unknown)
    else:
        yield _of("missing", claim, _dated(claim), _new(claim))


def _unknown(claim: Claim, theirs: Theirs) -> Iterator[str]:
    """Why nobody can say whether a statement is there: it would be with items of which nothing is known."""
    for end in (claim.subject, claim.value) if claim.is_symmetric else (claim.subject,):
        if end.item in theirs.moved:
            yield f"{end.item} was merged into {theirs.moved[end.item]}"
        elif end.item not in theirs.items:
            yield f"nothing is known of {end.item}"


def _dated(claim: Claim) -> str:
    return ", ".join(f"{name} {when}" for name, when in claim.qualifiers)


def _new(claim: Claim) -> list[Told]:
    """The statement, in both directions if it is symmetric: neither is there."""
    ends = [(claim.subject.item, claim.value.item)]
    ends += [(claim.value.item, claim.subject.item)] if claim.is_symmetric else []
    return [Told(one, claim.number, other, claim.qualifiers, claim.sources) for one, other in ends]


def _compared(claim: Claim, live: Sequence[Statement]) -> Iterator[Difference]:
    """A statement that both have: dates that contradict each other, else what one of the two lacks."""
    conflicts = list(_conflicts(claim, live))
    for message in conflicts:
        yield _of("conflict", claim, message)
    if not conflicts:
        parts = [*_told_more(claim, live), *_incomplete(claim, live)]
        is_whole = all(one.is_whole for one in live)
        yield from parts or [_of("same", claim, "" if is_whole else "its qualifiers are not in the extract")]


def _told_more(claim: Claim, live: Sequence[Statement]) -> Iterator[Difference]:
    """Dates of Wikidata that rule out days which ours leave open: we have none, or a less exact one."""
    known, found = dict(claim.qualifiers), []
    for name, span in claim.spans:
        given = {when for one in live for when in one.qualifiers.get(name, ())}
        exact = sorted(str(when) for when in given if when.span.meets(span) and when.span.tells_more_than(span))
        if exact:
            found.append(f"{name}: {' and '.join(exact)} in Wikidata, {known.get(name, span)} here")
    if found:
        yield _of("theirs", claim, "; ".join(found))


def _incomplete(claim: Claim, live: Sequence[Statement]) -> Iterator[Difference]:
    """What Wikidata's statements lack."""
    lacking = [(one, *_lacking(claim, one)) for one in live if one.is_whole]
    wanted = [(one, dates, sources) for one, dates, sources in lacking if dates or sources]
    if not wanted:
        return
    parts = dict.fromkeys(part for _, dates, sources in wanted for part in _parts(dates, sources))
    message = f"Wikidata's lacks {', '.join(parts)}"
    if claim.held:
        yield _of("held", claim, f"{message}; {'; '.join(claim.held)}")
    else:
        told = [Told(one.subject, one.number, one.value, dates, claim.sources) for one, dates, _ in wanted]
        yield _of("detail", claim, message, told)


def _parts(dates: Sequence[tuple[str, When]], sources: Sequence[Reference]) -> list[str]:
    return [*(f"{name} {when}" for name, when in dates), *(["a source"] if sources else [])]


def _conflicts(claim: Claim, live: Sequence[Statement]) -> Iterator[str]:
    dates, spans = dict(claim.qualifiers), dict(claim.spans)
    for name, span in spans.items():
        given = {when for one in live for when in one.qualifiers.get(name, ())}
        if given and not any(span.meets(when.span) for when in given):
            yield f"{name}: {dates.get(name, span)} here, {' and '.join(sorted(map(str, given)))} in Wikidata"
    ends = {str(when) for one in live for when in one.qualifiers.get(END, ())}
    is_open = spans.get(END, Span()) == Span() and not claim.has_ended
    if ends and is_open and all(one.qualifiers.get(END) for one in live):
        yield f"{END}: it has no end here, {' and '.join(sorted(ends))} in Wikidata"


def _lacking(claim: Claim, stated: Statement) -> tuple[tuple[tuple[str, When], ...], tuple[Reference, ...]]:
    """The dates and the sources that one of Wikidata's statements lacks."""
    dates = tuple((name, when) for name, when in claim.qualifiers if not stated.qualifiers.get(name))
    return dates, () if stated.references else claim.sources


def _contradicted(claim: Claim, theirs: Theirs, why: str) -> Iterator[Difference]:
    """A conflict, where Wikidata states what we deny, or know as something else."""
    if claim.subject.item and claim.value.item:
        stated = theirs.between(claim.number, claim.subject.item, claim.value.item, symmetric=claim.is_symmetric)
        if any(not one.is_deprecated for one in stated):
            yield _of("conflict", claim, f"Wikidata states it; {why}: {'; '.join(claim.held)}")


def _theirs_only(
    known: set[tuple[str, str, str]], ours: Ours, theirs: Theirs, exchange: Exchange
) -> Iterator[Difference]:
    """Statements about our items that we have not; what is ours has our name."""
    subjects = frozenset(ours.subjects)
    called = {**theirs.names, **ours.names}
    symmetric = {rule.number for rule in exchange.rules if rule.is_symmetric}
    seen = set(known)
    for number, statements in theirs.by_property.items():
        for one in statements:
            ends = (one.subject, one.value)
            key = (number, *(sorted(ends) if number in symmetric else ends))
            is_ours = one.subject in subjects or (number in symmetric and one.value in subjects)
            if is_ours and key not in seen and not one.is_deprecated:
                seen.add((key[0], key[1], key[2]))
                names = [called.get(id_, id_) for id_ in ends]
                dates = ", ".join(f"{name} {when}" for name, whens in one.qualifiers.items() for when in whens)
                yield Difference("theirs", number, ends[0], names[0], ends[1], names[1], dates)
