"""Validation results (SHACL, 3.6.2) as values: what is broken, by whom, where, in words of each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import BlankNode, Literal, NamedNode

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

    def message(self, language: str = "en") -> str:
        """The shape's message in a language, else in English, else in any; else what the component means."""
        for tag in (language, "en", "", *self.messages):
            if tag in self.messages:
                return self.messages[tag]
        name = self.component.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
        words = _WORDS.get(name, f"it does not conform to sh:{name[:1].lower()}{name[1:]}")
        value = "" if self.value is None or self.value == self.focus else f": {self.value}"
        return f"{self.path}: {words}{value}" if self.path else f"{words}{value}"

    def fault(self) -> Fault:
        """The result as a line for the publisher."""
        focus = getattr(self.focus, "value", str(self.focus))
        shape = f" ({self.shape})" if self.shape else ""
        return Fault(
            f"{focus}: {self.message()}{shape}",
            self.file,
            self.line,
            excerpt=self.excerpt,
            severity=FAULT_SEVERITY[self.severity],
            code=self.shape or self.component,
        )
