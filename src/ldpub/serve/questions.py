"""Questions as pages and as an API: each competency question with a form for its parameters, its answer and its query.

`/questions/<name>` is the page, with `.csv` or `.json` after it the answer (SPARQL 1.1 Query Results CSV, JSON).
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response
from pyoxigraph import NamedNode

from ldpub.errors import FederationError
from ldpub.folding import fold
from ldpub.formats import HTML, N_TRIPLES, RESULTS_CSV, RESULTS_JSON, RESULTS_TSV, TURTLE, Format
from ldpub.labels import choose_text
from ldpub.namespaces import RDF, SKOS
from ldpub.release import QUESTIONS
from ldpub.serve import pages
from ldpub.serve.budget import client_of
from ldpub.serve.columns import shown_in_columns
from ldpub.serve.comments import LANGUAGE, without_head
from ldpub.serve.describe import Describer
from ldpub.serve.endpoint import REVALIDATE, Beginning, changes
from ldpub.serve.error_words import said
from ldpub.serve.exchange import Exchange, redirect
from ldpub.serve.frame import Crumb, Place
from ldpub.serve.links import to_document, to_page
from ldpub.serve.problems import Problem
from ldpub.serve.quads import Quad
from ldpub.serve.sparql import QueryPage
from ldpub.serve.table import ROWS_SHOWN, beginning_of, read_rows, read_table
from ldpub.store import Query
from ldpub.store.parameters import Value, bind, blocks, read_value

OPTIONS = 200
"""How many things a form offers to choose from; where there are more, one types a name or an IRI."""

ANSWER_BYTES = 1 << 24
"""The longest answer that is made here; the endpoint streams longer ones."""

_FORMATS = {"csv": RESULTS_CSV, "json": RESULTS_JSON}
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_INPUTS = {"integer": "numeric", "year": "numeric", "decimal": "decimal"}


@dataclass(frozen=True)
class Field:
    """A parameter as a form shows it: what is asked, what stands there now, what there is to choose from."""

    name: str
    label: str
    value: str
    text: str
    options: tuple[tuple[str, str], ...]
    is_optional: bool
    mode: str


@dataclass(frozen=True)
class Questions:
    """The views of the questions; what they ask counts on the account of who asks, as at the endpoint."""

    query_page: QueryPage

    def index(self, exchange: Exchange) -> Response:
        """All questions by theme."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for question in _listed(exchange):
            theme = _text(exchange, question["theme"]) or exchange.words["questions_other"]
            title = _text(exchange, question["titles"]) or question["name"]
            groups.setdefault(theme, []).append((title, to_page(exchange, f"questions/{quote(question['name'])}")))
        body = pages.render(exchange, "questions.html", title=exchange.words["questions"], groups=groups)
        return exchange.page_response(body)

    def question(self, exchange: Exchange, name: str) -> Response:
        """The page of a question, or its answer alone; raises Problem and QueryError."""
        by_name = {question["name"]: question for question in _listed(exchange)}
        stem, _, suffix = name.rpartition(".")
        if name in by_name:
            return self._page(exchange, by_name[name])
        if stem in by_name and suffix in _FORMATS:
            return self._answer(exchange, by_name[stem], _FORMATS[suffix])
        raise Problem(404, f"There is no question {name}.")

    def _page(self, exchange: Exchange, question: Mapping[str, Any]) -> Response:
        values = _values(exchange, question, exchange.language)
        text = bind(question["query"], values)
        describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
        describer.learn(value for value in values.values())
        titles = {tag: _filled(title, values, describer) for tag, title in question["templates"].items()}
        result, status = self._result(exchange, text, question.get("columns", ()))
        asked = [(name, value.value) for name, value in values.items() if value is not None]
        paths = {form: f"questions/{quote(question['name'])}.{form}" for form in _FORMATS}
        public = {form: exchange.snapshot.manifest.base + path for form, path in paths.items()}
        body = pages.render(
            exchange,
            "question.html",
            title=_text(exchange, titles) or question["name"],
            place=Place((Crumb(exchange.words["questions"], "questions"),)),
            action=to_document(exchange, f"questions/{quote(question['name'])}"),
            fields=[
                _field(exchange, parameter, values[parameter["name"]], question, describer)
                for parameter in question["parameters"]
                if parameter["kind"] != LANGUAGE
            ],
            result=result,
            links=[(_FORMATS[form].label, to_document(exchange, path, asked)) for form, path in paths.items()],
            query=without_head(text),
            editor=to_page(exchange, "sparql", [("query", without_head(text))]),
            snippets=_snippets(public["csv"], asked),
        )
        response = exchange.page_response(body)
        if changes(text):
            response.headers["Cache-Control"] = "no-store"
        response.status_code = status if response.status_code == HTTPStatus.OK else response.status_code
        return response

    def _result(
        self, exchange: Exchange, text: str, columns: Sequence[Mapping[str, Any]]
    ) -> tuple[dict[str, Any], int]:
        """What the page shows of the answer, and the page's status: where SERVICE fails, why, and all else stands."""
        entry = self.query_page.endpoint.begin(text)
        query, client = _query(exchange, text, None), self._client(exchange)
        try:
            with self.query_page.endpoint.ask(exchange.snapshot, query, client, entry) as answer:
                result = _shown(beginning_of(answer), columns, exchange)
                entry.form, entry.format = answer.form, HTML.name
                entry.end("answered", HTTPStatus.OK)
        except FederationError as error:
            return {"form": "failed", "text": said(str(error), exchange.words)[0], "more": False}, error.status
        return result, HTTPStatus.OK

    def _answer(self, exchange: Exchange, question: Mapping[str, Any], form: Format) -> Response:
        text = bind(question["query"], _values(exchange, question))
        entry = self.query_page.endpoint.begin(text)
        body = b""
        with self.query_page.endpoint.ask(
            exchange.snapshot, _query(exchange, text, form), self._client(exchange), entry
        ) as answer:
            for chunk in answer.chunks:
                body += chunk
                if len(body) > ANSWER_BYTES:
                    return redirect(303, to_document(exchange, "sparql", [("query", text), ("format", form.name)]))
            entry.form, entry.format, entry.size = answer.form, answer.format.name, len(body)
            entry.end("answered", 200)
            written = answer.format
        keeps = exchange.snapshot.answers_for_ever and not changes(text)
        headers = {"Cache-Control": REVALIDATE if keeps else "no-store"}
        etag = hashlib.sha256(body).hexdigest()[:32]
        if exchange.unchanged(etag):
            return exchange.not_modified(etag, headers)
        return exchange.representation(body, written, etag, headers)

    def _client(self, exchange: Exchange) -> str:
        environ = exchange.request.environ
        forwarded = environ.get("HTTP_X_FORWARDED_FOR")
        return client_of(environ.get("REMOTE_ADDR", ""), forwarded, self.query_page.proxies)


