"""The README's conformance table is what the suites here say: cases, less the listed deviations, each tested."""

from __future__ import annotations

import pytest
import test_protocol
import test_sparql
from test_owl2_rl import DEVIATIONS, VERDICTS

from conftest import ROOT

ROWS = [
    ("W3C OWL 2, RL profile (verdicts)", len(VERDICTS), len(DEVIATIONS)),
    *test_sparql.table(),
    ("W3C SPARQL 1.1 Protocol", len(test_protocol.cases()), sum(case.updates for case in test_protocol.cases())),
]


@pytest.mark.conformance
@pytest.mark.skipif(not all(total for _, total, _ in ROWS), reason="the suites are not there: set LDPUB_CONFORMANCE")
def test_table_is_true() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- conformance -->\n")[1].split("<!-- /conformance -->")[0]
    rows = [f"| {name} | {total - listed} of {total} | {listed} |\n" for name, total, listed in ROWS]
    assert block == "".join(rows)
