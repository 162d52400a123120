"""The endpoint: one query operation in, one reply out; every bound of a public service is here.

A reply comes when the answer is whole, or when its beginning is there; what fails up to then is a status. A stream that
fails later is cut by the server: it has neither the last chunk nor the end of its content coding (RFC 9112, 8).
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from ldpub import __version__, formats
from ldpub.errors import LdpubError, QueryError
from ldpub.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, Format
from ldpub.serve.answers import Answers, KeptAnswer
from ldpub.serve.budget import Budget, Spending
from ldpub.serve.coding import encode, encoder
from ldpub.serve.journal import Entry, Journal
from ldpub.serve.problems import Problem, problem_of
from ldpub.serve.protocol import Operation
from ldpub.serve.rows import RowCount, rows_of
from ldpub.serve.snapshot import Snapshot
from ldpub.store import Answer, AsyncAnswer, Form, Query
from ldpub.store.outlook import is_lookup
from ldpub.store.tokens import may_hold

REVALIDATE = "public, max-age=60, stale-while-revalidate=600"
VARY = "Accept, Accept-Encoding, Accept-Language"

_CHANGING = re.compile(r"(?<![?$\w:])(?:NOW|RAND|UUID|STRUUID|BNODE)\b|SERVICE", re.IGNORECASE)
_CHANGING_WORDS = ("now", "rand", "uuid", "bnode", "service")  # one of which that must hold
_CONSTRUCT = re.compile("CONSTRUCT", re.IGNORECASE)

_NO_DATASET = repr(((), ()))

_BEGINNINGS = 16 << 20
"""The bytes of answers that are kept for pages."""

Headers = list[tuple[str, str]]


class Caller(NamedTuple):
    """What a reply depends on besides the operation: who asks, the coding, and what the client already has."""

    client: str
    coding: str | None = None
    etags: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reply:
    """A reply: its body, or the stream that is sent in its place; closed when it was sent or could not be."""

    status: int
    headers: Headers
    body: bytes = field(default=b"", repr=False)
    stream: Stream | None = field(default=None, repr=False)
    was_kept: bool = False
    """Whether it is an answer that was asked for before."""


@dataclass(frozen=True)
class Beginning:
    """The beginning of an answer, or all of it."""

    form: Form
    format: Format
    content: bytes
    is_whole: bool

    @property
    def body(self) -> bytes:
        """What takes the room where it is kept."""
        return self.content


class Endpoint:
    """Answers operations for one server process."""

    def __init__(self, budget: Budget, answers: Answers[KeptAnswer], journal: Journal) -> None:
        self._budget = budget
        self.answers = answers
        self.journal = journal
        self._beginnings: Answers[Beginning] = Answers(_BEGINNINGS)

    def begin(self, text: str) -> Entry:
        """A query has arrived."""
        return Entry(self.journal, text, time.monotonic())

    async def reply(self, snapshot: Snapshot, operation: Operation, caller: Caller) -> Reply:
        """200 or 304; raises Problem and QueryError for everything else."""
        keeps = snapshot.answers_for_ever and not changes(operation.text)
        etag = f'"{_digest(operation, caller.coding, snapshot)}"'  # and the kept answer's key, of a bounded length
        headers = [("Vary", VARY), ("Cache-Control", REVALIDATE if keeps else "no-store")]
        if keeps:
            headers.append(("ETag", etag))
            known = self._known(etag, operation, caller, headers)
            if known is not None:
                return known
        entry = self.begin(operation.text)
        with self._work(caller.client, entry) as work:
            answer = work.answer = await snapshot.store.ask(store_query(operation, snapshot))
            if operation.wanted[answer.form] is None:
                raise not_acceptable(answer.form)
            headers.append(("Content-Type", answer.format.content_type))
            entry.form, entry.format = answer.form, answer.format.name
            if answer.body is not None:
                reply = _whole(answer, answer.body, headers, caller.coding, entry)
                if keeps:
                    self.answers.keep(etag, KeptAnswer(tuple(reply.headers), reply.body))
                return reply
            if caller.coding:
                headers.append(("Content-Encoding", caller.coding))
            stream = Stream(answer, caller.coding, work)
            if keeps:
                stream.keep_in(self.answers, etag, headers)
            work.goes_on = True
            return Reply(200, headers, stream=stream)
        raise AssertionError("unreachable")

    def _known(self, etag: str, operation: Operation, caller: Caller, headers: Headers) -> Reply | None:
        """What needs no evaluation: 304 (RFC 9110, 13.1.2), or a kept answer."""
        if operation.conditional and etag in caller.etags:
            self.begin(operation.text).end("unchanged", 304)
            return Reply(304, headers)
        kept = self.answers.get(etag)
        if kept is None:
            return None
        unchanged = operation.conditional and "*" in caller.etags
        self.begin(operation.text).end("kept", 304 if unchanged else 200)
        return Reply(304, headers) if unchanged else Reply(200, list(kept.headers), kept.body, was_kept=True)

    async def beginning(self, snapshot: Snapshot, operation: Operation, client: str, most: int) -> Beginning:
        """So many bytes of an answer, for a page, which shows no more; raises Problem 429 and QueryError.

        Kept for a while: who has seen a table wants it as a map, and the picture of a page is a request of its own.
        """
        key = _digest(operation, f"the first {most}", snapshot)
        entry = self.begin(operation.text)
        if (known := self._beginnings.get(key)) is not None:
            entry.end("kept", 200)
            return known
        with self._work(client, entry) as work:
            answer = work.answer = await snapshot.store.ask(store_query(operation, snapshot))
            pieces: list[bytes] = []
            async for piece in answer.chunks:
                pieces.append(piece)
                entry.size += len(piece)
                if entry.size > most:
                    break
            entry.form, entry.format = answer.form, HTML.name
            entry.end("answered", 200)
            found = Beginning(answer.form, answer.format, b"".join(pieces)[:most], is_whole=entry.size <= most)
            if snapshot.answers_for_ever and not changes(operation.text):
                self._beginnings.keep(key, found)
            return found
        raise AssertionError("unreachable")

    @contextmanager
    def ask(self, snapshot: Snapshot, query: Query, client: str, entry: Entry) -> Iterator[Answer]:
        """Ask the store on a client's account, for a page that waits; raises Problem 429 and QueryError."""
        with self._work(client, entry), snapshot.store.query(query) as answer:
            yield answer

    def _work(self, client: str, entry: Entry) -> Work:
        """Begin the work for a query; raises Problem 429."""
        try:
            return Work(entry, self._budget.spend(client, lambda: is_lookup(entry.text)))
        except Problem as problem:
            entry.end(problem.title or "Too many queries", problem.status)
            raise


