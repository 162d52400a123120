"""A real reconciliation service (W3C, 0.2 or 1.0-draft) on this machine, which can also behave as badly as any."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from ldpub.folding import fold

SCHEMAS = Path(os.environ.get("LDPUB_CONFORMANCE", "../shared/conformance")) / "reconciliation"
OLD, NEW = "0.2", "1.0-draft"

Misbehave = Callable[[http.server.BaseHTTPRequestHandler], None]
"""What is done with a connection in place of an answer."""


@dataclass(frozen=True)
class Known:
    """An entity that the service knows."""

    name: str
    types: tuple[tuple[str, str], ...] = ()
    place: str = ""
    country: str = ""
    aliases: tuple[str, ...] = ()
    score: float = 100.0
    became: str = ""


class Reconciler(http.server.ThreadingHTTPServer):
    """The service: what it knows, what it was asked, and what it shall do wrong next."""

    def __init__(self, known: Mapping[str, Known], version: str = OLD, *, extends: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.known = known
        self.version = version
        self.extends = extends
        self.batch_size: int | None = None
        self.asked: list[tuple[str, Message, Any]] = []
        self.bad: list[Misbehave | None] = []
        self.invalid: list[str] = []
        self.validators = _validators(version)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api"

    @property
    def queries(self) -> list[Any]:
        """All reconciliation queries that came."""
        bodies = [body for path, _, body in self.asked if path in ("/api?queries", "/api/reconcile")]
        return [q for body in bodies for q in (body["queries"] if self.version == NEW else body.values())]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is no error here."""

    @contextlib.contextmanager
    def serving(self) -> Iterator[Reconciler]:
        thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.shutdown()
            thread.join()
            self.server_close()

    def check(self, schema: str, document: Any) -> None:
        """Note where a document does not conform to the official schema, where that is there."""
        if schema in self.validators:
            self.invalid += [f"{schema}: {error.message}" for error in self.validators[schema].iter_errors(document)]


def _validators(version: str) -> dict[str, Draft7Validator]:
    files = sorted((SCHEMAS / version / "schemas").glob("*.json"))
    documents = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
    resources = [(doc["$id"], DRAFT7.create_resource(doc)) for doc in documents.values()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return {name: Draft7Validator(document, registry=registry) for name, document in documents.items()}


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Reconciler

    def do_GET(self) -> None:
        if self._misbehaves("GET"):
            return
        service = self.server
        manifest: dict[str, Any] = {"versions": [service.version], "name": "A service"}
        manifest["view"] = {"url": "http://x.example/{{id}}" if service.version == OLD else "http://x.example/{id}"}
        if service.version == OLD:
            manifest |= {"identifierSpace": "http://x.example/", "schemaSpace": "http://x.example/p/"}
        if service.extends:
            manifest["extend"] = {"propertySettings": []} if service.version == NEW else {"property_settings": []}
        if service.batch_size:
            manifest["batchSize"] = service.batch_size
        service.check("manifest", manifest)
        self._say(manifest)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.version == NEW:
            kind, body = self.path, json.loads(raw)
        else:
            ((name, values),) = urllib.parse.parse_qs(raw.decode()).items()
            kind, body = f"{self.path}?{name}", json.loads(values[0])
        if self._misbehaves(kind, body):
            return
        if kind in ("/api?queries", "/api/reconcile"):
            self.server.check("reconciliation-query-batch", body)
            self._reconcile(body)
        else:
            self.server.check("data-extension-query", body)
            self._extend(body)

    def _reconcile(self, body: Any) -> None:
        service = self.server
        if service.version == OLD:
            answer: Any = {key: {"result": self._found(one["query"], one.get("type"))} for key, one in body.items()}
        else:
            texts = [(one["conditions"][0]["propertyValue"], one.get("type")) for one in body["queries"]]
            answer = {"results": [{"candidates": self._found(*text)} for text in texts]}
        service.check("reconciliation-result-batch", answer)
        self._say(answer)

    def _found(self, text: str, wanted: str | None) -> list[dict[str, Any]]:
        """The entities of a name, or the one with an identifier, or what that became; the best first."""
        known = self.server.known
        if text in known:
            hits = [known[text].became or text]
        else:
            named = {id_: {fold(one.name), *map(fold, one.aliases)} for id_, one in known.items() if not one.became}
            hits = [id_ for id_, names in named.items() if fold(text) in names]
        hits.sort(key=lambda id_: -known[id_].score)
        return [
            {
                "id": id_,
                "name": known[id_].name,
                "score": known[id_].score,
                "match": text in known,
                "type": [{"id": type_, "name": name} for type_, name in known[id_].types],
            }
            for id_ in hits
        ]

    def _extend(self, body: Any) -> None:
        service = self.server
        names = [one["id"] for one in body["properties"]]
        rows = {id_: {name: self._values(service.known[id_], name) for name in names} for id_ in body["ids"]}
        meta = [{"id": name, "name": name} for name in names]
        answer: dict[str, Any] = {"meta": meta, "rows": rows}
        if service.version == NEW:
            listed = {id_: [{"id": n, "values": v} for n, v in row.items()] for id_, row in rows.items()}
            answer["rows"] = [{"id": id_, "properties": row} for id_, row in listed.items()]
        service.check("data-extension-response", answer)
        self._say(answer)

    def _values(self, one: Known, name: str) -> list[dict[str, Any]]:
        values: dict[str, Sequence[dict[str, Any]]] = {
            "P17": [{"id": one.country, "name": one.country}] if one.country else [{}],
            "P625": [{"str": one.place}] if one.place else [{}],
            "names": [{"str": alias} for alias in one.aliases] or [{}],
        }
        return list(values[name])

    def _misbehaves(self, kind: str, body: Any = None) -> bool:
        self.server.asked.append((kind, self.headers, body))
        bad = self.server.bad.pop(0) if self.server.bad else None
        if bad is not None:
            bad(self)
        return bad is not None

    def _say(self, document: Any) -> None:
        answering(200, json.dumps(document).encode())(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


def answering(status: int, body: bytes = b"", *, length: int | None = None, **fields: str) -> Misbehave:
    """Answer with this status and body, and fields with underscores for hyphens; `length` may be a lie."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in fields.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(body)
        handler.close_connection = True

    return answer


def silent(seconds: float) -> Misbehave:
    """Say nothing for so long, then hang up."""

    def wait(handler: http.server.BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return wait


def hanging_up(handler: http.server.BaseHTTPRequestHandler) -> None:
    """Close the connection at once."""
    with contextlib.suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True
