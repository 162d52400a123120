"""SPARQL 1.1 Federated Query: SERVICE to the endpoints of a list, asked by this process before the engine reads it.

A worker has no network, so each `SERVICE <iri> { P }` is replaced by what the endpoint answers to `SELECT * { P }`, as
inline data, which is joined where the clause stood. Bindings from around it are not sent along: P should be selective
by itself. A failure under SILENT is one solution that binds nothing (2.3); what exceeds this endpoint's own limits is
refused in any case. Refused are SERVICE with a variable, which the standard only informs about (2.4), and SERVICE
within SERVICE: nobody could say beforehand who is asked.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType

from ldpub.errors import BusyError, FederationError, MalformedQueryError, RefusedQueryError
from ldpub.store.addresses import Resolve, resolve
from ldpub.store.clauses import Clause, asks_others, find_clauses
from ldpub.store.deadline import Deadline
from ldpub.store.edits import Edit, edited, placed_before
from ldpub.store.inline import inline
from ldpub.store.limits import Limits
from ldpub.store.outbound import BadRequestError, Endpoint
from ldpub.store.store import Query

__all__ = ["Federation", "Inlining", "asks_others", "unasked"]

# FILTER may stand where SERVICE may, and nothing but a pattern may follow or precede it there: so no malformed query
# becomes a query, as `OPTIONAL SERVICE ...` would, or `SERVICE ... UNION { }`.
# Within GRAPH, the engine takes inline data to be in no graph: an empty group of that name says in which (18.6).
_JOINED = "FILTER(true) {graph}{pattern} FILTER(true)"
_EXPLAINED = 600  # characters of an endpoint's fault that an error says
_TICK = 0.1  # seconds after which one who waits for a place looks whether it was cut
_ADVICE = (
    "Bindings from around the clause are not sent along, so the whole answer to its group is taken: let the group say "
    "more of what you look for, or give it a sub-SELECT with LIMIT, or ask that endpoint itself."
)


def unasked(text: str, limits: Limits) -> tuple[str, ...]:
    """What must be a query each for `text` to be one, none of which asks anybody.

    First the text, every SERVICE in it answered by one solution that binds nothing, on as many lines; then what each of
    them would be asked, at the same place. Raises RefusedQueryError, MalformedQueryError.
    """
    clauses = find_clauses(text, limits)
    edits = [Edit(clause.start, clause.end, _blank(clause, text)) for clause in clauses]
    return (edited(text, edits), *(clause.query for clause in clauses))


def _blank(clause: Clause, text: str) -> str:
    """What stands for a clause that nobody is asked, ending at the line and column where it ends, where it fits."""
    *lines, last = text[clause.start : clause.end].split("\n")
    pattern = _joined(clause, _nothing_bound(clause))
    return pattern + "\n" * len(lines) + " " * (len(last) - (0 if lines else len(pattern)))


class Federation:
    """The other endpoints, for the queries of one store; one for each store, since it counts who asks. Thread-safe."""

    def __init__(self, limits: Limits, resolve: Resolve = resolve) -> None:
        self.limits = limits
        self.resolve = resolve
        self.places = threading.BoundedSemaphore(limits.service_queries)

    def inlined(self, query: Query) -> Inlining:
        """The query with the answers of its services in it, as a context manager; see `Inlining`."""
        return Inlining(self, query)


class Inlining:
    """`with` this the query to evaluate is there: entering it is `ask`, and what is malformed in that query, and raised
    within the block, is `placed`."""

    def __init__(self, federation: Federation, query: Query) -> None:
        self._federation = federation
        self._query = query
        self._deadline = Deadline()
        self._edits: list[Edit] = []

    def cut(self) -> None:
        """Give up, from any thread, before, while or after the endpoints are asked; returns at once, and `ask` soon."""
        self._deadline.cut()

    def ask(self) -> Query:
        """Ask the endpoints, wait for them, and give the query to evaluate.

        The text must have passed the guard; the new one may be longer than the guard would let pass. Raises
        RefusedQueryError, MalformedQueryError, BusyError, FederationError, FederationTimeoutError; or
        QueryAbandonedError, once it was `cut`.
        """
        clauses = find_clauses(self._query.text, self._federation.limits)
        if not clauses:
            return self._query
        self._wait()
        try:
            asking = _Asking(self._federation, self._query.text, self._deadline)
            self._edits = [Edit(clause.start, clause.end, asking.answer(clause)) for clause in clauses]
        finally:
            self._federation.places.release()
        return self._query._replace(text=edited(self._query.text, self._edits))

    def placed(self, error: MalformedQueryError) -> MalformedQueryError:
        """An error in the query that `ask` gave, with its place in the query as it was written."""
        return placed_before(error, self._query.text, self._edits) if self._edits else error

    def __enter__(self) -> Query:
        return self.ask()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._edits and isinstance(error, MalformedQueryError):
            raise self.placed(error) from error

    def _wait(self) -> None:
        """Take a place among those who ask; raises BusyError."""
        until = time.monotonic() + self._federation.limits.queue_seconds
        while not self._federation.places.acquire(timeout=max(0.0, min(_TICK, until - time.monotonic()))):
            self._deadline.left()
            if time.monotonic() >= until:
                raise BusyError("Other queries to other endpoints are running; try again in a few seconds.")


class _Asking:
    """What is left of time, bytes and rows while the clauses of one query are asked in turn."""

    def __init__(self, federation: Federation, text: str, deadline: Deadline) -> None:
        self._limits = federation.limits
        self._resolve = federation.resolve
        self._text = text
        self._deadline = deadline
        self._deadline.begin(min(self._limits.service_seconds, self._limits.seconds))
        self._bytes = self._limits.service_bytes
        self._rows = self._limits.service_rows

    def answer(self, clause: Clause) -> str:
        """What stands for the clause; raises QueryError, but for the endpoint's faults if it is silent."""
        line, column = clause.place(self._text)
        where = f"SERVICE <{clause.iri}> (line {line}, column {column}):"
        try:
            pattern = self._pattern(clause)
        except FederationError as error:
            if not clause.silent:
                raise _told(error, where, line, column) from error
            pattern = _nothing_bound(clause)
        except RefusedQueryError as error:
            raise RefusedQueryError(f"{where} {error} {_ADVICE}") from error
        return _joined(clause, pattern)

    def _pattern(self, clause: Clause) -> str:
        endpoint = Endpoint(clause.iri, clause.iri in self._limits.private_services, self._resolve)
        reply = endpoint.ask(f"{clause.query} LIMIT {self._rows + 1}", self._deadline, self._bytes)
        inlined = inline(reply.body, clause.variables, self._rows)
        if reply.cut_off_at is not None and inlined.rows >= reply.cut_off_at:
            raise FederationError(f"it cuts its answers off at {reply.cut_off_at} rows, so this one may be incomplete.")
        self._bytes -= len(reply.body)
        self._rows -= inlined.rows
        return inlined.pattern


def _joined(clause: Clause, pattern: str) -> str:
    """The pattern in place of a clause."""
    return _JOINED.format(graph=f"{clause.graph} {{ }} " if clause.graph else "", pattern=pattern)


def _nothing_bound(clause: Clause) -> str:
    """One solution that binds nothing, with the variables that SELECT * lists all the same."""
    names = " ".join(f"?{name}" for name in clause.scope)
    return f"VALUES ({names}) {{ ({' '.join(['UNDEF'] * len(clause.scope))}) }}"


def _told(error: FederationError, where: str, line: int, column: int) -> FederationError | MalformedQueryError:
    """The fault with whom and where; what an endpoint calls malformed is so in the query itself."""
    said = f"{where} {_printable(str(error))}"
    return MalformedQueryError(said, line, column) if isinstance(error, BadRequestError) else type(error)(said)


def _printable(text: str) -> str:
    """An error's text, which may quote the endpoint: on one line, without control characters, and not too long."""
    seen = "".join(char if char.isprintable() else " " for char in text[:_EXPLAINED])
    return " ".join(seen.split())
