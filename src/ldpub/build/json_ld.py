"""JSON-LD 1.1 documents made safe for a parser: contexts in place (3.1), nothing fetched, nesting bounded."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ldpub.errors import Fault, SourceError

DEPTH = 100
"""How deep arrays and objects may nest, contexts counted where they are used."""

CONTEXTS = 1000
"""How many contexts one document may use: contexts that name contexts twice each would double without end."""


@dataclass
class Inlining:
    """The reading of one document: the folder that its contexts must lie in, and its text, to find lines in."""

    root: Path
    path: Path
    name: str
    text: str = ""
    documents: dict[Path, Any] = field(default_factory=dict)
    contexts: int = 0

    def document(self) -> bytes:
        """The document with every local context in place of its name.

        Raises SourceError: no JSON, nested too deep, a context that would have to be fetched or is not there.
        """
        content = self.path.read_bytes()
        self.text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
        document = parse_json(content, self.name)
        return json.dumps(self._value(document, self.path.parent, 0)).encode()

    def _value(self, value: Any, folder: Path, depth: int) -> Any:
        if depth > DEPTH:
            raise self._refusal(f"JSON-LD nested deeper than {DEPTH} is refused", None)
        if isinstance(value, list):
            return [self._value(item, folder, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: (self._context if key == "@context" else self._value)(item, folder, depth + 1)
            for key, item in value.items()
        }

    def _context(self, value: Any, folder: Path, depth: int) -> Any:
        if isinstance(value, list):
            return [self._context(item, folder, depth + 1) for item in value]
        if not isinstance(value, str):
            return self._value(value, folder, depth)
        self.contexts += 1
        if self.contexts > CONTEXTS or depth > DEPTH:
            raise self._refusal(
                f"the context {value} leads to contexts without end", value, "let no context name itself"
            )
        path = self._local(value, folder)
        if path not in self.documents:
            self.documents[path] = parse_json(path.read_bytes(), path.relative_to(self.root).as_posix())
        local = self.documents[path]
        return self._context(local.get("@context", local) if isinstance(local, dict) else local, path.parent, depth + 1)

    def _local(self, reference: str, folder: Path) -> Path:
        """The file that a relative reference names; one outside the project, or with a scheme, is refused."""
        if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", reference) and "\0" not in reference:
            path = (folder / reference).resolve()
            if path.is_relative_to(self.root) and path.is_file():
                return path
        mend = "put the context into the document, or beside it and name it by its relative path"
        raise self._refusal(f"the context {reference} is not fetched", reference, mend)

    def _refusal(self, message: str, word: str | None, mend: str | None = None) -> SourceError:
        at = self.text.find(json.dumps(word, ensure_ascii=False)) if word is not None else -1
        line = self.text.count("\n", 0, at) + 1 if at >= 0 else None
        column = at - self.text.rfind("\n", 0, at) if at >= 0 else None
        excerpt = self.text.splitlines()[line - 1] if line else None
        return SourceError([Fault(message, self.name, line, column, excerpt, mend)])


def parse_json(content: bytes, name: str) -> Any:
    """A JSON document (RFC 8259); raises SourceError with line and column, the line shown."""
    try:
        return json.loads(content, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        lines = error.doc.splitlines()
        excerpt = lines[error.lineno - 1] if error.lineno <= len(lines) else None
        raise SourceError([Fault(error.msg, name, error.lineno, error.colno, excerpt, code="syntax")]) from error
    except RecursionError as error:
        raise SourceError([Fault(f"JSON-LD nested deeper than {DEPTH} is refused", name)]) from error
    except ValueError as error:
        raise SourceError([Fault(f"this is no JSON that can be read: {error}", name, code="syntax")]) from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")
