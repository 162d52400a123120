"""What names a thing: the properties, and the one rule by which a text in several languages is chosen (RFC 4647)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ldpub.namespaces import DCT, FOAF, RDFS, SCHEMA, SKOS

LABEL_PROPERTIES = (
    RDFS + "label",
    SKOS + "prefLabel",
    DCT + "title",
    FOAF + "name",
    SCHEMA + "name",
    "http://purl.org/dc/elements/1.1/title",
)
"""What counts as a label, the strongest first."""

OTHER_NAMES = (SKOS + "altLabel", SKOS + "hiddenLabel")
"""By what else a thing can be found (SKOS, 5): hidden labels are never shown."""


PLURAL = "http://purl.org/net/vocab/2004/03/label#plural"
"""What several things of a class are called (Ian Davis's vocabulary of labels, label:plural)."""


def choose_text(texts: Mapping[str, str], language: str, languages: Sequence[str]) -> str | None:
    """One text of several: in the language asked for, else the site's in their order, else untagged, else any.

    Tags are compared without regard to case (RFC 5646, 2.1.1). The order is the same wherever a label is shown, so that
    one thing has one name per language.
    """
    tags: list[str] | None = None
    for wanted in (language, *languages):
        if wanted in texts:
            return texts[wanted]
        tags = sorted(texts) if tags is None else tags
        found = find_language(wanted, tags)
        if found is not None:
            return texts[found]
    return texts.get("", texts[min(texts)] if texts else None)


def find_language(wanted: str, offered: Sequence[str]) -> str | None:
    """The language of those offered that a range names: `*` the first, else the one it is or begins with, else one
    that begins with it."""
    if wanted == "*":
        return offered[0] if offered else None
    by_tag = {language.lower(): language for language in reversed(offered)}
    tag = wanted.lower()
    while tag:
        if tag in by_tag:
            return by_tag[tag]
        tag = tag.rpartition("-")[0]
    return next((language for language in offered if language.lower().startswith(f"{wanted.lower()}-")), None)
