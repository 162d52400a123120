"""An error as a page: what happened, in the visitor's language; what may have been meant; and where to go from here."""

from __future__ import annotations

import re
from urllib.parse import unquote

from pyoxigraph import NamedNode

from ldpub.serve.error_words import said
from ldpub.serve.exchange import Exchange
from ldpub.serve.pages import describer_of, render
from ldpub.serve.problems import Problem

_GUESSES = 5
_SUFFIX = re.compile(r"\.[A-Za-z]{1,6}$")


def problem_page(exchange: Exchange, problem: Problem) -> str:
    """The page of a problem; its detail is in English where no other words for it are known."""
    words, status = exchange.words, problem.status
    detail, language = said(problem.detail, words)
    known = f"status_{status}" in words
    replaced = [NamedNode(iri) for iri in problem.members.get("isReplacedBy", ())]
    guess = _meant(exchange.path) if status == 404 else ""
    hits = [NamedNode(hit.iri) for hit in exchange.snapshot.search.find(guess, _GUESSES)] if guess else []
    describer = describer_of(exchange)
    describer.learn([*replaced, *hits])
    return render(
        exchange,
        "problem.html",
        title=words[f"status_{status}"] if known else problem.document()["title"],
        status=status,
        said=words[f"problem_{status}" if known else "problem_other"],
        detail=detail,
        detail_language=language,
        guess=guess,
        hits=[describer.value(hit) for hit in hits],
        replaced=[describer.value(one) for one in replaced],
    )


def _meant(path: str) -> str:
    """The last segment of a path as words to look for."""
    last = _SUFFIX.sub("", unquote(path).rstrip("/").rpartition("/")[2])
    return " ".join(re.split(r"[-_+\s]+", last)).strip()
