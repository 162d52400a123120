"""Reason: adds the graph of what OWL 2 RL/RDF and the project's own rules infer (OWL 2 Profiles, 4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from pyoxigraph import NamedNode, Triple

from ldpub.build.dataset import Dataset
from ldpub.build.locate import Locator
from ldpub.build.numbered import BLANK, Listed, Numbers
from ldpub.build.queries import QueryFile
from ldpub.build.reason import (
    ConstructRule,
    Contradiction,
    RuleError,
    close,
    close_with_owlrl,
    unsupported_axioms,
)
from ldpub.build.rows import each_once, joined, together, with_numbers
from ldpub.errors import Fault, InconsistentError, SourceError, UsageError
from ldpub.namespaces import OWL, RDF, RDFS


def reason(dataset: Dataset) -> Dataset:
    """The dataset with its graph `inferred`, the closure that explains it, and notices of axioms without effect.

    Raises InconsistentError, naming triples and files, where the graph contradicts itself.
    """
    config = dataset.project.config
    if config["build.reasoning"] == "none":
        return dataset
    engine = close_with_owlrl if config["build.engine"] == "owlrl" else close
    dataset = replace(dataset, graphs=together(dataset.graphs))
    asserted = each_once(joined([dataset.graphs[name] for name in dataset.asserted_graphs]))
    rules = _rules(dataset.rules)
    try:
        closure = engine(asserted, rules, unstated=map(NamedNode, config["build.unstated"]))
    except Contradiction as contradiction:
        raise InconsistentError(_contradictions(contradiction, dataset)) from contradiction
    except RuleError as error:
        raise SourceError([Fault(str(error))]) from error
    name = dataset.project.iris.graph("inferred")
    assert name not in dataset.graphs, f"the graph {name} is already there"
    return replace(
        dataset,
        graphs=with_numbers(together(dataset.graphs), name, closure.terms, closure.numbers()),
        closure=closure,
        notices=(*dataset.notices, *_unsupported(asserted, dataset)),
    )


def _rules(files: Iterable[QueryFile]) -> list[ConstructRule]:
    """The project's rules; raises SourceError with every one that is refused."""
    rules, faults = [], []
    for file in files:
        rule = ConstructRule(file.name, file.text)
        try:
            _ = rule.algebra
        except RuleError as error:
            faults.append(Fault(str(error), file.file.name))
        rules.append(rule)
    if faults:
        raise SourceError(faults)
    return rules


def explain(dataset: Dataset, triple: Triple) -> list[str]:
    """Why a triple holds, as indented lines: each with its rule, its premises below it, down to file and line.

    Raises UsageError where it does not hold.
    """
    # What is not stated (build.unstated) follows all the same.
    if triple not in dataset.union and not (dataset.closure and dataset.closure.explain(triple)):
        raise UsageError(f"{triple} does not hold: it is neither asserted nor inferred.")
    locator = Locator(dataset)
    lines: list[str] = []
    pending = [(triple, 0)]
    while pending:
        conclusion, depth = pending.pop()
        derivation = dataset.closure.explain(conclusion) if dataset.closure else None
        why = derivation.rule if derivation else locator.fault(conclusion, "").place or "asserted"
        lines.append(f"{'  ' * depth}{conclusion} [{why}]")
        pending.extend((premise, depth + 1) for premise in reversed(derivation.premises if derivation else ()))
    return lines


def _contradictions(contradiction: Contradiction, dataset: Dataset) -> list[Fault]:
    locator = Locator(dataset)
    faults = []
    for clash in contradiction.found:
        head = f"the graph is inconsistent by the rule {clash.rule} of OWL 2 RL: "
        parts = " and ".join(str(triple) for triple in clash.premises)
        asserted = contradiction.closure.asserted(clash.premises)
        places = [locator.fault(triple, str(triple)) for triple in asserted]
        first = next((place for place in places if place.file), None)
        others = "; ".join(f"{place.place} says {place.message}" for place in places if place.file)
        mend = f"one of these must go: {others}" if others else None
        where = (first.file, first.line, None, first.excerpt) if first else (None, None, None, None)
        faults.append(Fault(head + parts, *where, mend=mend, code=clash.rule))
    return faults


def _unsupported(asserted: Listed, dataset: Dataset) -> list[Fault]:
    locator = Locator(dataset)
    return [
        replace(locator.fault(axiom.triple, axiom.message), severity="warning", code="owl-rl")
        for axiom in unsupported_axioms(_axioms(asserted))
    ]


def _axioms(asserted: Listed) -> Listed:
    """The triples that may belong to an axiom: in the words of RDF, RDFS and OWL, or with a blank node."""
    s, p, o = asserted.numbers.T
    is_blank = asserted.terms.kinds == BLANK
    kind, label = (asserted.terms.number(name) for name in (RDF + "type", RDFS + "label"))
    in_words = _is_word(asserted, p) & (p != label) & ((p != kind) | _is_word(asserted, o))
    return asserted.where(in_words | is_blank[s] | is_blank[o])


def _is_word(asserted: Listed, column: Numbers) -> npt.NDArray[np.bool_]:
    """Which terms of a column are of the vocabularies themselves."""
    terms = asserted.terms
    words = [n for n in np.unique(column).tolist() if str(terms[n]).startswith((f"<{RDF}", f"<{RDFS}", f"<{OWL}"))]
    return np.isin(column, np.array(words, np.int32))
