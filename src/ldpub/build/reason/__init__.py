"""Reasoning: the whole OWL 2 RL/RDF rule table, compiled for the ontology at hand, with the project's own rules.

`close` infers and explains, `close_with_owlrl` is the reference engine, `unsupported_axioms` says what of an ontology
the rules cannot use. A rule goes by its name in OWL 2 Profiles, section 4.3, or by the project's name for it.
"""

from ldpub.build.reason.closure import Closure, Contradicted, Contradiction, Derivation, Numbered
from ldpub.build.reason.construct import ConstructRule, RuleError
from ldpub.build.reason.notation import rule_names
from ldpub.build.reason.owl_rl import close, close_with_owlrl
from ldpub.build.reason.published import Publish
from ldpub.build.reason.relations import Ids
from ldpub.build.reason.steps import Steps
from ldpub.build.reason.unsupported import UnsupportedAxiom, unsupported_axioms

__all__ = [
    "Closure",
    "ConstructRule",
    "Contradicted",
    "Contradiction",
    "Derivation",
    "Ids",
    "Numbered",
    "Publish",
    "RuleError",
    "Steps",
    "UnsupportedAxiom",
    "close",
    "close_with_owlrl",
    "rule_names",
    "unsupported_axioms",
]