class Work:
    """What a query holds until its reply was sent: its client's account, its line in the log, its answer.

    As a context it writes down what ends the query, and lets go of everything, unless it `goes_on`.
    """

    def __init__(self, entry: Entry, spending: Spending) -> None:
        self.entry = entry
        self.spending = spending
        self.answer: AsyncAnswer | None = None
        self.goes_on = False

    def __enter__(self) -> Work:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, QueryError):
            self.entry.end(type(error).__name__, error.status)
        elif isinstance(error, Problem):
            self.entry.end(error.title or "Not acceptable", error.status)
        if not self.goes_on:
            self.close()

    def close(self) -> None:
        """The reply was sent, or cannot be; a query that has no line yet was abandoned."""
        if self.answer is not None:
            self.answer.close()
        self.spending.end()
        self.entry.end("abandoned", 499)


def _whole(answer: AsyncAnswer, body: bytes, headers: Headers, coding: str | None, entry: Entry) -> Reply:
    entry.rows, entry.size = rows_of(answer.form, answer.format.name, body), len(body)
    entry.end("answered", 200)
    body, used = encode(body, coding)
    coded = [("Content-Encoding", used)] if used else []
    return Reply(200, [*headers, *coded, ("Content-Length", str(len(body)))], body)


class Stream:
    """The bytes of an answer as they are sent; raises QueryError where it breaks off. Closed when nobody reads on."""

    def __init__(self, answer: AsyncAnswer, coding: str | None, work: Work) -> None:
        self._answer = answer
        self._compress, self._finish = encoder(coding)
        self._work = work
        self._entry = work.entry
        self._rows = RowCount(answer.form, answer.format.name)
        self._sent = 0
        self._kept: list[bytes] | None = None
        self._keep: tuple[Answers[KeptAnswer], str, Headers] | None = None
        self.excuse = work.spending.excuse
        """For the time in which the client reads."""

    def keep_in(self, answers: Answers[KeptAnswer], key: str, headers: Headers) -> None:
        """Keep what is sent, if it is not too large, once it is whole."""
        self._kept, self._keep = [], (answers, key, headers)

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """What is sent, in its coding."""
        try:
            async for chunk in self._answer.chunks:
                self._rows.add(chunk)
                self._entry.size += len(chunk)
                if piece := self._compress(chunk):
                    self._note(piece)
                    yield piece
        except QueryError as error:
            self._entry.rows = self._rows.rows
            self._entry.end(type(error).__name__, 200)
            raise
        if last := self._finish():
            self._note(last)
            yield last
        self._entry.rows = self._rows.rows
        self._entry.end("answered", 200)
        if self._keep is not None and self._kept is not None:
            answers, key, headers = self._keep
            body = b"".join(self._kept)
            answers.keep(key, KeptAnswer((*headers, ("Content-Length", str(len(body)))), body))

    def _note(self, piece: bytes) -> None:
        self._sent += len(piece)
        if self._keep is not None and self._kept is not None:
            self._kept.append(piece)
            if self._sent > self._keep[0].largest:
                self._kept = None

    def close(self) -> None:
        """The stream was sent, or cannot be."""
        self._work.close()


