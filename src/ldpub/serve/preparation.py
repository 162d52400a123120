"""Asks for some pages before a visitor does: home, ontologies, shapes, examples, the best known things, overviews.

One thread asks the site as a visitor would, so that whatever pages are made of is read, and what the site keeps is
kept, which is what depends on release and language alone; a visitor who comes earlier is answered as ever.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from queue import SimpleQueue
from typing import Any
from urllib.parse import unquote_to_bytes

from ldpub.formats import HTML
from ldpub.iris import path_of
from ldpub.serve.snapshot import Snapshot

_ONTOLOGIES = 4
_EXAMPLES = 4
_BEST_KNOWN = 20
_OVERVIEWS = ("browse", "picture/map", "picture/classes")
_REST = 2.0
"""How long the thread rests after each page, in times of what it took: visitors come first."""

_LOG = logging.getLogger("ldpub.serve")

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Target = tuple[str, str, str]
"""Path, query string, and the language that is preferred."""


def targets_of(snapshot: Snapshot) -> list[Target]:
    """What is asked for in each language by preference; but for the best known things also by `?lang=`, which makes
    other links.
    """
    base, shapes = snapshot.iris.base, snapshot.schema.shapes
    paths = ["", *(way for path in islice(snapshot.ontologies, _ONTOLOGIES) for way in (path, f"{path}.html"))]
    if shapes.node_shapes:
        paths.append(path_of(shapes.iri, base))
    examples = _documents(snapshot.manifest.examples, base)
    paths += [*islice(examples, _EXAMPLES), *_OVERVIEWS]
    languages = snapshot.manifest.languages
    asked = [(f"/{path}", query, tag) for path in paths for tag in languages for query in ("", f"lang={tag}")]
    known = [path for path in _documents(snapshot.search.best_known(_BEST_KNOWN), base) if path not in paths]
    return asked + [(f"/{path}", "", tag) for path in known for tag in languages]


def _documents(iris: Iterable[str], base: str) -> Iterator[str]:
    """The paths of those of some things that the site describes, each once."""
    own = dict.fromkeys(iri.partition("#")[0] for iri in iris if iri.startswith(base))
    return (path_of(iri, base) for iri in own)


class Preparation:
    """The thread that prepares the releases of one server process, one after the other."""

    def __init__(self) -> None:
        self._wanted: SimpleQueue[Sequence[Target] | None] = SimpleQueue()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def prepare(self, snapshot: Snapshot) -> None:
        """Ask for the pages of a release that is served from now on; those of a former one are no longer asked for."""
        self._wanted.put(targets_of(snapshot))

    def begin(self, application: Application) -> None:
        """Ask this application (PEP 3333) from now on."""
        self._thread = threading.Thread(target=self._run, args=(application,), name="ldpub-prepares", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Ask for nothing more; returns when the page that is being made is."""
        self._ended.set()
        self._wanted.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self, application: Application) -> None:
        while (targets := self._wanted.get()) is not None:
            for target in targets:
                if self._ended.is_set() or not self._wanted.empty():
                    break
                began = time.monotonic()
                try:
                    ask(application, target)
                except Exception:  # the site goes on without; who asks for the page will see what is wrong
                    _LOG.exception("the page %s?%s could not be prepared", *target[:2])
                self._ended.wait(_REST * (time.monotonic() - began))


def ask(application: Application, target: Target) -> None:
    """Ask for a page and drop the answer, or for the one that the site sends the visitor on to (RFC 9110, 15.4.4)."""
    sent_on = _asked(application, target)
    if sent_on.startswith("/"):
        path, _, query = sent_on.partition("?")
        _asked(application, (path, query, target[2]))


def _asked(application: Application, target: Target) -> str:
    """What the answer says as Location, if it does."""
    path, query, language = target
    told: dict[str, str] = {}
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_ACCEPT": HTML.media_type,
        "HTTP_ACCEPT_LANGUAGE": language,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    body = application(environ, lambda _status, fields, _error=None: told.update(fields))
    try:
        deque(body, maxlen=0)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    return told.get("Location", "")
