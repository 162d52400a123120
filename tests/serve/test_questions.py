"""Questions as pages and as an API: forms, answers, queries and the snippets, which run."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client import select
from conftest import ROOT
from web import BROWSER, Web

NAMES = sorted(path.stem for path in (ROOT / "ontology" / "questions").glob("*.rq"))
CITY = "https://w3id.org/city-diplomacy/id/city/"
BASE = "https://w3id.org/city-diplomacy/"


@pytest.fixture(scope="module")
def cities(site: str) -> Iterator[Web]:
    with Web(site) as web:
        yield web


def listed(shipped_release: Path) -> list[dict[str, object]]:
    loaded: list[dict[str, object]] = json.loads((shipped_release / "questions.json").read_text(encoding="utf-8"))
    return loaded


def selected(query: str) -> str:
    """What stands between SELECT and WHERE, without the expressions."""
    return re.sub(r"\([^?]*\(.*?\) AS ", "(", query.partition("SELECT")[2].partition("WHERE")[0])


def answers(page: str) -> list[list[str]]:
    """The cells of the table of answers."""
    shown = page.partition('id="answers"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall("<td.*?</td>", row, re.DOTALL) for row in shown.split("</tr>")[:-1]]
    return [[" ".join(html.unescape(re.sub("<[^>]*>", "", cell)).split()) for cell in row] for row in cells]


def rows(web: Web, name: str, **values: str) -> list[list[str]]:
    reply = web.get(f"/questions/{name}.csv?{urlencode(values)}")
    assert (reply.status, reply.media_type) == (200, "text/csv"), reply.text
    return list(csv.reader(io.StringIO(reply.text)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_question_is_a_page_whose_answer_is_that_of_its_query(cities: Web, name: str, language: str) -> None:
    reply = cities.get(f"/questions/{name}?lang={language}", BROWSER)
    assert reply.status == 200
    assert reply.headers["Content-Language"] == language
    heading = html.unescape(reply.text.partition("<h1>")[2].partition("</h1>")[0])
    assert "{" not in heading
    assert heading.endswith("?") or ":" in heading
    header, *found = rows(cities, name)
    shown = reply.text.partition('id="answers"')[2].partition("</section>")[0]
    assert shown.count("<tr>") == len(found) + 1
    headings = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', shown)
    query = (ROOT / "ontology" / "questions" / f"{name}.rq").read_text(encoding="utf-8")
    declared = [line for line in query.splitlines() if line.startswith("# column:") and " in=" not in line]
    assert headings == [re.findall(f'{language}="([^"]*)"', line)[0] for line in declared]
    assert header == re.findall(r"\?(\w+)(?=[\s)])", selected(query)), "as the query has them"
    expected = [[solution.get(column, "") for column in header] for solution in select(cities.url, query)]
    assert sorted(found) == sorted(expected)
    answer = json.loads(cities.get(f"/questions/{name}.json").text)
    assert len(answer["results"]["bindings"]) == len(found)


def test_the_index_lists_every_question_under_its_theme(cities: Web) -> None:
    for language, theme in (("en", "Networks"), ("de", "Netzwerke")):
        reply = cities.get(f"/questions?lang={language}", BROWSER)
        links = re.findall(r'<li><a href="questions/([^"?]*)\?lang=..">', reply.text)
        assert sorted(links) == NAMES
        part = reply.text.partition(f">{theme}</h2>")[2].partition("</section>")[0]
        assert len(re.findall("<li>", part)) == 3
        assert "{" not in reply.text.partition("<main")[2]
    home = cities.get("/?lang=de", BROWSER).text
    assert 'href="questions/001-twin-towns-of-hannover?lang=de">Mit welchen Städten hat Hannover' in home


def test_many_questions_have_parameters_that_are_used(cities: Web, shipped_release: Path) -> None:
    kinds = [parameter["kind"] for q in listed(shipped_release) for parameter in q["parameters"]]  # type: ignore[attr-defined]
    asked = [q for q in listed(shipped_release) if q["parameters"]]
    assert len(asked) >= 10
    assert {"iri", "year"} <= set(kinds)
    for question in asked:
        for parameter in question["parameters"]:  # type: ignore[attr-defined]
            if parameter["kind"] == "language":
                continue
            nothing = "2999" if parameter["kind"] == "year" else "https://example.org/nothing"
            name = str(question["name"])
            assert len(rows(cities, name)) > 1 >= len(rows(cities, name, **{parameter["name"]: nothing})), name


@pytest.mark.parametrize("typed", [f"{CITY}dortmund", "Dortmund", "DORTMUND", " dortmund "])
def test_a_value_is_an_iri_or_a_name(cities: Web, typed: str) -> None:
    assert rows(cities, "001-twin-towns-of-hannover", city=typed)[1:] == [[f"{CITY}buffalo", "Buffalo, New York"]]
    page = cities.get(f"/questions/001-twin-towns-of-hannover?city={quote(typed)}&lang=de", BROWSER).text
    assert "<h1>Mit welchen Städten hat Dortmund eine Städtepartnerschaft?</h1>" in page
    assert f'<option value="{CITY}dortmund" selected>' in page
    assert f"VALUES ?city {{ &lt;{CITY}dortmund&gt; }}" in page


def test_an_open_parameter_may_be_chosen_or_left(cities: Web) -> None:
    name = "012-cities-sharing-a-network-with-hannover"
    page = cities.get(f"/questions/{name}", BROWSER, Accept_Language="en").text
    assert '<option value="">any</option>' in page
    every, left = rows(cities, name), rows(cities, name, shared="", member="")
    chosen = rows(cities, name, shared=f"{BASE}id/network/icorn")
    assert every == left
    assert 0 <= len(chosen) - 1 < len(every)
    years = "024-delegations-to-buffalo"
    assert (
        len(rows(cities, years, since="2018")) < len(rows(cities, years)) or len(rows(cities, years, since="2030")) == 1
    )


@pytest.mark.parametrize(("language", "told"), [("en", "spring 2018"), ("de", "Frühjahr 2018")])
def test_a_date_of_edtf_is_told_in_words_alone(cities: Web, language: str, told: str) -> None:
    page = cities.get(f"/questions/024-delegations-to-buffalo?lang={language}", BROWSER).text
    assert f"<span>{told}</span></td>" in page
    assert "2018-21</span>" not in page


@pytest.mark.parametrize(
    "query",
    [
        "city=Nowhere",
        "city=" + quote("x> } . ?s ?p ?o . <"),
        "city=" + quote('"><script>'),
        "city=" + "x" * 2000,
        "city=Poland",
    ],
)
@pytest.mark.parametrize("suffix", ["", ".csv", ".json"])
def test_what_is_no_value_is_told(cities: Web, query: str, suffix: str) -> None:
    reply = cities.get(f"/questions/001-twin-towns-of-hannover{suffix}?{query}", BROWSER if not suffix else None)
    assert reply.status == 400
    assert "city" in reply.text
    assert "<script" not in reply.markup


@pytest.mark.parametrize("since", ["x", "68", "1968 } #", "1968.0", "19681"])
def test_a_year_is_a_year(cities: Web, since: str) -> None:
    assert cities.get(f"/questions/024-delegations-to-buffalo.csv?since={quote(since)}").status == 400


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_nothing_that_is_typed_makes_an_answer_of_another_form(cities: Web, typed: str) -> None:
    values = urlencode({"city": typed}, errors="replace")
    reply = cities.get(f"/questions/001-twin-towns-of-hannover.csv?{values}")
    assert reply.status in (200, 400)
    assert reply.status == 400 or reply.text.startswith("partner,partnerLabel\r\n")


def test_an_answer_that_the_client_has_is_not_sent_again(cities: Web) -> None:
    target = "/questions/001-twin-towns-of-hannover.csv"
    tag = cities.get(target).headers["ETag"]
    assert cities.get(target, If_None_Match=tag).status == 304
    assert cities.get(f"{target}?city=Dortmund", If_None_Match=tag).status == 200


@pytest.mark.parametrize(
    "path", ["nothing", "001-twin-towns-of-hannover.xml", "001-twin-towns-of-hannover.", ".csv", "a/b"]
)
def test_there_is_no_other_question(cities: Web, path: str) -> None:
    assert cities.get(f"/questions/{path}", BROWSER).status == 404


def test_the_snippets_run(cities: Web) -> None:
    page = cities.get("/questions/015-russian-partners-of-hannover?country=France", BROWSER).text
    snippets = [html.unescape(text) for text in re.findall(r"<h3>[^<]*</h3>\n<pre>(.*?)</pre>", page, re.DOTALL)]
    curl, python, r = (text.replace(BASE + "questions", f"{cities.url}/questions") for text in snippets)
    expected = rows(cities, "015-russian-partners-of-hannover", country="France")
    done = subprocess.run(["sh", "-c", curl], check=True, capture_output=True, text=True, timeout=60)
    assert list(csv.reader(io.StringIO(done.stdout))) == expected
    told = f"{python}\nprint(len(rows), list(rows[0]))"
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{len(expected) - 1} {expected[0]}\n"
    (url,) = re.findall(r'read\.csv\("([^"]*)"', r)
    assert list(csv.reader(io.StringIO(cities.get(url.removeprefix(cities.url)).text))) == expected


def test_the_editor_opens_with_the_values_in_place(cities: Web) -> None:
    page = cities.get("/questions/001-twin-towns-of-hannover?city=Dortmund", BROWSER).text
    (href,) = re.findall(r'rel="nofollow" href="(\.\./sparql[^"]*)"', page)
    query = parse_qs(urlsplit(html.unescape(href)).query)["query"][0]
    assert [row["partnerLabel"] for row in select(cities.url, query)] == ["Buffalo, New York"]
    assert "#" not in query.splitlines()[0].partition(">")[2]


def test_questions_of_a_project_that_says_nothing_of_them(library: Web) -> None:
    index = library.get("/questions", BROWSER, Accept_Language="fr").text
    links = re.findall(r'<li><a href="(questions/[^"]*)">', index)
    assert len(links) == 2
    for link in links:
        page = library.get(f"/{link}", BROWSER).text
        assert "<tbody>\n<tr>" in page
        assert 'class="parameters"' not in page
        assert library.get(f"/{link}.csv").media_type == "text/csv"


def test_a_page_answers_in_its_language(cities: Web) -> None:
    for tag, town, country in (("de", "Posen", "Polen"), ("en", "Poznań", "Poland")):
        page = cities.get(f"/questions/002-twin-towns-abroad?lang={tag}", BROWSER).text
        assert [town, country] in answers(page)
        assert f'<a href="../doc/city/poznan?lang={tag}">{town}</a>' in page
        assert f"VALUES ?language {{ &#34;{tag}&#34; }}" in page or f'VALUES ?language {{ "{tag}" }}' in page
        assert 'name="language"' not in page, "it is not asked for: the page has a language"
        (link,) = re.findall(r'<a href="\.\.(/questions/002[^"]*\.csv[^"]*)"', page)
        table = list(csv.reader(io.StringIO(cities.get(html.unescape(link)).text)))
        assert [row[1] for row in table if row[0] == f"{CITY}poznan"] == [town]
        assert table[0] == ["partner", "partnerLabel", "country", "countryLabel"]
    assert [f"{CITY}poznan", "Posen"] in rows(cities, "001-twin-towns-of-hannover", language="de")
    assert [f"{CITY}poznan", ""] in rows(cities, "001-twin-towns-of-hannover", language="xx")
    assert cities.get("/questions/001-twin-towns-of-hannover.csv?language=x").status == 400
    editor = cities.get("/sparql?lang=de", BROWSER).text
    assert "VALUES+%3Flanguage+%7B+%22de%22" in editor
    assert "VALUES+%3Flanguage+%7B+%22en%22" not in editor


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("partner", ["blantyre", "bristol", "hiroshima", "leipzig", "perpignan", "poznan", "rouen"])
def test_every_twinning_has_a_start_with_its_source(cities: Web, partner: str, language: str) -> None:
    asked = urlencode({"partner": CITY + partner, "lang": language})
    page = cities.get(f"/questions/003-start-of-hannover-blantyre?{asked}", BROWSER).text
    ((_, start, source, passage, statement),) = answers(page)
    years = {"en": "between 1947 and 1987", "de": "zwischen 1947 und 1987"}[language]
    assert start == ("1968" if partner == "blantyre" else years)
    assert (source[:13], passage[:3]) in {
        ("International", "S1:"),
        ("International"[:12] + "e", "S1:"),
        ("Sustainability report"[:13], "S3:"),
        ("Nachhaltigkeitsbericht"[:13], "S3:"),
    }
    assert ("1968" if partner == "blantyre" else "1987") in statement
    page = cities.get(f"/questions/018-evidence-for-1968?{asked}", BROWSER).text
    assert answers(page) == [[source, passage, statement]]


def test_a_question_stands_below_the_questions(cities: Web) -> None:
    page = cities.get("/questions/001-twin-towns-of-hannover?lang=de", BROWSER).text
    crumbs = page.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', crumbs)[1:] == [("../questions?lang=de", "Fragen")]
