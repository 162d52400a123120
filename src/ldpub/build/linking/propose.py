"""Candidates for the things that have no link yet, batch by batch, so that what is done is kept whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ldpub.build.asking import Asker, Patience
from ldpub.build.linking.evidence import candidates
from ldpub.build.linking.extract import Extract
from ldpub.build.linking.items import Item
from ldpub.build.linking.reconciliation import Asked, Properties, Reconciliation, open_service
from ldpub.build.linking.table import Row, rows_of
from ldpub.build.linking.things import Linking, Thing
from ldpub.config import Config

Source = Extract | Reconciliation
"""Where candidates come from."""

Keep = Callable[[Sequence[Row]], None]
"""Takes all lines so far, whenever some were added."""


def properties_of(config: Config) -> Properties:
    """What the settings say that a service calls country, place and names."""
    names = tuple(config["link.name_properties"])
    return Properties(config["link.country_property"], config["link.place_property"], names)


def service_of(config: Config, url: str | None, patience: Patience | None = None) -> Reconciliation:
    """The reconciliation service of the settings, or at another URL; raises AnswerError."""
    asker = Asker(url or config["link.service"], patience or Patience(seconds=float(config["link.seconds"])))
    return open_service(asker, properties_of(config), config["link.limit"], config["link.batch"])


def propose(things: Iterable[Thing], known: Sequence[Row], source: Source, linking: Linking, keep: Keep) -> list[Row]:
    """The lines of a table: those that are known, and those of the things that are not among them and have no link.

    Raises AnswerError; what was found before was handed to `keep`.
    """
    rows = list(known)
    done = {row.thing for row in known}
    open_ones = [thing for thing in things if not thing.links and thing.iri not in done]
    size = source.batch if isinstance(source, Reconciliation) else max(1, len(open_ones))
    for part in _parts(open_ones, size):
        for thing, items in zip(part, _ask(part, source), strict=True):
            rows.extend(rows_of(thing, candidates(thing, items, linking)))
        keep(rows)
    return rows


def _ask(things: Sequence[Thing], source: Source) -> list[list[Item]]:
    if isinstance(source, Extract):
        return [source.named([*thing.labels, *thing.others]) for thing in things]
    asked = [Asked(thing.labels, thing.kind.type if thing.kind else "", thing.countries) for thing in things]
    return source.candidates(asked)


def linked_items(things: Sequence[Thing], source: Source) -> dict[str, Item | None]:
    """The items to which things are linked, by identifier; None, or nothing, where the source has none."""
    ids = list(dict.fromkeys(id_ for thing in things for id_ in thing.links))
    if isinstance(source, Extract):
        return {id_: source.by_id.get(id_) for id_ in ids}
    return source.items(ids)


def keeping(path: Path, write: Callable[[Iterable[Row]], str]) -> Keep:
    """Writes the table to a file, whole or not at all."""

    def keep(rows: Sequence[Row]) -> None:
        new = path.with_name(path.name + ".new")
        new.write_text(write(rows), encoding="utf-8")
        new.replace(path)

    return keep


def _parts(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    return (things[start : start + size] for start in range(0, len(things), size))