def _listed(exchange: Exchange) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(exchange.snapshot.release.file(QUESTIONS).read_text(encoding="utf-8"))
    return listed


def _text(exchange: Exchange, texts: Mapping[str, str]) -> str | None:
    return choose_text(texts, exchange.language, exchange.snapshot.manifest.languages)


def _query(exchange: Exchange, text: str, form: Format | None) -> Query:
    """What the store is asked; for a page TSV or N-Triples, of which tables are made."""
    base = exchange.snapshot.iris.sparql
    return (
        Query(text, form, form, TURTLE, base=base)
        if form
        else Query(text, RESULTS_TSV, RESULTS_TSV, N_TRIPLES, base=base)
    )


def _shown(answer: Beginning, columns: Sequence[Mapping[str, Any]], exchange: Exchange) -> dict[str, Any]:
    """What the page shows of an answer: solutions in the question's columns, a boolean or triples as anywhere."""
    if answer.form in ("boolean", "graph"):
        return read_table(answer, exchange)
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    return shown_in_columns(read_rows(answer, ROWS_SHOWN), columns, describer)


def _values(exchange: Exchange, question: Mapping[str, Any], language: str = "") -> dict[str, Value]:
    """What the request gives the parameters, else their defaults, the language of a page that of the page; raises
    Problem 400 saying what a value must be."""
    defaults = blocks(question["query"])
    values: dict[str, Value] = {}
    for parameter in question["parameters"]:
        name = parameter["name"]
        text = exchange.request.args.get(name, "").strip()
        if parameter["kind"] == LANGUAGE:
            text = text or language
        values[name] = _value(exchange, parameter, text) if text else defaults[name].value
    return values


