"""How to cite a thing: in words (DataCite 4.5, 2.2), as BibTeX and as CSL-JSON (Citation Style Language 1.0.2)."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from pyoxigraph import NamedNode

from ldpub.formats import Format
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.language import choose_text
from ldpub.serve.problems import Problem

BIBTEX = Format("bibtex", "BibTeX", ("application/x-bibtex",), "bib", "", "")
CSL = Format("csl", "CSL-JSON", ("application/vnd.citationstyles.csl+json",), "json", "", "")
CITATIONS = (BIBTEX, CSL)
"""The formats of a citation."""

_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "{}&%$#_"},
    }
)


def cite(exchange: Exchange, suffix: str) -> Response:
    """The citation of `?of=`, a thing of the release; 404 for another, 400 where it is missing."""
    form = next((form for form in CITATIONS if form.suffix == suffix), None)
    asked = exchange.request.args.get("of", "")
    if form is None:
        raise Problem(404, f"A citation comes as {', '.join(f.suffix for f in CITATIONS)}.")
    if not asked:
        raise Problem(400, "`of` names what is to be cited, by its IRI.")
    if asked not in exchange.snapshot.statements.known([asked]):
        raise Problem(404, f"Nothing is known about <{asked[:500]}>.")
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    thing = NamedNode(asked)
    describer.learn([thing])
    record = csl_of(exchange, asked, describer.name(thing))
    body = json.dumps([record], ensure_ascii=False, indent=1) if form is CSL else bibtex_of(record)
    etag, headers = exchange.etag("cite", suffix, asked, exchange.language), {"Cache-Control": REVALIDATE}
    headers["Vary"] = "Accept-Language"
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    return exchange.representation(body.encode(), form, etag, headers)


def csl_of(exchange: Exchange, iri: str, title: str) -> dict[str, Any]:
    """The citation of a thing as a CSL-JSON item; the date is the release's."""
    manifest = exchange.snapshot.manifest
    publisher = manifest.publisher.get("name", "")
    year, month, day = map(int, manifest.date.split("-"))
    record: dict[str, Any] = {
        "id": iri,
        "type": "entry",
        "title": title,
        "container-title": choose_text(manifest.title, exchange.language, manifest.languages) or "",
        "issued": {"date-parts": [[year, month, day]]},
        "version": manifest.id,
        "URL": iri,
        "language": exchange.language,
    }
    if publisher:
        record |= {"author": [{"literal": publisher}], "publisher": publisher}
    return record


def cited(exchange: Exchange, iri: str, title: str) -> str:
    """The citation in words: who, when, what, in what, which release, where."""
    record = csl_of(exchange, iri, title)
    who, year = record.get("publisher", ""), record["issued"]["date-parts"][0][0]
    start = f"{who} ({year}): " if who else f"({year}): "
    words, version = exchange.words, record["version"]
    return f"{start}{title}. {words['cited_in']}: {record['container-title']}, {words['release']} {version}. {iri}"


def bibtex_of(record: dict[str, Any]) -> str:
    """A CSL-JSON item as an entry of BibTeX, for LaTeX of any engine that reads UTF-8."""
    year, month, _ = record["issued"]["date-parts"][0]
    fields = {
        "author": f"{{{_escaped(record.get('publisher', ''))}}}",
        "title": f"{{{_escaped(record['title'])}}}",
        "howpublished": _escaped(record["container-title"]),
        "version": _escaped(record["version"]),
        "year": str(year),
        "month": str(month),
        "url": record["URL"],
    }
    key = "".join(c if c.isascii() and c.isalnum() else "-" for c in record["URL"].rsplit("/", 1)[-1]).strip("-")
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value not in ("", "{}"))
    return f"@misc{{{key or 'thing'},\n{lines}\n}}\n"


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)
