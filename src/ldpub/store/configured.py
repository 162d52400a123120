"""The limits of a query that a project sets: what the endpoint keeps, and what a build holds questions against."""

from __future__ import annotations

from ldpub.config import Config
from ldpub.store.limits import Limits


def limits_of(config: Config) -> Limits:
    """The limits of a query that a project sets."""
    return Limits(
        query_bytes=config["serve.query_bytes"],
        depth=config["serve.query_depth"],
        seconds=float(config["serve.query_seconds"]),
        memory_mb=config["serve.query_memory_mb"],
        queue=config["serve.query_queue"],
        services=frozenset([*config["serve.services"], *config["serve.private_services"]]),
        private_services=frozenset(config["serve.private_services"]),
    )
