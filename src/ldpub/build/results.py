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
        """The message in a language, else in English, else in any."""
        for tag in (language, "en", "", *self.messages):
            if tag in self.messages:
                return self.messages[tag]
        return self.component.rsplit("#", 1)[-1]

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
