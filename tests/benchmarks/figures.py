"""Figures into a table: medians, percentiles, ratios against a peer, and whether floor and goal are reached."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servers import LDPUB, NAMES, OXIGRAPH

AT_LEAST, AT_MOST = "at least", "at most"


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True)
class Bound:
    """What is wanted: a floor and a goal for ldpub's figure, or for its ratio to a peer's, as least or as most."""

    direction: str
    floor: float
    goal: float
    peer: str | None = None

    def verdict(self, figure: float) -> str:
        """Whether a figure reaches the goal, the floor only, or not even that."""
        if self._holds(figure, self.goal):
            return "goal"
        return "floor" if self._holds(figure, self.floor) else "missed"

    def _holds(self, figure: float, limit: float) -> bool:
        return figure >= limit if self.direction == AT_LEAST else figure <= limit


@dataclass(frozen=True)
class Row:
    """One measure: the rounds' figures of each server, all in one unit; `worst` takes their maximum, not the median."""

    title: str
    unit: str
    values: Mapping[str, Sequence[float]]
    bound: Bound | None = None
    worst: bool = False

    def figure(self, name: str) -> float | None:
        """The median (or worst) of a server's rounds; None where it took no part."""
        rounds = self.values.get(name)
        if not rounds:
            return None
        return max(rounds) if self.worst else statistics.median(rounds)

    def ratio(self, peer: str) -> float | None:
        """ldpub's figure divided by a peer's."""
        own, other = self.figure(LDPUB), self.figure(peer)
        return None if own is None or not other else own / other

    def judged(self) -> float | None:
        """What is held against floor and goal."""
        if self.bound is None:
            return None
        return self.ratio(self.bound.peer) if self.bound.peer else self.figure(LDPUB)

    def verdict(self) -> str:
        """What was reached; a dash where nothing is wanted, or there is no peer to compare with."""
        if self.bound is None:
            return "-"
        if self.figure(LDPUB) is None:
            return "missed"
        judged = self.judged()
        return "-" if judged is None else self.bound.verdict(judged)

    def cells(self) -> list[str]:
        """The row of the table."""
        peer = self.bound.peer if self.bound and self.bound.peer else OXIGRAPH
        ratio = self.ratio(peer)
        said = "-" if ratio is None else f"{ratio:.2f}" + (f" (of {peer})" if peer != OXIGRAPH else "")
        limits = [self._limit(self.bound.floor), self._limit(self.bound.goal)] if self.bound else ["-", "-"]
        return [self.title, *(self._shown(name) for name in NAMES), said, *limits, self.verdict()]

    def document(self) -> dict[str, Any]:
        """The row for a program."""
        wanted = {"floor": self.bound.floor, "goal": self.bound.goal} if self.bound else {}
        figures = {name: self.figure(name) for name in NAMES}
        ratio = self.ratio(self.bound.peer if self.bound and self.bound.peer else OXIGRAPH)
        rounds = {name: list(values) for name, values in self.values.items()}
        told = {"measure": self.title, "unit": self.unit, **figures, "ratio": ratio, **wanted}
        return {**told, "reached": self.verdict(), "rounds": rounds}

    def _shown(self, name: str) -> str:
        figure = self.figure(name)
        if figure is None:
            return "-"
        few = f" (n={len(self.values[name])})" if len(self.values[name]) < len(self.values.get(LDPUB, ())) else ""
        return shown(figure, self.unit) + few

    def _limit(self, limit: float) -> str:
        assert self.bound is not None
        sign = "≥" if self.bound.direction == AT_LEAST else "≤"
        return f"{sign} {limit:g}x" if self.bound.peer else f"{sign} {shown(limit, self.unit)}"


def shown(figure: float, unit: str) -> str:
    """A figure with as many digits as mean something."""
    digits = 0 if abs(figure) >= 20 or figure == int(figure) else 2 if abs(figure) < 2 else 1
    return f"{figure:,.{digits}f} {unit}"


HEAD = ("measure", *NAMES, f"ratio to {OXIGRAPH}", "floor", "goal", "reached")


def table(rows: Sequence[Row]) -> str:
    """The rows as a table in Markdown, in columns that a terminal shows well, too."""
    lines = [list(HEAD), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines)
