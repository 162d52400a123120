"""What the project's shapes say of its data: asked when it is wanted, or ahead of that where the graph is large.

The validator in Rust reads text and does not hold the interpreter, so that something else is done meanwhile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ldpub.build.dataset import Dataset
from ldpub.build.numbered import Listed
from ldpub.build.results import ValidationResult
from ldpub.build.rows import joined
from ldpub.build.shacl import has_turbo, run_shacl
from ldpub.config import Config
from ldpub.errors import UsageError

LARGE = 20_000
"""From how many inferred triples on a thread of its own saves more than it costs."""


def asked_ahead(dataset: Dataset) -> Dataset:
    """The dataset, with what the shapes say to come in `ahead` if it is large and pyshacl-turbo validates it."""
    if dataset.ahead or len(dataset.graph("inferred")) < LARGE or not is_turbo(dataset.project.config):
        return dataset
    pool = ThreadPoolExecutor(1, "validation")
    ahead = pool.submit(held, replace(dataset, closure=None))
    pool.shutdown(wait=False)
    return replace(dataset, ahead=ahead)


def held(dataset: Dataset) -> list[ValidationResult]:
    """What the project states and what follows from it, held against the shapes.

    Raises UsageError where the settings ask for a validator that is not installed, else as `run_shacl` does.
    """
    config, shapes = dataset.project.config, dataset.graph("shapes")
    turbo = is_turbo(config)
    return run_shacl(_stated(dataset), shapes, turbo, config["build.validation_seconds"]) if shapes else []


def is_turbo(config: Config) -> bool:
    """Whether pyshacl-turbo validates; raises UsageError where it is asked for and not installed."""
    wanted = config["build.validator"]
    if wanted == "pyshacl-turbo" and not has_turbo():
        raise UsageError("build.validator asks for pyshacl-turbo, which is not installed: pip install 'ldpub[fast]'.")
    return has_turbo() if wanted == "auto" else bool(wanted == "pyshacl-turbo")


def _stated(dataset: Dataset) -> Listed:
    catalogue = dataset.project.iris.graph("catalogue")
    graphs = [dataset.graphs[name] for name in dataset.default_graphs if name != catalogue]
    return joined(graphs)
