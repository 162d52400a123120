"""The official JSON Schemas of the Reconciliation Service API, read from $LDPUB_CONFORMANCE."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

FOLDER = (
    Path(os.environ.get("LDPUB_CONFORMANCE", Path(__file__).parents[2] / "../shared/conformance")) / "reconciliation"
)
VERSIONS = ("0.2", "1.0-draft")


def check(version: str, name: str, document: Any) -> None:
    """Raises jsonschema's ValidationError where a document is not as the schema of that name says."""
    schema = json.loads((FOLDER / version / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    Draft7Validator(schema, registry=_registry(version)).validate(document)


def examples(version: str, name: str, verdict: str = "valid") -> list[Any]:
    """The official examples of a schema, `valid` or `invalid`."""
    paths = sorted((FOLDER / version / "examples" / name / verdict).glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


@cache
def _registry(version: str) -> Registry[Any]:
    documents = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / version / "schemas").glob("*.json"))
    ]
    found = [(d["$id"].rstrip("#"), Resource.from_contents(d, default_specification=DRAFT7)) for d in documents]
    return Registry().with_resources(found)
