"""SPARQL 1.1 by the engine in this process: for the worker, the command line and tests, not for a visitor's query.

A query here has no deadline and no bound on memory; `ldpub.store.workers` puts processes around it that have both.
"""

from __future__ import annotations

import io
import re
import traceback
import xml.parsers.expat
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

import pyoxigraph as ox

from ldpub.errors import (
    MalformedQueryError,
    QueryError,
    QueryMemoryError,
    RefusedQueryError,
    ReleaseError,
    UnwritableError,
)
from ldpub.formats import JSON_LD, RDF_XML, RESULTS_XML, Format
from ldpub.namespaces import PREFIXES
from ldpub.store.faults import malformed
from ldpub.store.geography import functions
from ldpub.store.guard import check
from ldpub.store.in_thread import AskedInThread
from ldpub.store.limits import Limits
from ldpub.store.objections import object_to
from ldpub.store.plain import is_plain
from ldpub.store.repairs import repair, spell
from ldpub.store.store import Answer, Form, Query, whole

if TYPE_CHECKING:
    from ldpub.store.federation import Federation

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Functions = dict[ox.NamedNode, Callable[..., Any]]

_UNKNOWN_FUNCTION = re.compile(r"The custom function <([^>]*)> is not supported")
_UNKNOWN_FUNCTIONS_AT_MOST = 100
_PREFIXES_FROM: Final = 1000  # triples looked at to choose the prefixes of a graph


def open_read_only(path: Path) -> ox.Store:
    """The engine's store in this directory; raises ReleaseError if there is none or it is damaged."""
    if not (path / "CURRENT").is_file():
        raise ReleaseError(f"{path} is no store: build the release first.")
    try:
        return ox.Store.read_only(str(path))
    except OSError as error:
        raise ReleaseError(f"The store in {path} cannot be opened: {error}") from error


