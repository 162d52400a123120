"""A project of towns and leagues, and what Wikidata says of them: each case of the comparison once."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import Run
from small import ANY_FILE, write
from small import PREFIXES as SMALL
from wikibase import PREFIXES, Dated, label, statement, unknown

SETTINGS = (
    ANY_FILE
    + """
[build]
reasoning = "none"

[project.prefixes]
e = "https://example.org/set/id/"

[[link.kinds]]
class = "e:Town"

[wikidata]
languages = ["de", "en", "fr"]

[[wikidata.statements]]
property = "P190"
class = "e:Twin"
participants = "e:with"
among = "e:Tie"
qualifiers = { P580 = { date = "e:from", earliest = "e:since", latest = "e:before" }, P582 = "e:until" }
hold = { "e:status" = ["e:resting", "e:planned"] }
ended = { "e:status" = ["e:over"] }
evidence = "e:by"
denied = { class = "e:No", subject = "e:one", object = "e:other", only = { "e:what" = ["e:Twin"] } }

[[wikidata.statements]]
property = "P463"
class = "e:Membership"
subject = "e:who"
object = "e:what"
only = { "e:as" = ["e:member"] }
qualifiers = { P580 = "e:from" }
evidence = "e:by"
"""
)
HEAD = SMALL + "@prefix schema: <http://schema.org/> .\n@prefix wd: <http://www.wikidata.org/entity/> .\n"


def town(name: str, id_: str = "") -> str:
    link = f" ; schema:sameAs wd:{id_}" if id_ else ""
    return f'e:{name} a e:Town ; rdfs:label "{name.title()}"@en{link} .\n'


TOWNS = "".join(town(f"t{number}", f"Q{number}") for number in range(10, 32)) + town("nameless")
OURS = (
    HEAD
    + TOWNS
    + """
e:Twin rdfs:subClassOf e:Tie .
e:resting rdfs:label "resting"@en .
e:doc a e:Document ; schema:url "https://doc.example/a?b=\\"c\\"" .
e:book a e:Document ; schema:sameAs wd:Q900 ; schema:url <https://doc.example/book> .
e:leaf a e:Document .
e:league rdfs:label "League"@en ; schema:sameAs wd:Q500 .
e:club rdfs:label "Club"@en ; schema:sameAs wd:Q501 .

e:new a e:Twin ; e:with e:t10, e:t11 ; e:from "1968"^^xsd:gYear ; e:by e:doc, e:book .
e:month a e:Twin ; e:with e:t10, e:t12 ; e:from "1968-05"^^xsd:gYearMonth ; e:by e:doc .
e:over1 a e:Twin ; e:with e:t10, e:t13 ; e:from "1968-05-07"^^xsd:date ; e:until "1990"^^xsd:gYear ;
  e:status e:over ; e:by e:book .
e:over2 a e:Twin ; e:with e:t10, e:t14 ; e:status e:over ; e:by e:doc .
e:rests a e:Twin ; e:with e:t10, e:t15 ; e:status e:resting ; e:by e:doc .
e:unsourced a e:Twin ; e:with e:t10, e:t16 ; e:by e:leaf .
e:unlinked a e:Twin ; e:with e:t10, e:nameless ; e:by e:doc .
e:same a e:Twin ; e:with e:t10, e:t17 ; e:from "1970"^^xsd:gYear ; e:by e:doc .
e:back a e:Twin ; e:with e:t10, e:t18 ; e:by e:doc .
e:lacks a e:Twin ; e:with e:t10, e:t19 ; e:from "1971"^^xsd:gYear ; e:by e:doc .
e:date a e:Twin ; e:with e:t10, e:t20 ; e:from "1972"^^xsd:gYear ; e:by e:doc .
e:finer a e:Twin ; e:with e:t10, e:t21 ; e:from "1973"^^xsd:gYear ; e:by e:doc .
e:deprecated a e:Twin ; e:with e:t10, e:t22 ; e:by e:doc .
e:friends a e:Tie ; rdfs:label "Friends"@en ; e:with e:t10, e:t23 ; e:by e:doc .
e:denial a e:No ; rdfs:label "No twin"@en ; e:one e:t10 ; e:other e:t24 ; e:what e:Twin ; e:by e:doc .
e:project a e:Tie ; e:with e:t10, e:t25 ; e:by e:doc .
e:ends a e:Twin ; e:with e:t10, e:t26 ; e:by e:doc .
e:apart a e:Twin ; e:with e:t10, e:t27 ; e:since "1947-01-01"^^xsd:date ; e:before "1987-12-31"^^xsd:date ;
  e:by e:doc .
