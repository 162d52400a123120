"""The endpoint: one query operation in, one reply out, whatever carries them; every bound of a public service is here.

An answer is sent when all of it is there, with its length: whatever fails on the way is a status, never a broken 200.
A stream could not keep that promise: granian, for one, ends a chunked body cleanly when the application fails in it.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from ldpub import __version__, formats
from ldpub.errors import LdpubError, QueryError, RefusedQueryError
from ldpub.formats import GRAPH_FORMATS, HTML, SOLUTION_FORMATS, Format
from ldpub.serve.answers import Answers, KeptAnswer
from ldpub.serve.budget import Budget
from ldpub.serve.coding import encode, encode_stream
from ldpub.serve.journal import Entry, begin
from ldpub.serve.problems import Problem, problem_of
from ldpub.serve.protocol import Operation
from ldpub.serve.rows import RowCount
from ldpub.serve.snapshot import Snapshot
from ldpub.store import Answer, Query

REVALIDATE = "public, max-age=60, stale-while-revalidate=600"
VARY = "Accept, Accept-Encoding, Accept-Language"

_IN_MEMORY = 4 << 20
_ANSWER_AT_MOST = 256 << 20
_PIECE = 1 << 16
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
"""Functions whose value differs from one evaluation to the next: their answers have no validator and are not kept."""


@dataclass(frozen=True)
class Caller:
    """What a reply depends on besides the operation: who asks, the coding, and what the client already has."""

    client: str
    coding: str | None = None
    etags: frozenset[str] = frozenset()


@dataclass
class Reply:
    """A reply: its body is closed when it was sent or could not be."""

    status: int
    headers: list[tuple[str, str]]
    body: Iterable[bytes] = field(default=(), repr=False)


class Endpoint:
    """Answers operations for one server process."""

    def __init__(self, budget: Budget, answers: Answers) -> None:
        self._budget = budget
        self._answers = answers

    def reply(self, snapshot: Snapshot, operation: Operation, caller: Caller) -> Reply:
        """200 or 304; raises Problem and QueryError for everything else."""
        query = store_query(operation)
        keeps = snapshot.answers_for_ever and not _CHANGING.search(operation.text)
        key = (snapshot.manifest.digest, query, caller.coding, tuple(operation.wanted.values()))
        etag = f'"{_digest(repr(key), snapshot)}"'
        headers = [("Vary", VARY), ("Cache-Control", REVALIDATE if keeps else "no-store")]
        if keeps:
            headers.append(("ETag", etag))
            kept = self._answers.get(key)
            if kept is not None:
                begin(operation.text).end("kept", 200)
                unchanged = operation.conditional and caller.etags & {etag, "*"}
                return Reply(304, headers) if unchanged else Reply(200, list(kept.headers), (kept.body,))
            if operation.conditional and etag in caller.etags:
                begin(operation.text).end("unchanged", 304)
                return Reply(304, headers)
        with ExitStack() as open_until_sent:
            entry = begin(operation.text)
            answer = self.ask(snapshot, query, caller.client, entry, open_until_sent)
            if operation.wanted[answer.form] is None:
                raise not_acceptable(answer.form)
            headers.append(("Content-Type", answer.format.content_type))
            reply = _Sending(answer, headers, caller.coding, entry).reply(open_until_sent)
            if keeps and isinstance(reply.body, tuple):
                self._answers.keep(key, KeptAnswer(tuple(reply.headers), reply.body[0]))
            return reply

    def ask(self, snapshot: Snapshot, query: Query, client: str, entry: Entry, until: ExitStack) -> Answer:
        """Ask the store on a client's account; what must be let go of afterwards is pushed on `until`.

        Raises Problem 429 and QueryError, both written down.
        """
        until.callback(entry.end, "abandoned", 200)
        try:
            until.enter_context(self._budget.spend(client))
            return until.enter_context(snapshot.store.query(query))
        except QueryError as error:
            entry.end(type(error).__name__, error.status)
            raise
        except Problem as problem:
            entry.end(problem.title, problem.status)
            raise


class _Sending:
    """An answer on its way to a reply."""

    def __init__(self, answer: Answer, headers: list[tuple[str, str]], coding: str | None, entry: Entry) -> None:
        self._answer = answer
        self._headers = headers
        self._coding = coding
        self._entry = entry
        self._rows = RowCount(answer.form, answer.format.name)
        entry.form, entry.format = answer.form, answer.format.name

    def reply(self, until: ExitStack) -> Reply:
        """200 with the whole answer, out of memory or of a file that `until` hands over to the body."""
        if self._answer.body is not None:
            self._count(self._answer.body)
            self._entry.end("answered", 200)
            return self._whole(self._answer.body)
        return self._spooled(until)

    def _whole(self, body: bytes) -> Reply:
        body, coding = encode(body, self._coding)
        return Reply(200, [*self._coded(coding), ("Content-Length", str(len(body)))], (body,))

    def _spooled(self, until: ExitStack) -> Reply:
        """The whole answer in a temporary file, in memory while it is small; raises QueryError where it breaks off."""
        spool = until.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the stack closes it
        for chunk in encode_stream(self._counted(), self._coding):
            spool.write(chunk)
        headers = [*self._coded(self._coding), ("Content-Length", str(spool.tell()))]
        spool.seek(0)
        return Reply(200, headers, Body(iter(lambda: spool.read(_PIECE), b""), until.pop_all()))

    def _counted(self) -> Iterator[bytes]:
        """The chunks, counted; raises QueryError where the answer breaks off or grows too large."""
        try:
            for chunk in self._answer.chunks:
                self._count(chunk)
                yield chunk
        except QueryError as error:
            self._entry.end(type(error).__name__, error.status)
            raise
        self._entry.end("answered", 200)

    def _count(self, chunk: bytes) -> None:
        self._rows.add(chunk)
        self._entry.size += len(chunk)
        self._entry.rows = self._rows.rows
        if self._entry.size > _ANSWER_AT_MOST:
            raise RefusedQueryError(
                f"The answer is larger than {_ANSWER_AT_MOST >> 20} MiB; take a dump, or use LIMIT."
            )

    def _coded(self, coding: str | None) -> list[tuple[str, str]]:
        return [*self._headers, ("Content-Encoding", coding)] if coding else self._headers


class Body:
    """The body of a reply; closing it lets go of all that it needs."""

    def __init__(self, chunks: Iterator[bytes], until: ExitStack) -> None:
        self._chunks = chunks
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """The body was sent, or cannot be."""
        self._until.close()


def store_query(operation: Operation) -> Query:
    """What the store is asked: for a page TSV or Turtle, which stand also where no format fits."""
    solutions, boolean, graph = (operation.wanted[form] for form in ("solutions", "boolean", "graph"))
    return Query(
        operation.text,
        formats.RESULTS_TSV if solutions in (HTML, None) else solutions,
        formats.RESULTS_TSV if boolean in (HTML, None) else boolean,
        formats.TURTLE if graph in (HTML, None) else graph,
        operation.default_graphs,
        operation.named_graphs,
    )


def not_acceptable(form: str) -> Problem:
    """406, saying what there is."""
    offered: Sequence[Format] = GRAPH_FORMATS if form == "graph" else SOLUTION_FORMATS
    names = ", ".join(f.media_type for f in offered)
    return Problem(406, f"This answer comes as {names}.", headers={"Vary": VARY})


def problem_reply(error: Problem | LdpubError) -> Reply:
    """The problem document (RFC 9457) of an error."""
    problem = error if isinstance(error, Problem) else problem_of(error)
    headers = {"Vary": VARY, "Cache-Control": "no-store", **problem.headers, "Content-Type": "application/problem+json"}
    body = problem.json()
    return Reply(problem.status, [*headers.items(), ("Content-Length", str(len(body)))], (body,))


def _digest(text: str, snapshot: Snapshot) -> str:
    parts = (snapshot.manifest.digest, snapshot.manifest.inputs, __version__, text)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