def changes(text: str) -> bool:
    """Whether the answer may differ from one evaluation to the next, so that it has no validator and is not kept.

    So do functions such as NOW, the answers of other endpoints, and new blank nodes. Takes time linear in the text.
    """
    if may_hold(text, _CHANGING_WORDS) and _CHANGING.search(text):
        return True
    return ("_:" in text or "[" in text) and _CONSTRUCT.search(text) is not None


def store_query(operation: Operation, snapshot: Snapshot) -> Query:
    """What the store is asked: for a page TSV or N-Triples, which stand also where no format fits.

    The endpoint is the base of relative IRIs (SPARQL 1.1 Protocol, 2.1.5).
    """
    solutions, boolean, graph = operation.wanted["solutions"], operation.wanted["boolean"], operation.wanted["graph"]
    return Query(
        operation.text,
        formats.RESULTS_TSV if solutions in (HTML, None) else solutions,
        formats.RESULTS_TSV if boolean in (HTML, None) else boolean,
        formats.N_TRIPLES if graph in (HTML, None) else graph,
        operation.default_graphs,
        operation.named_graphs,
        snapshot.iris.sparql,
    )


def not_acceptable(form: str) -> Problem:
    """406, saying what there is."""
    offered: Sequence[Format] = GRAPH_FORMATS if form == "graph" else SOLUTION_FORMATS
    names = ", ".join(f.media_type for f in offered)
    return Problem(406, f"This answer comes as {names}.", "Not acceptable", {"Vary": VARY})


def problem_reply(error: Problem | LdpubError) -> Reply:
    """The problem document (RFC 9457) of an error."""
    problem = error if isinstance(error, Problem) else problem_of(error)
    headers = {"Vary": VARY, "Cache-Control": "no-store", **problem.headers, "Content-Type": "application/problem+json"}
    body = problem.json()
    return Reply(problem.status, [*headers.items(), ("Content-Length", str(len(body)))], body)


def _digest(operation: Operation, variant: str | None, snapshot: Snapshot) -> str:
    """What tells an answer from every other: release, software, query, form, and its coding or how much of it."""
    manifest, dataset = snapshot.manifest, _NO_DATASET
    if operation.default_graphs or operation.named_graphs:
        dataset = repr((operation.default_graphs, operation.named_graphs))  # in which no IRI passes for two
    formats = "\0".join([f.name if f else "-" for f in operation.wanted.values()])
    told = f"{manifest.digest}\0{manifest.inputs}\0{__version__}\0{variant or ''}\0{formats}\0{dataset}\0"
    return hashlib.blake2b((told + operation.text).encode(errors="surrogatepass"), digest_size=16).hexdigest()
