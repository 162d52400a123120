"""The quality page: what the build measured, in the visitor's language, with the bars that the project set."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from flask import Response
from pyoxigraph import NamedNode

from ldpub.release import QUALITY
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import Exchange
from ldpub.serve.language import choose_text
from ldpub.serve.pages import render


def quality(exchange: Exchange) -> Response:
    """Conformance, metadata score, labels and links, as the release holds them."""
    measured = json.loads(exchange.snapshot.release.file(QUALITY).read_text(encoding="utf-8"))
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    unlabelled = [
        {"language": tag, "count": found["count"], "terms": [describer.value(NamedNode(t)) for t in found["terms"]]}
        for tag, found in measured["unlabelled"].items()
    ]
    return exchange.page_response(
        render(
            exchange,
            "quality.html",
            title=exchange.words["quality"],
            profiles=[_profile(exchange, profile, measured["bars"]["profiles"]) for profile in measured["profiles"]],
            scores=[_score(score, describer) for score in measured["scores"]],
            terms=measured["terms"],
            unlabelled=unlabelled,
            links=measured["links"],
            broken=[describer.value(NamedNode(iri)) for iri in measured["links"]["broken"]],
            bars=measured["bars"],
            data=f"release/{exchange.snapshot.manifest.id}/{QUALITY}",
        )
    )


def _profile(exchange: Exchange, profile: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    """A profile with its results as sentences in the page's language."""
    return {
        **profile,
        "wanted": profile["key"] in wanted,
        "violations": [_sentence(exchange, row) for row in profile["violations"]],
        "warnings": [_sentence(exchange, row) for row in profile["warnings"]],
    }


def _sentence(exchange: Exchange, row: dict[str, Any]) -> str:
    said = choose_text(row["message"], exchange.language, exchange.snapshot.manifest.languages)
    return f"{row['node']}: {said}"


def _score(score: dict[str, Any], describer: Describer) -> dict[str, Any]:
    """A score with its metrics by dimension, each dimension with its sum."""
    dimensions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for metric in score["metrics"]:
        dimensions[metric["dimension"]].append(metric)
    node = NamedNode(score["dataset"])
    describer.learn([node])
    groups = [
        (name, round(sum(m["points"] for m in found), 1), sum(m["weight"] for m in found), found)
        for name, found in dimensions.items()
    ]
    return {**score, "dataset": describer.value(node), "dimensions": groups}
