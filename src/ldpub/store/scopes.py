"""Scope of variables (SPARQL 1.1, 18.2.1; 19.8, notes 12 and 13): which is bound twice, or not grouped.

The engine's parser only says that a query is none, at the end of what it has read. Here a guess is made by the tokens,
and what is guessed is told only if the query without it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ldpub.store.edits import Edit, edited
from ldpub.store.tokens import Token

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_AFTER_GROUP = frozenset(["HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "}"])


def out_of_scope(
    text: str, significant: Sequence[Token], parse: Callable[[str], str | None]
) -> tuple[Token, str] | None:
    """The first variable that may not stand where it does, and why; None where that is not what is wrong."""
    guesses = sorted({(at, why, mend) for at, why, mend in _Scopes(significant).guesses()})
    if not guesses:
        return None
    edits = [Edit(t.start, t.start + len(t.text), mend) for t, mend in ((significant[at], m) for at, _, m in guesses)]
    at, why, _ = guesses[0]
    return (significant[at], why) if parse(edited(text, edits)) is None else None


class _Scopes:
    """The brackets of a query, and the variables between them."""

    def __init__(self, significant: Sequence[Token]) -> None:
        self._all = significant
        self._end: dict[int, int] = {}
        self._group: list[int] = []  # for each token the place of the innermost `{` around it, or -1
        open_at: list[int] = []
        for at, token in enumerate(significant):
            if token.kind == "close" and open_at:
                self._end[open_at.pop()] = at
            self._group.append(next((place for place in reversed(open_at) if significant[place].text == "{"), -1))
            if token.kind == "open":
                open_at.append(at)

    def guesses(self) -> Iterator[tuple[int, str, str]]:
        """Places of variables, what is wrong with each, and what could stand there instead."""
        for at in range(len(self._all)):
            if self._word(at) == "BIND" and self._word(at + 1) == "(":
                yield from self._bound(at)
            elif self._word(at) == "SELECT":
                yield from self._selected(at)

    def _word(self, at: int) -> str:
        return self._all[at].text.upper() if 0 <= at < len(self._all) else ""

    def _name(self, at: int) -> str:
        return self._all[at].text[1:]

    def _variables(self, start: int, end: int) -> set[str]:
        return {self._name(at) for at in range(start, end) if self._all[at].kind == "variable"}

    def _bound(self, at: int) -> Iterator[tuple[int, str, str]]:
        """A BIND whose variable stands in its group before it."""
        target = self._end.get(at + 1, 0) - 1
        if self._word(target - 1) == "AS" and self._name(target) in self._variables(self._group[at] + 1, at):
            yield target, f"{self._all[target].text} is bound already; take another name", f"?fresh_{target}"

    def _selected(self, at: int) -> Iterator[tuple[int, str, str]]:
        """The variables that the head of one SELECT binds again, or has though the solutions are grouped by others."""
        end = next((n for n in range(at, len(self._all)) if self._word(n) in ("WHERE", "{", "FROM")), 0)
        body = next((n for n in range(end, len(self._all)) if self._word(n) == "{"), 0)
        if not end or body not in self._end:
            return
        grouped, in_aggregates = self._grouped(self._end[body]), self._in_aggregates(at, end)
        is_grouped = grouped is not None or bool(in_aggregates)
        bound = set() if is_grouped else self._variables(body, self._end[body])
        given: set[str] = set()
        for place in (n for n in range(at + 1, end) if self._all[n].kind == "variable"):
            name, is_target = self._name(place), self._word(place - 1) == "AS"
            if is_target and name in given | bound:
                yield place, f"{self._all[place].text} is bound already; take another name", f"?fresh_{place}"
            elif not is_target and is_grouped and name not in (grouped or set()) | given and place not in in_aggregates:
                yield self._ungrouped(place, at)
            if is_target or not self._is_inside(place, at):
                given.add(name)

    def _ungrouped(self, place: int, start: int) -> tuple[int, str, str]:
        """A variable of a head that is neither grouped nor aggregated."""
        shown = self._all[place].text
        why = f"{shown} is selected, but neither grouped nor aggregated: GROUP BY {shown}, or SAMPLE({shown})"
        mend = f"SAMPLE({shown})" if self._is_inside(place, start) else f"(SAMPLE({shown}) AS ?fresh_{place})"
        return place, why, mend

    def _is_inside(self, place: int, start: int) -> bool:
        """Whether a token of a head stands in brackets."""
        return any(start < opened < place < end for opened, end in self._end.items())

    def _in_aggregates(self, start: int, end: int) -> set[int]:
        """The places within calls of aggregates."""
        calls = (at + 1 for at in range(start, end) if self._word(at) in _AGGREGATES and at + 1 in self._end)
        return {place for opened in calls for place in range(opened, self._end[opened] + 1)}

    def _grouped(self, body_end: int) -> set[str] | None:
        """The variables by which the solutions of a SELECT are grouped; None where they are not."""
        if self._word(body_end + 1) != "GROUP":
            return None
        stop = next(
            (n for n in range(body_end, len(self._all)) if self._word(n) in _AFTER_GROUP and n > body_end), None
        )
        places = range(body_end + 1, stop if stop is not None else len(self._all))
        return {
            self._name(n)
            for n in places
            if self._all[n].kind == "variable" and (self._word(n - 1) == "AS" or not self._is_inside(n, body_end))
        }
