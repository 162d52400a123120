"""Load: Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD files -> a dataset of named graphs (RDF 1.1 Concepts, 4).

Parsing is pyoxigraph's. What it does not bound is refused before it: XML with a DOCTYPE (entity expansion, XXE) and
JSON-LD nested beyond reason; JSON-LD contexts are never fetched, a local one is put into the document first. The terms
of RDF 1.2 (triple terms, base direction) are refused after it: what reasons and validates does not know them.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ldpub import formats
from ldpub.build.dataset import Dataset
from ldpub.build.json_ld import Inlining
from ldpub.build.numbered import Listed, Term
from ldpub.build.project import Project, SourceFile
from ldpub.build.queries import read_queries
from ldpub.build.rows import Rows, each_once
from ldpub.config import FILE_NAME, SETTINGS, Config
from ldpub.errors import Fault, SourceError, UsageError
from ldpub.iris import SITE_PATHS
from ldpub.namespaces import PREFIXES
from ldpub.store import Limits
from ldpub.store.configured import limits_of

STEPS = ("inferred", "catalogue", "report", "ontology", "shapes")
"""Graphs that the build itself writes; no file may claim their names."""

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def load(project: Project) -> Dataset:
    """Parse all files of ontology, data and shapes, and all rules and questions.

    Raises SourceError with every fault of every file.
    """
    rows = Rows()
    origins: dict[str, dict[SourceFile, None]] = {}
    faults: list[Fault] = []
    reserved = frozenset(project.iris.graph(step) for step in STEPS)
    for file in _files(project):
        graph_of = partial(_graph_of, file=file, own=_own_graph(file, project), reserved=reserved)
        try:
            for name, quads in groupby(read(file), graph_of):
                origins.setdefault(name, {})[file] = None
                rows.add(name, (quad.triple for quad in quads))
        except SourceError as error:
            faults.extend(error.faults)
    graphs = {name: each_once(listed) for name, listed in rows.listed().items()}
    faults.extend(_clashes(project))
    faults.extend(_hidden(project, graphs.values()))
    queries = {}
    for role, limits in (("rules", Limits()), ("questions", limits_of(project.config))):
        try:
            queries[role] = read_queries(project.files[role], limits, project.prefixes)
        except SourceError as error:
            faults.extend(error.faults)
    if faults:
        raise SourceError(faults)
    return Dataset(
        project,
        graphs=graphs,
        origins={name: tuple(files) for name, files in origins.items()},
        rules=queries["rules"],
        questions=queries["questions"],
        notices=tuple(_unmatched(project)),
    )


def _files(project: Project) -> tuple[SourceFile, ...]:
    return (*project.files["ontology"], *project.files["data"], *project.files["shapes"])


def _hidden(project: Project, graphs: Iterable[Listed]) -> Iterator[Fault]:
    """Things that a page of the site would hide, each at the first file that says something of it."""
    subjects = frozenset[Term]().union(*(graph.column(0) for graph in graphs))
    hidden = {s for s in subjects if isinstance(s, NamedNode) and project.iris.is_hidden(s.value)}
    mend = f"the site itself answers the paths {', '.join(sorted(SITE_PATHS))}; put things under id/"
    for file in _files(project) if hidden else ():
        with suppress(SourceError):  # which was told when the file was read first
            for quad in read(file):
                if isinstance(quad.subject, NamedNode) and quad.subject in hidden:
                    hidden.remove(quad.subject)
                    yield Fault(f"<{quad.subject.value}> would be hidden by a page of the site", file.name, mend=mend)


def _unmatched(project: Project) -> Iterator[Fault]:
    """Globs that the project itself sets and no file matches: a slip of the pen, mostly."""
    for setting in SETTINGS:
        if setting.name.startswith("sources."):
            for pattern in project.config[setting.name]:
                if pattern not in setting.default and not any(project.root.glob(pattern)):
                    message = f"{setting.name}: no file matches {pattern}"
                    yield Fault(message, FILE_NAME, mend="mend the pattern, or take it away", severity="warning")


def rdf_format(path: Path) -> RdfFormat | None:
    """The parser's name for the syntax of a file, by its suffix; None where the suffix is not known."""
    known = formats.SOURCE_FORMATS.get(path.suffix.lower())
    return getattr(RdfFormat, known.engine) if known else None


