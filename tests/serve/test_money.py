"""Amounts of money are one value with their currency, wherever an ontology says that they are such."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import SCHEMA
from ldpub.serve.language import words
from ldpub.serve.money import money_of
from ldpub.serve.quads import Quad
from serve.conftest import AppOf
from small import PREFIXES, built
from web import BROWSER, Web

E = "https://example.org/set/id/"
ABOVE = {E + "sum": frozenset([SCHEMA + "amount"]), E + "unit": frozenset([SCHEMA + "currency"])}
DATA = (
    PREFIXES
    + """
@prefix s: <http://schema.org/> .
@prefix ss: <https://schema.org/> .
e:sum rdfs:subPropertyOf s:amount ; rdfs:label "sum"@en, "Summe"@de .
e:unit rdfs:subPropertyOf s:currency ; rdfs:label "unit"@en, "Einheit"@de .
e:a e:sum 50000.0 ; e:unit "EUR" ; rdfs:label "A" .
e:b e:sum 12.5, 13.5 ; e:unit "EUR" ; rdfs:label "B" .
e:c e:sum 7 ; e:unit "euro" ; rdfs:label "C" .
e:d ss:price "1234.5" ; ss:priceCurrency "USD" ; rdfs:label "D" .
e:e e:cost [ a s:MonetaryAmount ; s:value 800 ; s:currency "CHF" ] ; rdfs:label "E" .
e:f s:value 3 ; rdfs:label "F" .
e:giver a e:Giver ; rdfs:label "Giver" ; e:gives e:a , e:c .
"""
)
SHAPES = (
    PREFIXES
    + """
@prefix dash: <http://datashapes.org/dash#> .
e:Grants a sh:NodeShape ; sh:targetClass e:Giver ; sh:property
  [ sh:path e:gives ; dash:viewer dash:ValueTableViewer ; sh:name "grants"@en ; sh:node e:Grant ] .
e:Grant a sh:NodeShape ; sh:property [ sh:path e:sum ; sh:order 1 ] , [ sh:path e:unit ; sh:order 2 ] .
"""
)


def quads(**values: str) -> dict[str, list[Quad]]:
    """Statements by property, one for each part of a value between bars."""
    return {
        name: [Quad(NamedNode(E + "x"), NamedNode(name), Literal(one), NamedNode(E + "g")) for one in value.split("|")]
        for name, value in ((E + key, value) for key, value in values.items())
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"sum": "50000", "unit": "EUR"}, ("€50,000", "50.000\xa0€")),
        ({"sum": "50000.00", "unit": "EUR"}, ("€50,000", "50.000\xa0€")),
        ({"sum": "-0.5", "unit": "USD"}, ("-$0.50", "-0,50\xa0$")),
        ({"sum": "12.345", "unit": "XYZ"}, ("XYZ12.345", "12,345\xa0XYZ")),
        ({"sum": "12", "unit": "eur"}, None),
        ({"sum": "12", "unit": "EUR|USD"}, None),
        ({"sum": "1e5", "unit": "EUR"}, None),
        ({"sum": "12|13", "unit": "EUR"}, None),
        ({"sum": "12"}, None),
        ({"unit": "EUR"}, None),
        ({"other": "12", "unit": "EUR"}, None),
    ],
)
def test_an_amount_and_a_currency_are_one_where_each_is_one(
    values: dict[str, str], told: tuple[str, str] | None
) -> None:
    for at, language in enumerate(("en", "de")):
        found = money_of(quads(**values), ABOVE, words(language))
        assert (found.text if found else None) == (told[at] if told else None)


def test_what_is_inferred_above_them_does_not_count() -> None:
    said = quads(sum="5", unit="EUR")
    said |= {SCHEMA + "amount": said[E + "sum"], SCHEMA + "currency": said[E + "unit"]}
    found = money_of(said, ABOVE, words("en"))
    assert found is not None
    assert (found.amount, found.currency, found.text) == (E + "sum", E + "unit", "€5")


def test_each_language_writes_money_in_its_way() -> None:
    assert words("de").money(Decimal("1234567.5"), "EUR") == "1.234.567,50\xa0€"
    assert words("en").money(Decimal(1234567), "GBP") == "£1,234,567"


@pytest.fixture(scope="module")
def client(app_of: AppOf, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("money")
    files = {"data/d.ttl": DATA, "shapes/s.ttl": SHAPES}
    built(folder, files, "[sources]\nontology = []\n")
    return app_of(folder / "releases").test_client()


def rows(client: FlaskClient, name: str) -> dict[str, list[str]]:
    """The rows of a thing's page in German: heading to values."""
    text = client.get(f"/doc/{name}?lang=de", headers={"Accept": BROWSER}).text
    found = re.findall(r"<dt>(?:<a [^>]*>)?([^<]*)(?:</a>)?</dt>\s*((?:<dd>.*?</dd>\s*)+)", text, re.DOTALL)
    told = {head: re.findall(r"<span[^>]*>([^<]*)</span>", values) for head, values in found}
    return {head: values for head, values in told.items() if values}


def test_pages_show_it_as_one_row(client: FlaskClient) -> None:
    assert rows(client, "a") == {"Summe": ["50.000\xa0€"]}
    assert rows(client, "b") == {"Summe": ["12,5", "13,5"], "Einheit": ["EUR"]}
    assert rows(client, "c") == {"Summe": ["7"], "Einheit": ["euro"]}
    assert ["1.234,50\xa0$"] in rows(client, "d").values()
    assert "800\xa0CHF" in client.get("/doc/e?lang=de", headers={"Accept": BROWSER}).text
    assert ["3"] in rows(client, "f").values()


def test_shipped_fundings_have_it_on_their_page_and_in_tables(site: str) -> None:
    with Web(site) as web:
        for language, told in (("de", "50.000\xa0€"), ("en", "€50,000")):
            project = web.get(f"/doc/project/covid-19-aid-blantyre?lang={language}", BROWSER).text
            funding = web.get(f"/doc/funding/bmz-covid-19-aid-blantyre?lang={language}", BROWSER).text
            for text in (project, funding):
                assert f"<span>{told}</span>" in text
                assert ">EUR<" not in text
            assert ("Währung" if language == "de" else "Currency") not in project.partition("<main")[2]


def test_a_table_has_no_column_of_currencies_but_for_what_is_no_money(client: FlaskClient) -> None:
    text = client.get("/doc/giver?lang=de", headers={"Accept": BROWSER}).text
    cells = re.findall(r'<td data-label="(Summe|Einheit)"><span>([^<]*)</span>', text)
    assert sorted(cells) == [("Einheit", "euro"), ("Summe", "50.000\xa0€"), ("Summe", "7")]