e:within a e:Twin ; e:with e:t10, e:t28 ; e:since "1947-01-01"^^xsd:date ; e:before "1987"^^xsd:gYear ; e:by e:doc .
e:around a e:Twin ; e:with e:t10, e:t29 ; e:since "1947-01-01"^^xsd:date ; e:before "1987-12-31"^^xsd:date ;
  e:by e:doc .
e:unheard a e:Twin ; e:with e:t10, e:t30 ; e:from "1990"^^xsd:gYear ; e:by e:doc .
e:gone a e:Twin ; e:with e:t10, e:t31 ; e:by e:doc .
e:over3 a e:Twin ; e:with e:t11, e:t13 ; e:status e:over ; e:by e:doc .
e:m1 a e:Membership ; e:who e:t10 ; e:what e:league ; e:as e:member ; e:from "2001"^^xsd:gYear ; e:by e:doc .
e:m2 a e:Membership ; e:who e:t10 ; e:what e:club ; e:as e:guest ; e:by e:doc .
e:m3 a e:Membership ; e:who e:t11 ; e:what e:league ; e:as e:member ; e:by e:doc .
"""
)
SOURCE = "https://other.example/"
THEIRS = (
    PREFIXES
    + label("Q10", "Ten@en", "Zehn@de", "Diez@es", place=(50.5, 10.25), kind="Q515")
    + label("Q11", "Eleven@en")
    + "".join(label(f"Q{number}", f"{number}@en") for number in (12, 14, 15, 16, 20, 21, 22, 23, 25, 26, 27, 28, 29))
    + "wd:Q31 owl:sameAs wd:Q999 .\n"
    + label("Q500", "League@en")
    + label("Q40", "Forty@en")
    + label("Q515", "city@en", "Stadt@de")
    + label("Q13", "Thirteen@en", "Treize@fr", place=(-1.0, -2.0))
    + statement("Q10", "P190", "Q17", Dated("P580", "1970-01-01", 9), url=SOURCE)
    + statement("Q17", "P190", "Q10", Dated("P580", "1970-01-01", 9), item="Q901")
    + statement("Q18", "P190", "Q10", url=SOURCE)
    + statement("Q10", "P190", "Q19")
    + statement("Q19", "P190", "Q10", Dated("P580", "1971-06-01", 10))
    + statement("Q10", "P190", "Q20", Dated("P580", "1975-01-01", 9), url=SOURCE)
    + statement("Q10", "P190", "Q21", Dated("P580", "1973-04-05", 11), url=SOURCE)
    + statement("Q10", "P190", "Q22", rank="Deprecated")
    + statement("Q10", "P190", "Q23")
    + statement("Q24", "P190", "Q10")
    + statement("Q10", "P190", "Q26", Dated("P582", "2022-01-01", 9), url=SOURCE)
    + statement("Q10", "P190", "Q27", Dated("P580", "1850-01-01", 9), url=SOURCE)
    + statement("Q10", "P190", "Q28", Dated("P580", "1979-01-01", 9), url=SOURCE)
    + statement("Q10", "P190", "Q29", Dated("P580", "2000-01-01", 7), url=SOURCE)
    + statement("Q11", "P190", "Q13", Dated("P582", "1995-01-01", 9), url=SOURCE)
    + statement("Q10", "P190", "Q40", Dated("P580", "1999-01-01", 9))
    + statement("Q40", "P190", "Q10", Dated("P580", "1999-01-01", 9))
    + statement("Q40", "P190", "Q41")
    + statement("Q10", "P190", "Q42", rank="Deprecated")
    + statement("Q11", "P463", "Q500", url=SOURCE)
    + statement("Q10", "P463", "Q502")
    + statement("Q10", "P361", "Q503")
    + unknown("Q10", "P190")
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(capsys, monkeypatch)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {"data/ours.ttl": OURS}, SETTINGS)


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "wikidata.ttl"
    path.write_text(THEIRS, encoding="utf-8")
    return path