def _value(exchange: Exchange, parameter: Mapping[str, Any], text: str) -> Value:
    try:
        return read_value(parameter["kind"], text)
    except ValueError as error:
        known_by_name = parameter["class"] or parameter["scheme"]
        named = _named(exchange, parameter, text) if known_by_name else None
        if named is None:
            also = ", or the name of one of the things that the page offers" if known_by_name else ""
            raise Problem(400, f"`{parameter['name']}`: {error}{also}.") from error
        return named


def _named(exchange: Exchange, parameter: Mapping[str, Any], text: str) -> NamedNode | None:
    """The best known of the things that may be chosen which has this name."""
    for hit in exchange.snapshot.search.named(text):
        thing = NamedNode(hit.iri)
        if any(_offers(parameter, quad) for quad in exchange.snapshot.statements.about(thing)):
            return thing
    return None


def _offers(parameter: Mapping[str, Any], quad: Quad) -> bool:
    """Whether a statement says that its subject is of the class or in the scheme of a parameter."""
    of = (quad.predicate.value, getattr(quad.object, "value", ""))
    return of in ((RDF + "type", parameter["class"]), (SKOS + "inScheme", parameter["scheme"]))


def _things(exchange: Exchange, parameter: Mapping[str, Any]) -> set[NamedNode]:
    """The things that a form offers, none where they are too many."""
    snapshot = exchange.snapshot
    if parameter["class"]:
        numbers = snapshot.lists.members(parameter["class"]).nonzero()[0].astype("int32")
        return {NamedNode(iri) for iri in snapshot.lists.iris(numbers)} if len(numbers) <= OPTIONS else set()
    if not parameter["scheme"]:
        return set()
    links = snapshot.statements.linking_to(NamedNode(parameter["scheme"]), 4 * OPTIONS)
    things = {q.subject for q in links if _offers(parameter, q) and isinstance(q.subject, NamedNode)}
    return things if len(things) <= OPTIONS else set()


def _field(
    exchange: Exchange,
    parameter: Mapping[str, Any],
    value: Value,
    question: Mapping[str, Any],
    describer: Describer,
) -> Field:
    name = parameter["name"]
    things = _things(exchange, parameter)
    if things and isinstance(value, NamedNode):
        things.add(value)
    describer.learn(things)
    named = sorted((fold(describer.name(thing)), describer.name(thing), thing.value) for thing in things)
    return Field(
        name,
        _text(exchange, parameter["labels"]) or name,
        "" if value is None else value.value,
        "" if value is None else describer.name(value),
        tuple((iri, text) for _, text, iri in named),
        blocks(question["query"])[name].value is None,
        _INPUTS.get(parameter["kind"], "text"),
    )


def _filled(title: str, values: Mapping[str, Value], describer: Describer) -> str:
    """A title with the names of the values in their places."""

    def text(match: re.Match[str]) -> str:
        if match[1] not in values:
            return match[0]
        value = values[match[1]]
        return "…" if value is None else describer.name(value)

    return _PLACE.sub(text, title)


def _snippets(url: str, asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """How programs ask the same: on the command line, in Python and in R, with what they have from the start."""
    whole = f"{url}?{urlencode(asked)}" if asked else url
    curl = [f"curl -LG {shlex.quote(url)}", *(f"  --data-urlencode {shlex.quote(f'{n}={v}')}" for n, v in asked)]
    values = json.dumps(dict(asked), ensure_ascii=True)
    python = [
        "import csv, io, urllib.parse, urllib.request",
        "",
        f"url = {json.dumps(url)}",
        f"values = {values}",
        "with urllib.request.urlopen(url + '?' + urllib.parse.urlencode(values)) as answer:",
        "    rows = list(csv.DictReader(io.TextIOWrapper(answer, 'utf-8', newline='')))",
    ]
    r = f'rows <- read.csv("{quote(whole, safe=":/?&=%+")}", encoding = "UTF-8")'
    return [("curl", " \\\n".join(curl)), ("Python", "\n".join(python)), ("R", r)]
