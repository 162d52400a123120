"""Validation results (SHACL, 3.6.2) as values: what is broken, by whom, where, in words of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.build.naming import Names
from ldpub.errors import Fault

Term = NamedNode | BlankNode | Literal


class Severity(StrEnum):
    """The three severities of SHACL 2.1.4, the gravest first."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


FAULT_SEVERITY = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


_WORDS = {
    "MinCount": "there are too few values",
    "MaxCount": "there are too many values",
    "Datatype": "a value has not the datatype that the shape asks for, or is none of it",
    "Class": "a value is not of the class that the shape asks for",
    "NodeKind": "a value is not of the kind (IRI, literal) that the shape asks for",
    "Pattern": "a value does not match the pattern",
    "In": "a value is not one of those that the shape lists",
    "HasValue": "the value that the shape asks for is missing",
    "UniqueLang": "two values are in one language",
    "LanguageIn": "a value is in none of the languages that the shape lists",
    "MinLength": "a value is too short",
    "MaxLength": "a value is too long",
    "Closed": "a property stands there that the shape does not allow",
    "SPARQL": "it does not conform to the shape's query",
}
"""What a result means where its shape has no message; one wording, whichever validator found it."""


_SHOWN = 8
"""How many values of a list are shown."""


def _plain(term: Term) -> str:
    return term.value if isinstance(term, Literal) else "[ ]"


@dataclass(frozen=True)
class ValidationResult:
    """One sh:ValidationResult, with the file and line of the offending statement where there is one."""

    severity: Severity
    focus: Term
    path: str | None
    value: Term | None
    shape: str | None
    component: str
    messages: Mapping[str, str]
    file: str | None = None
    line: int | None = None
    excerpt: str | None = None
    column: int | None = None
    asked: tuple[str, tuple[Term, ...]] | None = None
    """What the shape asks for, where it says so: a property of SHACL and its values."""

    def message(self, language: str = "en") -> str:
        """The shape's message in a language, else in English, else in any; else what the component means."""
        for tag in (language, "en", "", *self.messages):
            if tag in self.messages:
                return self.messages[tag]
        name = self.component.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
        words = _WORDS.get(name, f"it does not conform to sh:{name[:1].lower()}{name[1:]}")
        value = "" if self.value is None or self.value == self.focus else f": {self.value}"
        return f"{self.path}: {words}{value}" if self.path else f"{words}{value}"

    def fault(self, names: Names) -> Fault:
        """The result as a line for the publisher, terms by the prefixes of the project."""
        shape = f" ({names.bare(self.shape)})" if self.shape else ""
        focus = names.bare(self.focus.value) if isinstance(self.focus, NamedNode) else _plain(self.focus)
        return Fault(
            f"{focus}: {self._said(names)}{shape}",
            self.file,
            self.line,
            self.column,
            excerpt=self.excerpt,
            mend=self._mend(names),
            severity=FAULT_SEVERITY[self.severity],
            code=self.shape or self.component,
        )

    def _said(self, names: Names) -> str:
        """The message; one of ldpub's own with prefixed names."""
        if self.messages:
            return self.message()
        said = self.message()
        if self.path and said.startswith(self.path):
            inverse = "^" * self.path.startswith("^")
            said = inverse + names.bare(self.path.removeprefix("^")) + said.removeprefix(self.path)
        value = str(self.value)
        return said.removesuffix(value) + names.term(self.value) if said.endswith(f": {value}") else said

    def _mend(self, names: Names) -> str | None:
        if self.asked is None:
            return None
        parameter, values = self.asked
        shown = [names.term(value) for value in values[:_SHOWN]] + ["..."] * (len(values) > _SHOWN)
        return f"the shape asks for {parameter} {', '.join(shown)}"
