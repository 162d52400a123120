"""Each shape of rule body becomes one Python function: nested loops over sets and indexes, written and compiled once.

A kernel takes the new pairs of one of its patterns and answers with the head pairs that they and the whole graph make.
Rules of the same shape share the compiled code and differ only in the sets, indexes and constants they are bound to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from types import CodeType

from ldpub.build.reason.notation import Pattern, Slot
from ldpub.build.reason.relations import BITS, MASK, Relations
from ldpub.build.reason.terms import SAME_AS

Pairs = Callable[[Iterable[int]], Collection[int]]
Kernel = Callable[[Iterable[int]], "Collection[int] | Collection[tuple[int, ...]]"]

Names = tuple[str, str]
"""Subject and object of a pattern as Python names: variables, or constants k0, k1, ..."""


def kernel(body: tuple[Pattern, ...], head: Pattern | None, trigger: int, relations: Relations) -> Kernel:
    """The function for a body whose pattern number `trigger` is given by new pairs.

    With a head it returns packed pairs of the head's predicate; for `false` it returns the values of the body's
    variables, in the order of `variables(body)`.
    """
    constants: dict[int, str] = {}
    shape = tuple((_name(s, constants), _name(o, constants)) for s, _, o in body)
    head_shape = None if head is None else (_name(head[0], constants), _name(head[2], constants))
    distinct = head is not None and head[1] == SAME_AS
    code, needs = _code(shape, head_shape, trigger, distinct)
    scope: dict[str, object] = {name: number for number, name in constants.items()}
    for kind, i in needs:
        p = body[i][1]
        assert isinstance(p, int), "the axioms have fixed the predicate"
        scope[f"{kind}{i}"] = _access(kind, p, relations)
    exec(code, scope)  # noqa: S102  the text is written below, from the shape alone
    made = scope["fire"]
    assert callable(made), "the text defines fire"
    return made


def _access(kind: str, p: int, relations: Relations) -> object:
    return {"P": relations.extent, "F": relations.by_subject, "I": relations.by_object}[kind](p)


def variables(body: tuple[Pattern, ...]) -> tuple[str, ...]:
    """The variables of a body in the order of their first occurrence."""
    return tuple(dict.fromkeys(slot for s, _, o in body for slot in (s, o) if isinstance(slot, str)))


def _name(slot: Slot, constants: dict[int, str]) -> str:
    if isinstance(slot, int):
        return constants.setdefault(slot, f"k{len(constants)}")
    return f"v_{slot}"


@cache
def _code(
    shape: tuple[Names, ...], head: Names | None, trigger: int, distinct: bool
) -> tuple[CodeType, frozenset[tuple[str, int]]]:
    """The compiled text for a shape, and the accesses (kind, pattern number) that it uses."""
    bound: set[str] = {name for names in (*shape, head or ()) for name in names if name.startswith("k")}
    lines = ["def fire(new):", " out = set()", " step(out.add, new)", " return out"]
    lines += ["def step(add, new):", " for t in new:", *_unpacked(shape[trigger], bound, 2)]
    indent, steps = 2, 1
    needs: set[tuple[str, int]] = set()
    remaining = [i for i in range(len(shape)) if i != trigger]
    while remaining:
        if indent > _DEEPEST:
            lines += _continued(f"step{steps}", bound, indent)
            indent, steps = 2, steps + 1
        i = min(remaining, key=lambda i: (-sum(name in bound for name in shape[i]), i))
        remaining.remove(i)
        more, indent, kind = _loop(i, shape[i], bound, indent)
        lines += more
        needs.add((kind, i))
    lines += _emission(shape, head, distinct, indent)
    return compile("\n".join(lines), f"<rule body {shape} => {head}>", "exec"), frozenset(needs)


_DEEPEST = 15
"""Python nests at most twenty loops in one function; a longer chain goes on in another."""


def _continued(name: str, bound: set[str], indent: int) -> list[str]:
    """Lines that call a function with all that is bound, and begin it; its loop of one gives `continue` a meaning."""
    arguments = ", ".join(["add", *sorted(variable for variable in bound if not variable.startswith("k"))])
    return [f"{' ' * indent}{name}({arguments})", f"def {name}({arguments}):", " for _ in (0,):"]


def _unpacked(names: Names, bound: set[str], indent: int) -> list[str]:
    """Lines that take the pair t apart; a pair that does not fit what is bound already is passed over."""
    pad = " " * indent
    lines = []
    for name, part in zip(names, (f"t & {MASK}", f"t >> {BITS}"), strict=True):
        if name in bound:
            lines.append(f"{pad}if {part} != {name}: continue")
        else:
            lines.append(f"{pad}{name} = {part}")
            bound.add(name)
    return lines


def _loop(i: int, names: Names, bound: set[str], indent: int) -> tuple[list[str], int, str]:
    """Lines that match pattern i with what is bound, the indent inside them, and the kind of access."""
    s, o = names
    pad = " " * indent
    known = s in bound, o in bound
    bound.update(names)
    if known == (True, True):
        return [f"{pad}if {o} << {BITS} | {s} not in P{i}: continue"], indent, "P"
    if known == (True, False):
        return [f"{pad}for {o} in F{i}.get({s}, ()):"], indent + 1, "F"
    if known == (False, True):
        return [f"{pad}for {s} in I{i}.get({o}, ()):"], indent + 1, "I"
    inner = _unpacked(names, bound - set(names), indent + 1)
    return [f"{pad}for t in P{i}:", *inner], indent + 1, "P"


def _emission(shape: tuple[Names, ...], head: Names | None, distinct: bool, indent: int) -> list[str]:
    pad = " " * indent
    if head is None:
        seen = dict.fromkeys(name for names in shape for name in names if not name.startswith("k"))
        return [f"{pad}add(({''.join(name + ', ' for name in seen)}))"]
    s, o = head
    if distinct and s != o:
        return [f"{pad}if {s} != {o}: add({o} << {BITS} | {s})"]
    return [f"{pad}add({o} << {BITS} | {s})"]
