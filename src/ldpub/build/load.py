"""Load: Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD files -> a dataset of named graphs (RDF 1.1 Concepts, 4).

Parsing is pyoxigraph's. What it does not bound is refused before it: XML with a DOCTYPE (entity expansion, XXE) and
JSON-LD nested beyond reason; JSON-LD contexts are never fetched, a local one is put into the document first.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from ldpub import formats
from ldpub.build.dataset import Dataset
from ldpub.build.project import Project, SourceFile
from ldpub.build.queries import read_queries
from ldpub.errors import Fault, SourceError

STEPS = ("inferred", "catalogue", "report", "ontology", "shapes")
"""Graphs that the build itself writes; no file may claim their names."""

_JSON_DEPTH = 100
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def load(project: Project) -> Dataset:
    """Parse all files of ontology, data and shapes, and all rules and questions.

    Raises SourceError with every fault of every file.
    """
    graphs: dict[str, dict[Triple, None]] = {}
    origins: dict[str, dict[SourceFile, None]] = {}
    faults: list[Fault] = []
    for file in (*project.files["ontology"], *project.files["data"], *project.files["shapes"]):
        try:
            for quad in read(file):
                name = _graph_of(quad, file, project)
                graphs.setdefault(name, {})[quad.triple] = None
                origins.setdefault(name, {})[file] = None
        except SourceError as error:
            faults.extend(error.faults)
    faults.extend(_clashes(project))
    queries = {}
    for role in ("rules", "questions"):
        try:
            queries[role] = read_queries(project.files[role])
        except SourceError as error:
            faults.extend(error.faults)
    if faults:
        raise SourceError(faults)
    return Dataset(
        project,
        graphs={name: tuple(triples) for name, triples in graphs.items()},
        origins={name: tuple(files) for name, files in origins.items()},
        rules=queries["rules"],
        questions=queries["questions"],
    )


def rdf_format(path: Path) -> RdfFormat | None:
    """The parser's name for the syntax of a file, by its suffix; None where the suffix is not known."""
    known = formats.SOURCE_FORMATS.get(path.suffix.lower())
    return getattr(RdfFormat, known.engine) if known else None


def read(file: SourceFile) -> Iterator[Quad]:
    """Parse one file; quads of syntaxes without graph names are in the default graph.

    Raises SourceError with file, line and column, the line shown.
    """
    form = rdf_format(file.path)
    if form is None:
        known = ", ".join(formats.SOURCE_FORMATS)
        raise SourceError([Fault("this suffix says no RDF syntax", file.name, mend=f"use one of {known}")])
    try:
        content = _guarded(file, form)
        yield from parse(content, format=form, base_iri=file.path.as_uri(), rename_blank_nodes=True)
    except SyntaxError as error:
        raise SourceError([_syntax_fault(error, file)]) from error
    except MemoryError as error:
        mend = "shorten the literal or IRI: none may be longer than 16 MiB"
        raise SourceError([Fault("a term is too long for the parser", file.name, mend=mend)]) from error
    except (ValueError, OSError) as error:
        raise SourceError([Fault(str(error), file.name)]) from error


def numbered(file: SourceFile) -> Iterator[tuple[Triple, int | None]]:
    """The triples of a file that was read before, each with the line (from 1) on which it ends; None for JSON-LD."""
    form = rdf_format(file.path)
    if form == RdfFormat.JSON_LD:
        yield from ((quad.triple, None) for quad in read(file))
        return
    lines = _Lines(file.path.read_bytes())
    for quad in parse(lines, format=form, base_iri=file.path.as_uri()):
        yield quad.triple, lines.number


class _Lines(io.BytesIO):
    """A file that gives a parser one line at a read, so that what the parser yields is known to end on that line."""

    number = 0

    def read(self, _size: int | None = -1) -> bytes:
        """The next line, or nothing at the end."""
        line = self.readline()
        self.number += bool(line)
        return line


