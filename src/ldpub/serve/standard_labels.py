"""What terms of the common vocabularies are called where a release has no label for them: RDFS, SKOS, DCMI, SHACL, ...

The table beside this file has a column for each language; more columns are more languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ldpub.namespaces import PREFIXES

_TABLE = files("ldpub.serve") / "standard_labels.tsv"


def standard_labels(iri: str) -> Mapping[str, str]:
    """The labels of a term by language; none of what is no term of the table."""
    return _labels().get(iri, {})


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    head, *rows = (line.split("\t") for line in _TABLE.read_text("utf-8").splitlines())
    return {_iri(name): dict(zip(head[1:], texts, strict=True)) for name, *texts in rows}


def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name