def read(file: SourceFile) -> Iterator[Quad]:
    """Parse one file; quads of syntaxes without graph names are in the default graph.

    Blank nodes are named after the file and the order in which they appear: equal labels of two files stay apart, and
    reading again gives the same names. A relative IRI is relative to the project's base.
    Raises SourceError with file, line and column, the line shown.
    """
    form = rdf_format(file.path)
    if form is None:
        known = ", ".join(formats.SOURCE_FORMATS)
        raise SourceError([Fault("this suffix says no RDF syntax", file.name, mend=f"use one of {known}")])
    with _reading(file):
        yield from _named_apart(parse(_guarded(file, form), format=form, base_iri=file.base), file)


def read_triple(text: str, config: Config) -> Triple:
    """One triple in Turtle, with the project's prefixes and the usual ones; raises UsageError where it is not one."""
    prefixes = {**PREFIXES, **config["project.prefixes"]}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    try:
        triples: list[Triple] = [quad.triple for quad in parse(f"{head}{text.rstrip(' .')} .", format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        said = re.sub(r"^Parser error (?:at|between) .*?: ", "", error.msg or "")
        line = (error.lineno or 0) - len(prefixes)
        place = f" (line {line}, column {error.offset})" if line > 0 and error.offset else ""
        raise UsageError(f"`{text}` is no triple in Turtle: {said}{place}.") from error
    if len(triples) != 1:
        raise UsageError(f"`{text}` is {len(triples)} triples; one is wanted: subject predicate object.")
    return triples[0]


def numbered(file: SourceFile) -> Iterator[tuple[Quad, int | None]]:
    """The quads of a file, each with the line (from 1) on which its object ends; None for JSON-LD.

    Names of blank nodes and errors are those of `read`.
    """
    form = rdf_format(file.path)
    if form == RdfFormat.JSON_LD:
        yield from ((quad, None) for quad in read(file))
        return
    with _reading(file):
        lines = _Lines(_guarded(file, form))
        for quad in _named_apart(parse(lines, format=form, base_iri=file.base), file):
            yield quad, lines.number


@contextmanager
def _reading(file: SourceFile) -> Iterator[None]:
    """What a parser or the disk raises, as faults of the file."""
    try:
        yield
    except SyntaxError as error:
        raise SourceError([_syntax_fault(error, file)]) from error
    except MemoryError as error:
        mend = "shorten the literal or IRI: none may be longer than 16 MiB"
        raise SourceError([Fault("a term is too long for the parser", file.name, mend=mend)]) from error
    except OSError as error:
        raise SourceError([Fault(f"cannot be read: {error.strerror or error}", file.name)]) from error


def _named_apart(quads: Iterable[Quad], file: SourceFile) -> Iterator[Quad]:
    """The quads with blank nodes renamed so that they are the file's own, by the order in which they appear."""
    prefix = f"f{hashlib.sha256(file.name.encode()).hexdigest()[:12]}n"
    names: dict[BlankNode, BlankNode] = {}

    def name(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"{prefix}{len(names)}"))

    for quad in quads:
        subject, target = quad.subject, quad.object
        if isinstance(subject, BlankNode) or isinstance(target, BlankNode):
            subject = name(subject) if isinstance(subject, BlankNode) else subject
            target = name(target) if isinstance(target, BlankNode) else target
            yield Quad(subject, quad.predicate, target, quad.graph_name)
        else:
            yield quad


_PIECES = re.compile(rb"(\s*[;,.)\]}][;,.)\]}\s]*.?)?(.*)", re.DOTALL)
"""The marks, with the first byte after them (a `.` could begin a number), and the rest of the line."""


class _Lines(io.BytesIO):
    """A file that gives a parser one line at a read, so that what the parser yields is known to end on that line.

    The marks with which a line begins are a read of their own: a parser knows only there that a literal on an earlier
    line has ended (`"Ada"` could go on with `@de`), so while it reads them `number` is still that line's.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.line = 0
        self.number = 0
        self._rest = b""

    def read(self, size: int | None = -1) -> bytes:
        """The next line or part of one, never more than was asked for, or nothing at the end."""
        if self._rest:
            self.number = self.line
            return self._cut(self._rest, size)
        line = self.readline()
        self.line += bool(line)
        pieces = _PIECES.fullmatch(line)
        assert pieces is not None, "the pattern matches anything"
        if pieces[1] and len(pieces[1]) <= _whole(size):
            self._rest = pieces[2]
            return pieces[1]
        if line.strip() and not line.lstrip().startswith(b"#"):
            self.number = self.line
        return self._cut(line, size)

    def _cut(self, piece: bytes, size: int | None) -> bytes:
        """As much of a piece as was asked for; the rest of it comes next."""
        self._rest = piece[_whole(size) :]
        return piece[: _whole(size)]


def _whole(size: int | None) -> int:
    """How many bytes a read may give."""
    return size if size is not None and size > 0 else sys.maxsize


def _guarded(file: SourceFile, form: RdfFormat | None) -> bytes:
    """The bytes of a file, made safe for a parser that has no limits of its own."""
    if form == RdfFormat.JSON_LD:
        return Inlining(file.root.resolve(), file.path.resolve(), file.name).document()
    content = file.path.read_bytes().removeprefix(codecs.BOM_UTF8)
    if form == RdfFormat.RDF_XML and (found := _DOCTYPE.search(content)):
        line = content.count(b"\n", 0, found.start()) + 1
        column = found.start() - content.rfind(b"\n", 0, found.start())
        mend = "write the entities out and delete the DOCTYPE: it can expand without bound or read other files"
        raise SourceError(
            [Fault("XML with a DOCTYPE is refused", file.name, line, column, line_of(file, line), mend=mend)]
        )
    return content


def _own_graph(file: SourceFile, project: Project) -> str:
    """The graph of what a file states in no named graph."""
    return project.iris.graph(f"data/{file.graph_name}" if file.role == "data" else file.role)


def _graph_of(quad: Quad, *, file: SourceFile, own: str, reserved: frozenset[str]) -> str:
    """The name of the graph that a quad goes into."""
    target = quad.object
    if isinstance(target, Triple) or (isinstance(target, Literal) and target.direction):
        mend = "write RDF 1.1: no triple terms << >>, no annotations {| |}, no base direction --ltr"
        raise SourceError([_fault_at(quad, f"{target} is a term of RDF 1.2", file, mend)])
    if isinstance(quad.graph_name, DefaultGraph):
        return own
    if not isinstance(quad.graph_name, NamedNode):
        raise SourceError([_fault_at(quad, "a named graph has a blank node as its name", file, "give it an IRI")])
    if quad.graph_name.value in reserved:
        mend = f"the build itself writes the graphs {', '.join(STEPS)}; take another name"
        raise SourceError([_fault_at(quad, f"the graph {quad.graph_name.value} is reserved", file, mend)])
    return quad.graph_name.value


def _fault_at(quad: Quad, message: str, file: SourceFile, mend: str) -> Fault:
    """A fault on the line of a quad; the name of a graph that is a blank node differs at each reading."""
    graph = None if isinstance(quad.graph_name, BlankNode) else quad.graph_name
    same = (line for q, line in numbered(file) if q.triple == quad.triple and graph in (None, q.graph_name))
    line = next(same, None)
    return Fault(message, file.name, line, excerpt=line_of(file, line) if line else None, mend=mend)


def _clashes(project: Project) -> Iterator[Fault]:
    """Data files that would fill one graph though they are two: `a.ttl` and `a.nt`."""
    seen: dict[str, SourceFile] = {}
    for file in project.files["data"]:
        other = seen.setdefault(file.graph_name, file)
        if other is not file:
            message = f"{other.name} and {file.name} have the same named graph, data/{file.graph_name}"
            yield Fault(message, file.name, mend="rename one of them: one file is one named graph")


def _syntax_fault(error: SyntaxError, file: SourceFile) -> Fault:
    """What the parser says, at the line and column (from 1) where it says it."""
    message = re.sub(r"^Parser error (?:at|between) .*?: ", "", error.msg or "")
    if rdf_format(file.path) == RdfFormat.JSON_LD:  # its places are those of the document with its contexts in place
        return Fault(message, file.name, code="syntax")
    line = error.lineno or _line_of_failure(file)
    excerpt = line_of(file, line) if line else None
    return Fault(message, file.name, line, error.offset, excerpt, code="syntax")


def _line_of_failure(file: SourceFile) -> int | None:
    """The line that the parser was reading when it failed, for parsers that do not say (RDF/XML)."""
    lines = _Lines(file.path.read_bytes())
    try:
        for _ in parse(lines, format=rdf_format(file.path), base_iri=file.base):
            pass
    except SyntaxError:
        return lines.line
    return None


def line_of(file: SourceFile, number: int) -> str | None:
    """A line of a file, counted from 1."""
    state = file.path.stat()
    lines = _lines_of(file.path, state.st_mtime_ns, state.st_size)
    return lines[number - 1] if number <= len(lines) else None


@lru_cache(maxsize=2)
def _lines_of(path: Path, _changed: int, _size: int) -> list[str]:
    """The lines of a file as it was at a time: whoever shows many results of one file reads it once."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines()
