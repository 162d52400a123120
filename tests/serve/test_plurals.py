"""Several things of a class are called by its plural, where the ontology has one in the page's language."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from serve.conftest import AppOf
from small import BASE, PREFIXES, built
from web import BROWSER, Web

FILES = {
    "ontology/t.ttl": PREFIXES
    + """
@prefix label: <http://purl.org/net/vocab/2004/03/label#> .
e:Box a owl:Class ; rdfs:label "Box"@en, "Kiste"@de ; label:plural "Boxes"@en, "Kisten"@de .
e:Die a owl:Class ; rdfs:label "Die"@en, "Würfel"@de ; label:plural "Dice"@en .
e:Lid a owl:Class ; rdfs:label "Lid"@en, "Deckel"@de ; label:plural "Lids"@en, "Deckel"@de .
e:Tag a owl:Class ; rdfs:label "Tag"@en, "Schild"@de .
""",
    "data/d.ttl": PREFIXES
    + "\n".join(f'e:{kind}{n} a e:{kind} ; rdfs:label "{kind} {n}" .' for kind in ("Box", "Die", "Tag") for n in (1, 2))
    + '\ne:Lid1 a e:Lid ; rdfs:label "Lid 1" .\n',
}
PLURALS = {"Box": ("Boxes", "Kisten"), "Die": ("Dice", "Würfel"), "Tag": ("Tag", "Schild"), "Lid": ("Lid", "Deckel")}


@pytest.fixture(scope="module")
def client(app_of: AppOf, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("plurals")
    built(folder, FILES, '[sources]\nontology = ["ontology/*.ttl"]\n')
    return app_of(folder / "releases").test_client()


def page(client: FlaskClient, path: str, language: str) -> str:
    reply = client.get(path, headers={"Accept": BROWSER, "Accept-Language": language})
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize(("at", "language"), [(0, "en"), (1, "de")])
def test_lists_and_counts_of_several_have_the_plural_those_of_one_the_label(
    client: FlaskClient, at: int, language: str
) -> None:
    for path in ("/", "/browse"):
        cards = re.findall(r"<strong>(\d+)</strong> <span>([^<]*)</span>", page(client, path, language))
        assert set(cards) == {("1" if kind == "Lid" else "2", names[at]) for kind, names in PLURALS.items()}
    for kind, names in PLURALS.items():
        listed = page(client, f"/browse?class={quote(f'{BASE}id/{kind}')}", language)
        assert f"<h1>{names[at]}</h1>" in listed


def test_the_list_above_a_thing_has_the_plural_whatever_its_number(client: FlaskClient) -> None:
    for language, name in (("en", "Lids"), ("de", "Deckel")):
        crumbs = page(client, "/doc/Lid1", language).partition('class="crumbs"')[2].partition("</nav>")[0]
        assert f">{name}</a>" in crumbs


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_shipped_class_has_a_plural(site: str, language: str) -> None:
    with Web(site) as web:
        classes = web.query(
            "PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX label: <http://purl.org/net/vocab/2004/03/label#> "
            "SELECT ?c WHERE { ?c a owl:Class FILTER(STRSTARTS(STR(?c), 'https://w3id.org/city-diplomacy/')) "
            f"FILTER NOT EXISTS {{ ?c label:plural ?p FILTER(LANG(?p) = '{language}') }} }}",
            "text/csv",
        )
        assert classes.text.split() == ["c"]
