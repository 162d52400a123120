"""The promise of every back end: a SPARQL 1.1 query goes in, an answer in the wanted format or an error comes out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, NamedTuple, Protocol, Self

from ldpub.formats import RESULTS_JSON, TURTLE, Format

Form = Literal["solutions", "boolean", "graph"]
"""What a query answers with: SELECT solutions, ASK a boolean, CONSTRUCT and DESCRIBE a graph."""


class Query(NamedTuple):
    """One query, with the format wanted for each of the three forms (which of them applies is known after parsing).

    `base` resolves relative IRIs where the query has no BASE (SPARQL 1.1 Query, 4.1.1.2); without it they are an error.
    `default_graphs` and `named_graphs` are the dataset of the SPARQL 1.1 Protocol (2.1.4); if either is given, FROM and
    FROM NAMED in the text do not count, and a part that is not given is empty.
    """

    text: str
    solutions: Format = RESULTS_JSON
    boolean: Format = RESULTS_JSON
    graph: Format = TURTLE
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str | None = None

    def format_of(self, form: Form) -> Format:
        """The format in which an answer of this form is written."""
        if form == "solutions":
            return self.solutions
        return self.boolean if form == "boolean" else self.graph


@dataclass
class Answer:
    """The answer to one query: its form, its format, and its bytes.

    `body` holds the bytes when the whole answer is there already; otherwise they come from `chunks` as they are made.
    Iterating raises a QueryError when the answer cannot be ended: a truncated answer never ends like a whole one.
    Close an answer that is not read to its end (or use it as a context manager): that ends the work behind it.
    """

    form: Form
    format: Format
    chunks: Iterator[bytes] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """The whole answer as bytes; raises QueryError if it cannot be ended."""
        return self.body if self.body is not None else b"".join(self.chunks)

    def close(self) -> None:
        """Let go of the answer; what still computes it is ended."""
        close = getattr(self.chunks, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def whole(form: Form, written: Format, body: bytes) -> Answer:
    """An answer whose bytes are all there."""
    return Answer(form, written, iter((body,)), body)


@dataclass(slots=True)
class AsyncAnswer:
    """An Answer for a reader that awaits its chunks, in the event loop in which it was asked for."""

    form: Form
    format: Format
    chunks: AsyncIterator[bytes] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)

    def close(self) -> None:
        """Let go of the answer; what still computes it is ended."""
        close = getattr(self.chunks, "close", None)
        if close is not None:
            close()


def whole_async(form: Form, written: Format, body: bytes) -> AsyncAnswer:
    """An answer whose bytes are all there."""
    return AsyncAnswer(form, written, _One(body), body)


class _One:
    """One chunk."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body

    def __aiter__(self) -> _One:
        return self

    async def __anext__(self) -> bytes:
        body, self._body = self._body, None
        if body is None:
            raise StopAsyncIteration
        return body


class Store(Protocol):
    """Something that answers SPARQL queries and does nothing else."""

    def query(self, query: Query) -> Answer:
        """Answer the query; raises a QueryError (its `status` says which HTTP status fits)."""
        ...

    async def ask(self, query: Query) -> AsyncAnswer:
        """The same, without keeping anybody else waiting; cancelling it ends the work as soon as can be."""
        ...

    def close(self) -> None:
        """Release everything; calling it again does nothing."""
        ...
