"""The validation report as a page: grouped by shape, each result with its file and line, warnings before remarks."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from ldpub.build.dataset import Dataset
from ldpub.build.results import Severity, ValidationResult


def report_html(dataset: Dataset) -> str:
    """The report of a dataset that was validated, as one HTML document that needs nothing else."""
    groups: dict[tuple[Severity, str], list[ValidationResult]] = defaultdict(list)
    for result in dataset.results:
        groups[result.severity, result.shape or result.component].append(result)
    tiers = ", ".join(f"{sum(r.severity is tier for r in dataset.results)} {tier.value.lower()}" for tier in Severity)
    body = "".join(_section(severity, shape, results) for (severity, shape), results in groups.items())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Validation report</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="static/site.css"></head><body>'
        f"<h1>Validation report</h1><p>{tiers}.</p>{body}</body></html>\n"
    )


def _section(severity: Severity, shape: str, results: list[ValidationResult]) -> str:
    rows = "".join(f"<li>{_row(result)}</li>" for result in results)
    head = f"<h2>{escape(severity.value)}: <code>{escape(shape)}</code></h2>"
    return f'<section class="{severity.value}">{head}<ul>{rows}</ul></section>'


def _row(result: ValidationResult) -> str:
    focus = getattr(result.focus, "value", str(result.focus))
    place = f" in {escape(result.file)}:{result.line}" if result.file else ""
    value = "" if result.value is None else f", value <code>{escape(str(result.value))}</code>"
    path = f", property <code>{escape(result.path)}</code>" if result.path else ""
    return f"<code>{escape(focus)}</code>{path}{value}{place}: {escape(result.message())}"
