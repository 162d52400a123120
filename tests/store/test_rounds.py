"""Looks at what takes a while: once, in its time, and not at what was dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from ldpub.store.rounds import Look, Rounds


class Loop:
    """A loop whose time goes on when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Look] = []

    def call_later(self, _seconds: float, call: Look) -> object:
        self.waiting.append(call)
        return call

    def call_soon(self, call: Look) -> None:
        call()

    def go(self) -> None:
        """A round's time passes."""
        (call,) = self.waiting
        self.waiting = []
        call()


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def rounds(loop: Loop) -> Rounds:
    return Rounds(cast("asyncio.AbstractEventLoop", loop), 0.1)


def noting(seen: list[str], name: str) -> Callable[[], None]:
    return lambda: seen.append(name)


def test_what_is_not_dropped_is_looked_at_once_in_the_second_round(loop: Loop, rounds: Rounds) -> None:
    seen: list[str] = []
    looks = {name: noting(seen, name) for name in ("first", "dropped", "dropped later", "second")}
    for name in ("first", "dropped", "dropped later"):
        rounds.add(looks[name])
    rounds.drop(looks["dropped"])
    loop.go()
    rounds.add(looks["second"])
    rounds.drop(looks["dropped later"])
    assert not seen
    loop.go()
    assert seen == ["first"]
    loop.go()
    assert seen == ["first", "second"]


def test_it_rests_while_there_is_nothing_and_begins_again(loop: Loop, rounds: Rounds) -> None:
    seen: list[str] = []
    for turn in range(1, 3):
        rounds.add(noting(seen, "look"))
        rounds.add(noting(seen, "look"))
        loop.go()
        loop.go()
        assert not loop.waiting
        assert len(seen) == 2 * turn


def test_one_timer_serves_all(loop: Loop, rounds: Rounds) -> None:
    for number in range(100):
        rounds.add(noting([], str(number)))
    assert len(loop.waiting) == 1
