"""The labels of common vocabularies' terms: for each language of the interface, and shown where a release has none."""

from __future__ import annotations

from importlib.resources import files

from ldpub.namespaces import PREFIXES, SH
from ldpub.serve.language import TRANSLATED
from ldpub.serve.standard_labels import standard_labels
from web import BROWSER, Web


def test_every_term_is_labelled_once_in_each_language() -> None:
    head, *rows = [
        line.split("\t") for line in (files("ldpub.serve") / "standard_labels.tsv").read_text("utf-8").splitlines()
    ]
    assert sorted(head[1:]) == sorted(TRANSLATED)
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    assert all(len(row) == len(head) and all(row) for row in rows)
    assert all(row[0].partition(":")[0] in {*PREFIXES, "http"} for row in rows)


def test_what_is_not_in_the_table_has_none() -> None:
    assert standard_labels(SH + "hasValue") == {"en": "has value", "de": "hat den Wert"}
    assert standard_labels(SH + "nothing") == {}


def test_pages_say_them_in_their_language(site: str) -> None:
    with Web(site) as web:
        page = web.get("/doc/shape/formal-partnership/start-known?lang=de", BROWSER).text
    assert "mindestens" in page
    assert ">sh:minCount<" not in page
