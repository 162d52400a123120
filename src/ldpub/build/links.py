"""Links of the data: those of its own that lead nowhere, those to the web that cannot be URLs, and those that are dead.

The first two are seen in the data itself; the last only by asking (RFC 9110), which nothing does unless told to.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from ldpub import __version__
from ldpub.build.dataset import Dataset
from ldpub.build.locate import Locator
from ldpub.build.page_dates import document_of, stems_of
from ldpub.errors import Fault
from ldpub.formats import EVENT_FORMATS, GRAPH_FORMATS, HTML
from ldpub.iris import OWN_PAGES, IriPolicy, uri_of
from ldpub.namespaces import OWL

_AT_ONCE = 8
_SECONDS = 20.0
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]+\]")
_UNASKED = (405, 501)
"""What servers answer that know no HEAD; they are asked by GET."""


@dataclass(frozen=True)
class Links:
    """What the data links to: how many IRIs of its own and of the web, and those of each that cannot be right."""

    own: int
    web: int
    broken: tuple[str, ...]
    """Of its own: nothing is said of them. Of the web: no host could have them."""


def links(dataset: Dataset, files: Iterable[str]) -> Links:
    """Every IRI that the project's statements lead to; `files` are the paths of files that the site answers, too."""
    base = dataset.project.config.base
    content, feed = dataset.content, dataset.graph("catalogue")
    subjects = content.iris(content.s) | {t.subject.value for t in feed if isinstance(t.subject, NamedNode)}
    stems = {subject.partition("#")[0] for subject in subjects}
    known = subjects | stems | {base + path for path in files} | {base} | set(dataset.graphs)
    known |= {base + path for path in _ANSWERED}
    known |= {f"{iri}.{form.suffix}" for iri in _documents(subjects, dataset.project.iris) for form in _SUFFIXED}
    known |= _documents(subjects, dataset.project.iris)
    versions = {content.terms.values[version] for name in _VERSIONS for _, version in content.of(name)}
    objects = content.iris(content.o)
    own = {iri for iri in objects if iri.startswith(base)}
    web = {iri for iri in objects - own if iri.startswith(("http://", "https://"))}
    broken = {iri for iri in own if iri.rstrip("#/") not in known and iri not in known | versions}
    return Links(len(own), len(web), tuple(sorted(broken | {iri for iri in web if not _is_url(iri)})))


def broken_links(dataset: Dataset, broken: Iterable[str], most: int = 5) -> list[Fault]:
    """The first links that lead nowhere, each as a fault at the file and line of a statement that has it."""
    first = list(islice(broken, most))
    leading = {t.object.value: t for t in dataset.content if isinstance(t.object, NamedNode)}
    leading |= {t.object.value: t for t in dataset.asserted if isinstance(t.object, NamedNode)}
    locator = Locator(dataset)
    return [locator.fault(leading[iri], f"<{iri}> leads nowhere", "quality.broken_links") for iri in first]


def _documents(subjects: Iterable[str], iris: IriPolicy) -> set[str]:
    """The documents about things: they answer, with the suffix of each of their formats, too."""
    stems = stems_of(subjects)
    found = (document_of(subject.partition("#")[0], stems, iris) for subject in subjects)
    return {document for document in found if document and document != iris.base}


_VERSIONS = {OWL + n for n in ("versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith")}
"""Properties that lead to versions of an ontology: a former one is answered by the release that has it."""

_SUFFIXED = (*GRAPH_FORMATS, HTML)
_ANSWERED = OWN_PAGES | {
    *(
        "browse",
        "changes",
        "changes/feed.atom",
        "imprint",
        "ldes",
        "quality",
        "releases",
        "report",
        "robots.txt",
        "sitemap.xml",
    ),
    *(".well-known/void", "health/live", "health/ready", "metrics"),
    *(f"{name}.{form.suffix}" for name in ("catalog", "releases", "void") for form in _SUFFIXED),
    *(f"ldes.{form.suffix}" for form in EVENT_FORMATS),
}
"""The paths that the site answers though nothing is said of them."""


def web_links(dataset: Dataset) -> list[str]:
    """The URLs of the web that the data of the project leads to, without fragments: what can be asked."""
    base = dataset.project.config.base
    objects = {t.object.value for t in dataset.asserted if isinstance(t.object, NamedNode)}
    return sorted({iri.partition("#")[0] for iri in objects if iri.startswith("http") and not iri.startswith(base)})


def dead_links(dataset: Dataset) -> list[Fault]:
    """A warning for each URL that the data leads to and that does not answer, with the file and line of a statement."""
    leading = {t.object.value.partition("#")[0]: t for t in dataset.asserted if isinstance(t.object, NamedNode)}
    locator = Locator(dataset)
    faults: list[Fault] = []
    for url, wrong in dead(web_links(dataset)):
        faults.append(replace(locator.fault(leading[url], f"<{url}>: {wrong}", "link"), severity="warning"))
    return faults


def dead(urls: Iterable[str], seconds: float = _SECONDS) -> Iterator[tuple[str, str]]:
    """Ask for each URL and give those that do not answer with 2xx or 3xx, and why. This is the only use of the network.

    Eight are asked at once, each for so many seconds at most.
    """
    urls = list(urls)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for url, wrong in zip(urls, pool.map(lambda url: _asked(url, seconds), urls), strict=True):
            if wrong:
                yield url, wrong


def _asked(url: str, seconds: float) -> str | None:
    for method in ("HEAD", "GET"):
        agent = {"User-Agent": f"ldpub/{__version__}", "Accept": "*/*"}
        request = urllib.request.Request(uri_of(url), method=method, headers=agent)  # noqa: S310 - http and https only
        try:
            with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310
                return None
        except urllib.error.HTTPError as error:
            error.close()
            if error.code not in _UNASKED or method == "GET":
                return f"it answers {error.code}"
        except (OSError, ValueError) as error:
            return str(getattr(error, "reason", error)) or type(error).__name__
    return None


def _is_url(iri: str) -> bool:
    try:
        parts = urlsplit(iri)
        return bool(_HOST.fullmatch(parts.hostname or "")) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
