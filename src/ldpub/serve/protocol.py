"""Requests of the SPARQL 1.1 Protocol (2.1), whatever server carries them."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, unquote_to_bytes

from ldpub.errors import RefusedQueryError
from ldpub.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, HTML, SOLUTION_FORMATS, Format
from ldpub.serve.negotiate import choose_format
from ldpub.serve.problems import Problem
from ldpub.store import Form

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")

_NAMES = {f.name: f for f in (*SOLUTION_FORMATS, *GRAPH_FORMATS)} | {
    f.suffix: f for f in (*SOLUTION_FORMATS, *GRAPH_FORMATS)
}

_QUOTED = re.compile(rb"(?:[^%\r\n]++|%[0-9A-Fa-f]{2})*+")  # without line breaks, which would be another's in MIME
_REMEMBERED = 1000  # characters of an Accept field whose meaning is kept

Wanted = Mapping[Form, Format | None]
"""For each form of answer the format that the request prefers; None where it accepts none."""


class Operation(NamedTuple):
    """A query operation: the query, the dataset that the request names, and the formats that it wants."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    wanted: Wanted
    conditional: bool
    """Whether the method lets a validator answer (RFC 9110, 13.2.1): GET and HEAD."""

    @property
    def wants_page(self) -> bool:
        """Whether an answer would be a page for people."""
        return HTML in self.wanted.values()


class Request(NamedTuple):
    """What of an HTTP request says what is asked."""

    method: str
    query_string: str = ""
    content_type: str = ""
    accept: str | None = None
    body: bytes = b""


def read_operation(request: Request) -> Operation | None:
    """The operation of a request; None where it asks nothing, which is for the form and the service description.

    Raises Problem (400, 415) and RefusedQueryError (an update).
    """
    values = _values(request.query_string)
    posted = request.method == "POST"
    if posted:
        media_type = request.content_type.split(";")[0].strip().lower()
        if media_type == DIRECT:
            values = {**values, "query": [_text(request.body)]}
        elif media_type == FORM:
            values = _values(_text(request.body))
        else:
            _refuse_media_type(media_type)
    if "update" in values:
        raise RefusedQueryError("This endpoint is read-only: it answers queries and takes no updates.")
    queries = values.get("query", [])
    if len(queries) > 1:
        raise Problem(400, "There must be one parameter `query`, not several.")
    if not queries:
        if posted:
            raise Problem(400, "The parameter `query` is missing.")
        return None
    return Operation(
        queries[0],
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
        wanted_formats(requested_type(values, request.accept)),
        conditional=not posted,
    )


def requested_type(values: Mapping[str, list[str]], accept: str | None) -> str | None:
    """The Accept field, or the media type that `format=` names; raises Problem 400 where it names none."""
    name = values.get("format", [""])[0]
    if not name:
        return accept
    if name == HTML.name:
        return HTML.media_type
    if name not in _NAMES:
        raise Problem(400, f"There is no format {name[:50]}; there are {', '.join(sorted(_NAMES))} and html.")
    return _NAMES[name].media_type


def wanted_formats(accept: str | None) -> Wanted:
    """What an Accept field wants of each form."""
    return _wanted(accept) if len(accept or "") <= _REMEMBERED else _wanted.__wrapped__(accept)


@lru_cache(1024)
def _wanted(accept: str | None) -> Wanted:
    return {
        "solutions": choose_format(accept, (*SOLUTION_FORMATS, HTML)),
        "boolean": choose_format(accept, (*BOOLEAN_FORMATS, HTML)),
        "graph": choose_format(accept, (*GRAPH_FORMATS, HTML)),
    }


def _values(encoded: str) -> dict[str, list[str]]:
    if encoded.startswith("query=") and "&" not in encoded and len(encoded) > len("query="):  # most say no more
        try:
            return {"query": [_unquoted(encoded[6:].replace("+", " ").encode()).decode()]}
        except UnicodeDecodeError as error:
            raise Problem(400, f"The parameters are not UTF-8: {error.reason}.") from error
    try:
        return parse_qs(encoded, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError as error:
        raise Problem(400, f"The parameters are not UTF-8: {error.reason}.") from error
    except ValueError as error:
        raise Problem(400, f"The parameters cannot be read: {error}.") from error


def _unquoted(encoded: bytes) -> bytes:
    """RFC 3986, 2.1. What is well-formed is read as quoted-printable: that differs in its sign, and is decoded in C."""
    if not _QUOTED.fullmatch(encoded):
        return unquote_to_bytes(encoded)
    return a2b_qp(encoded.replace(b"=", b"=3D").replace(b"%", b"="))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"The query is not UTF-8: {error.reason} at byte {error.start}.") from error


def _refuse_media_type(media_type: str) -> None:
    if media_type == "application/sparql-update":
        raise RefusedQueryError("This endpoint is read-only: it answers queries and takes no updates.")
    headers = {"Accept-Post": f"{FORM}, {DIRECT}"}
    detail = f"A query is posted as {FORM} or {DIRECT}, not as {media_type[:80] or 'nothing'}."
    raise Problem(415, detail, headers=headers)