class EmbeddedStore(AskedInThread):
    """A Store that computes in this process and holds each answer whole in memory."""

    def __init__(self, engine: ox.Store, limits: Limits | None = None, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self._engine: ox.Store | None = engine
        self._limits = limits or Limits()
        self._prefixes = prefixes

    @cached_property
    def _federation(self) -> Federation:
        """Imported here because a worker imports this room, and has no network."""
        from ldpub.store.federation import Federation  # noqa: PLC0415

        return Federation(self._limits)

    def query(self, query: Query) -> Answer:
        """Answer the query; raises QueryError."""
        if self._engine is None:
            raise QueryError("The store is closed.")
        check(query.text, self._limits)
        output = io.BytesIO()
        with self._federation.inlined(query) as local:
            form = answer(self._engine, local, self._prefixes, lambda _: output)
        return whole(form, query.format_of(form), output.getvalue())

    def close(self) -> None:
        """Let go of the engine's store."""
        self._engine = None


def answer(engine: ox.Store, query: Query, prefixes: Mapping[str, str], output: Callable[[Form], IO[bytes]]) -> Form:
    """Evaluate the query and write its answer to what `output(form)` gives; returns the form.

    A function nobody knows raises an error in evaluation, as SPARQL 1.1 (17.3) has it: FILTER drops the solution and
    BIND leaves the variable unbound. The engine refuses instead, so each is made known as one that yields nothing, and
    the query begins again; `output` is called again, and must forget what was written, or raise.
    """
    texts, unknown = _read(query.text, engine)
    while True:
        try:
            return _attempt_and_let_go(engine, query, texts, prefixes, output, functions=unknown)
        except RuntimeError as error:
            named = _UNKNOWN_FUNCTION.search(str(error))
            function = ox.NamedNode(named.group(1)) if named else None
            if len(unknown) >= _UNKNOWN_FUNCTIONS_AT_MOST:
                raise RefusedQueryError(f"More than {_UNKNOWN_FUNCTIONS_AT_MOST} unknown functions.") from error
            if function is None or function in unknown:
                raise QueryError(f"The engine gave up: {error}") from error
            unknown[function] = _nothing
        except MemoryError as error:
            raise QueryMemoryError("The query needs more memory than it is allowed.") from error
        except OSError as error:
            raise QueryError(f"The engine could not read what the query asks for: {error}") from error


def _read(text: str, engine: ox.Store) -> tuple[Iterable[str], Functions]:
    """The texts that say what the query means to the engine, the best first, and the functions that are ours."""
    if is_plain(text):
        return (text,), {}
    object_to(text)
    spelled = spell(text)
    return dict.fromkeys((repair(spelled, _Holdings(engine)), spelled)), {**functions(text)}


def _nothing(*_: object) -> None:
    """A function that yields no term: an error in the expression around it."""


def _attempt_and_let_go(*arguments: Any, functions: Functions) -> Form:
    """An attempt whose error keeps nothing of the engine's: its iterators may only be dropped in the thread that made
    them, and a traceback would keep them for whichever thread happens to collect it."""
    try:
        return _attempt(*arguments, functions=functions)
    except BaseException as error:
        traceback.clear_frames(error.__traceback__)
        raise


def _attempt(
    engine: ox.Store,
    query: Query,
    texts: Iterable[str],
    prefixes: Mapping[str, str],
    output: Callable[[Form], IO[bytes]],
    *,
    functions: Functions,
) -> Form:
    results = _evaluate(engine, query, texts, functions, prefixes)
    form = form_of_results(results)
    _write(results, query.format_of(form), prefixes, output(form))
    return form


def _evaluate(
    engine: ox.Store, query: Query, texts: Iterable[str], functions: Functions, prefixes: Mapping[str, str]
) -> Results:
    """The results of the first of these texts that the engine takes: the repaired query, or the query as it is."""
    dataset: dict[str, Any] = {}
    if query.default_graphs or query.named_graphs:
        dataset = {"default_graph": _iris(query.default_graphs), "named_graphs": _iris(query.named_graphs)}
    refused: SyntaxError | None = None
    for text in texts:
        try:
            return engine.query(text, base_iri=query.base, custom_functions=functions or None, **dataset)
        except SyntaxError as error:
            refused = error
    raise malformed(query.text, str(refused), partial(_report, base=query.base), prefixes) from refused


class _Holdings:
    """What the engine's store holds, as the repairs ask for it."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine

    def holds(self, iri: str) -> bool:
        """Whether any statement has it as subject or object; what is no IRI is left to the parser to refuse."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return True
        patterns = ((node, None), (None, node))
        return any(next(self._engine.quads_for_pattern(s, None, o, None), None) for s, o in patterns)

    def graphs(self, at_most: int) -> list[str]:
        """The named graphs, or that many of them."""
        names = islice(self._engine.named_graphs(), at_most)
        return [name.value for name in names if isinstance(name, ox.NamedNode)]


def _report(text: str, base: str | None) -> str | None:
    """What the engine's parser has against the text."""
    try:
        ox.Store().query(spell(text), base_iri=base)
    except SyntaxError as error:
        return str(error)
    except RuntimeError:  # a function nobody knows: the text is a query
        return None
    return None


def _iris(graphs: Iterable[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(graph) for graph in graphs]
    except ValueError as error:
        raise MalformedQueryError(f"A graph of the dataset is named by an absolute IRI: {error}") from error


def form_of_results(results: Results) -> Form:
    """The form of the query that gave these results."""
    if isinstance(results, ox.QuerySolutions):
        return "solutions"
    return "boolean" if isinstance(results, ox.QueryBoolean) else "graph"


def _write(results: Results, written: Format, prefixes: Mapping[str, str], output: IO[bytes]) -> None:
    if isinstance(results, ox.QueryTriples):
        write_graph(results, written, prefixes, output)
        return
    target = _XmlCharacters(output) if written is RESULTS_XML else output
    results.serialize(target, getattr(ox.QueryResultsFormat, written.engine))  # type: ignore[arg-type]


def write_graph(triples: Iterator[ox.Triple], written: Format, prefixes: Mapping[str, str], output: IO[bytes]) -> None:
    """Write a graph in an RDF syntax, with the prefixes that shorten its names; raises UnwritableError."""
    first = list(islice(triples, _PREFIXES_FROM))
    used = _used_prefixes(first, prefixes)
    everything: Iterator[ox.Triple] = chain(first, triples)
    if written is RDF_XML:
        everything = _sayable_in_rdf_xml(everything, used)
        output = cast("IO[bytes]", _CarriageReturns(output))
    elif written is JSON_LD:
        everything = _without_triple_terms(everything, "JSON-LD", "Turtle or N-Triples")
    ox.serialize(everything, output, getattr(ox.RdfFormat, written.engine), prefixes=used)


def _used_prefixes(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that shorten at least one name in these triples, in the order in which they were declared."""
    names = {term.value for triple in triples for term in _names(triple)}
    heads = {name[: cut + 1] for name in names for cut in (name.rfind("#"), name.rfind("/"))}
    return {prefix: namespace for prefix, namespace in prefixes.items() if namespace in heads}


def _names(triple: ox.Triple) -> Iterator[ox.NamedNode]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term
        elif isinstance(term, ox.Literal):
            yield term.datatype


# XML 1.0, 2.2 Char: what a document cannot hold, not even as a character reference.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_XML_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class _XmlCharacters(io.RawIOBase):
    """A writer that passes bytes on, and refuses those that would make the XML ill-formed."""

    def __init__(self, output: IO[bytes]) -> None:
        super().__init__()
        self._output = output
        self._tail = b""

    def write(self, content: Any) -> int:
        piece = bytes(content)
        seam = self._tail + piece
        if len(piece.translate(None, _NO_XML_BYTES)) != len(piece) or any(c in seam for c in _NONCHARACTERS):
            raise _unwritable("a control character", "XML", "JSON, CSV or TSV")
        self._tail = piece[-2:]
        self._output.write(piece.replace(b"\r", b"&#13;"))
        return len(piece)


class _CarriageReturns(io.RawIOBase):
    """A writer of XML that keeps carriage returns, which a parser would read as line feeds (XML 1.0, 2.11)."""

    def __init__(self, output: IO[bytes]) -> None:
        super().__init__()
        self._output = output

    def write(self, content: Any) -> int:
        piece = bytes(content)
        self._output.write(piece.replace(b"\r", b"&#13;"))
        return len(piece)


def _without_triple_terms(triples: Iterable[ox.Triple], written: str, others: str) -> Iterator[ox.Triple]:
    for triple in triples:
        if isinstance(triple.object, ox.Triple):
            raise _unwritable("a triple term", written, others)
        yield triple


def _sayable_in_rdf_xml(triples: Iterable[ox.Triple], prefixes: dict[str, str]) -> Iterator[ox.Triple]:
    """The triples, up to the first that RDF/XML cannot say: raises UnwritableError there."""
    sayable: set[ox.NamedNode] = set()
    for triple in _without_triple_terms(triples, "RDF/XML", "Turtle or N-Triples"):
        if triple.predicate not in sayable:
            if not _is_element(triple.predicate, prefixes):
                raise _unwritable(f"the predicate {triple.predicate}", "RDF/XML", "Turtle, JSON-LD or N-Triples")
            sayable.add(triple.predicate)
        if isinstance(triple.object, ox.Literal) and _NO_XML.search(triple.object.value):
            raise _unwritable("a literal with a control character", "RDF/XML", "Turtle, JSON-LD or N-Triples")
        yield triple


def _is_element(predicate: ox.NamedNode, prefixes: dict[str, str]) -> bool:
    """Whether the engine's writer makes an element of this predicate that a parser of XML names reads back.

    An element's name is a namespace and an NCName, so the IRI must end with one; which characters a name may hold
    differs between editions of XML 1.0, so the parser in general use decides.
    """
    triple = ox.Triple(ox.BlankNode(), predicate, ox.Literal(""))
    document = ox.serialize([triple], format=ox.RdfFormat.RDF_XML, prefixes=prefixes)
    assert document is not None
    try:
        xml.parsers.expat.ParserCreate(namespace_separator=" ").Parse(document, True)
        return [quad.predicate for quad in ox.parse(document, ox.RdfFormat.RDF_XML)] == [predicate]
    except (xml.parsers.expat.ExpatError, SyntaxError):
        return False


def _unwritable(what: str, written: str, others: str) -> UnwritableError:
    return UnwritableError(f"The answer holds {what}, which {written} cannot say; ask for {others}.")
