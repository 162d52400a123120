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
from ldpub.serve.works import published_work

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
    """The citation of a thing as a CSL-JSON item: a work that someone published as theirs, anything else as an entry
    of this data set, by whom the settings name (project.creator, else the publisher), with the date of the release."""
    manifest = exchange.snapshot.manifest
    work = published_work(exchange, NamedNode(iri))
    if work:
        return {"id": iri, "type": "document", "title": title, "URL": iri, **work}
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
    publisher = manifest.publisher.get("name", "")
    if author := manifest.creator.get("name", "") or publisher:
        record["author"] = [{"literal": author}]
    return record | ({"publisher": publisher} if publisher else {})


def cited(exchange: Exchange, iri: str, title: str) -> str:
    """The citation in words: who, when, what, in what, which release, where."""
    record, words = csl_of(exchange, iri, title), exchange.words
    who = ", ".join(author["literal"] for author in record.get("author", ()))
    parts = record.get("issued", {}).get("date-parts")
    start = f"{who} ({parts[0][0] if parts else words['undated']}): ".lstrip() + f"{record['title']}."
    if "container-title" in record:
        inside = f"{words['cited_in']}: {record['container-title']}, {words['release']} {record['version']}."
    else:
        publisher = record.get("publisher", "")
        inside = f"{publisher}." if publisher and publisher != who else ""
    return " ".join(part for part in (start, inside, record["URL"]) if part)


def bibtex_of(record: dict[str, Any]) -> str:
    """A CSL-JSON item as an entry of BibTeX, for LaTeX of any engine that reads UTF-8."""
    date = [str(part) for part in record.get("issued", {}).get("date-parts", [[]])[0]]
    fields = {
        "author": " and ".join(f"{{{_escaped(author['literal'])}}}" for author in record.get("author", ())),
        "title": f"{{{_escaped(record['title'])}}}",
        "howpublished": _escaped(record.get("container-title", "") or record.get("publisher", "")),
        "version": _escaped(record.get("version", "")),
        "year": date[0] if date else "",
        "month": date[1] if len(date) > 1 else "",
        "url": record["URL"],
    }
    key = "".join(c if c.isascii() and c.isalnum() else "-" for c in record["URL"].rsplit("/", 1)[-1]).strip("-")
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value not in ("", "{}"))
    return f"@misc{{{key or 'thing'},\n{lines}\n}}\n"


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)