def _guarded(file: SourceFile, form: RdfFormat) -> bytes:
    """The bytes of a file, made safe for a parser that has no limits of its own."""
    content = file.path.read_bytes()
    if form == RdfFormat.RDF_XML and (found := _DOCTYPE.search(content)):
        line = content.count(b"\n", 0, found.start()) + 1
        mend = "write the entities out and delete the DOCTYPE: it can expand without bound or read other files"
        raise SourceError([Fault("XML with a DOCTYPE is refused", file.name, line, 1, mend=mend)])
    if form == RdfFormat.JSON_LD:
        return _json_ld(file, content)
    return content


def _json_ld(file: SourceFile, content: bytes) -> bytes:
    """The document with its local contexts in place (JSON-LD 1.1, 3.1); a context that must be fetched is refused."""
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        raise SourceError([Fault(error.msg, file.name, error.lineno, error.colno)]) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SourceError([Fault(f"this is no JSON that can be read: {error}", file.name)]) from error
    return json.dumps(_with_contexts(document, file, 0)).encode()


def _with_contexts(value: Any, file: SourceFile, depth: int) -> Any:
    if depth > _JSON_DEPTH:
        raise SourceError([Fault(f"JSON-LD nested deeper than {_JSON_DEPTH} is refused", file.name)])
    if isinstance(value, list):
        return [_with_contexts(item, file, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _context(item, file, depth) if key == "@context" else _with_contexts(item, file, depth + 1)
        for key, item in value.items()
    }


def _context(value: Any, file: SourceFile, depth: int) -> Any:
    if isinstance(value, list):
        return [_context(item, file, depth + 1) for item in value]
    if not isinstance(value, str):
        return _with_contexts(value, file, depth + 1)
    path = (file.path.parent / value).resolve()
    inside = path.is_relative_to(file.path.parents[file.name.count("/")].resolve())
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", value) or not inside or not path.is_file():
        mend = "put the context into the document, or beside it and name it by its relative path"
        raise SourceError([Fault(f"the context {value} is not fetched", file.name, mend=mend)])
    local = json.loads(path.read_bytes())
    return _with_contexts(local.get("@context", local), file, depth + 1)


def _graph_of(quad: Quad, file: SourceFile, project: Project) -> str:
    iris = project.iris
    if isinstance(quad.graph_name, DefaultGraph):
        return iris.graph(f"data/{file.graph_name}" if file.role == "data" else file.role)
    if not isinstance(quad.graph_name, NamedNode):
        mend = "give the graph an IRI"
        raise SourceError([Fault("a named graph has a blank node as its name", file.name, mend=mend)])
    if quad.graph_name.value in {iris.graph(step) for step in STEPS}:
        mend = f"the build itself writes the graphs {', '.join(STEPS)}; take another name"
        raise SourceError([Fault(f"the graph {quad.graph_name.value} is reserved", file.name, mend=mend)])
    return quad.graph_name.value


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
    message = re.sub(r"^Parser error at line \d+ (?:between columns \d+ and \d+|column \d+): ", "", error.msg or "")
    message = re.sub(r"^Parser error (?:between|at) .*?: ", "", message)
    line = error.lineno or _line_of_failure(file)
    excerpt = line_of(file, line) if line else None
    return Fault(message, file.name, line, error.offset, excerpt, code="syntax")


def _line_of_failure(file: SourceFile) -> int | None:
    """The line that the parser was reading when it failed, for parsers that do not say (RDF/XML)."""
    form = rdf_format(file.path)
    if form == RdfFormat.JSON_LD:
        return None
    lines = _Lines(file.path.read_bytes())
    try:
        for _ in parse(lines, format=form, base_iri=file.path.as_uri()):
            pass
    except SyntaxError:
        return lines.number
    return None


def line_of(file: SourceFile, number: int) -> str | None:
    """A line of a file, counted from 1."""
    lines = file.path.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[number - 1] if number <= len(lines) else None
