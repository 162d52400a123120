"""The manifests (Reconciliation Service API 0.2, 3.1; 1.0-draft, 3.1): what the service offers, and where.

The versions differ in what `suggest` and `view` hold, so that no document can be a manifest of both: each has an
endpoint and a manifest of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyoxigraph import NamedNode

from ldpub import __version__
from ldpub.labels import choose_text
from ldpub.namespaces import OWL, RDF
from ldpub.serve.exchange import Exchange
from ldpub.serve.reconcile.queries import BATCH
from ldpub.serve.reconcile.vocabulary import Vocabulary

PREVIEW_WIDTH = 430
PREVIEW_HEIGHT = 300
_TYPES = 8

Document = dict[str, Any]


def manifest_0_2(exchange: Exchange, vocabulary: Vocabulary, root: str) -> Document:
    """The manifest of `/reconcile`; `root` is the URL of the site, with a slash at its end."""
    service = {"service_url": f"{root}reconcile"}
    return {
        "versions": ["0.2"],
        **_common(exchange, vocabulary, root),
        "identifierSpace": exchange.snapshot.manifest.base,
        "schemaSpace": OWL + "Thing",
        "view": {"url": f"{root}reconcile/view?id={{{{id}}}}"},
        "preview": {
            "url": f"{root}reconcile/preview?id={{{{id}}}}",
            "width": PREVIEW_WIDTH,
            "height": PREVIEW_HEIGHT,
        },
        "suggest": {kind: {**service, "service_path": f"/suggest/{kind}"} for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {**service, "service_path": "/propose"},
            "property_settings": [_setting_0_2(setting) for setting in settings(exchange.words)],
        },
    }


def manifest_1_0(exchange: Exchange, vocabulary: Vocabulary, root: str) -> Document:
    """The manifest of `/reconcile/v1`."""
    return {
        "versions": ["1.0-draft"],
        **_common(exchange, vocabulary, root),
        "lang": exchange.language,
        "view": {"url": f"{root}{{+id}}"},
        "preview": {"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": settings(exchange.words)},
        "standardizedScore": True,
    }


def _common(exchange: Exchange, vocabulary: Vocabulary, root: str) -> Document:
    manifest = exchange.snapshot.manifest
    title = choose_text(manifest.title, exchange.language, manifest.languages) or manifest.base
    types = default_types(exchange)
    names = vocabulary.names(types, exchange.language)
    return {
        "name": title,
        "documentation": f"{root}dataset/{exchange.snapshot.iris.slug}",
        "serviceVersion": f"ldpub {__version__}",
        "defaultTypes": [{"id": iri, "name": names[iri]} for iri in types],
        "batchSize": BATCH,
    }


def default_types(exchange: Exchange) -> list[str]:
    """The types of the project's examples first, then those of its own that have most things."""
    snapshot = exchange.snapshot
    known = snapshot.reconciliation.classes
    examples = [NamedNode(iri) for iri in snapshot.manifest.examples]
    shown = snapshot.reconciliation.entities(snapshot.reconciliation.numbers(snapshot.manifest.examples).values())
    smallest = {entity.iri: entity.class_iri for entity in shown.values()}
    first = [smallest[node.value] for node in examples if smallest.get(node.value) in known]
    own = [iri for iri in known if iri.startswith(snapshot.manifest.base)] or [
        iri for iri in known if not iri.startswith((OWL, RDF))
    ]
    return list(dict.fromkeys([*first, *own]))[:_TYPES]


def settings(words: Mapping[str, str]) -> list[Document]:
    """What a client may set for a property that it fetches (1.0-draft, data extension property settings)."""
    contents = [{"value": "name", "name": words["recon_labels"]}, {"value": "id", "name": words["recon_ids"]}]
    return [
        {"id": "limit", "name": words["recon_limit"], "type": "number", "default": 0},
        {"id": "lang", "name": words["recon_language"], "type": "text", "default": ""},
        {"id": "content", "name": words["recon_content"], "type": "select", "default": "name", "choices": contents},
        {"id": "inferred", "name": words["recon_inferred"], "type": "checkbox", "default": True},
        {"id": "count", "name": words["recon_count"], "type": "checkbox", "default": False},
    ]


def _setting_0_2(setting: Document) -> Document:
    """In 0.2 an identifier is called `name`, a name `label`."""
    rest = {key: value for key, value in setting.items() if key not in ("id", "name")}
    return {"name": setting["id"], "label": setting["name"], **rest}
