"""The words of the interface, per language, and the one rule by which a text in several languages is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ldpub.serve.catalogue_words import CATALOGUE_WORDS
from ldpub.serve.negotiate import find_language

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "about": "About this page",
        "added": "added",
        "after": "after",
        "all": "all",
        "answers": "answers",
        "ask": "Run the query",
        "before": "before",
        "browse": "Browse",
        "catalogue": "Catalogue",
        "changed": "changed",
        "changes": "Changes",
        "changes_help": "What each release added, changed and removed.",
        "classes": "Classes",
        "count": "Number",
        "data": "Data",
        "dumps": "Downloads",
        "event_stream": "Event stream (LDES)",
        "examples": "Examples",
        "feed": "Feed (Atom)",
        "first_rows": "Only the first {n} rows are shown; the downloads hold all of them.",
        "formats": "This page as data",
        "fragments": "Things described here",
        "gone": "This thing was withdrawn.",
        "home": "Home",
        "identifier": "Identifier",
        "further": "Further statements",
        "incoming": "What links here",
        "incoming_more": "{n} in all; every one is in the data formats.",
        "individuals": "Individuals",
        "inferred": "inferred",
        "inferred_help": "Marked values follow from others by rules.",
        "left_off": "{n} more are in the event stream.",
        "licence": "Licence",
        "next": "Next",
        "no_changes": "Nothing was published yet.",
        "no_rows": "No answers.",
        "ontology": "Ontology",
        "other": "Other statements",
        "previous": "Previous",
        "problem": "This did not work",
        "properties": "Properties",
        "property": "Property",
        "publisher": "Publisher",
        "query": "Query",
        "query_limits": "A query may take {seconds} seconds.",
        "questions": "Questions",
        "release": "Release",
        "removed": "removed",
        "replaced_by": "It is replaced by",
        "report": "Validation report",
        "results_as": "These answers as",
        "skip": "Skip to content",
        "sources": "Sources",
        "sparql": "SPARQL",
        "stated_in": "Stated in the named graphs",
        "statements": "statements",
        "things": "things",
        "triples": "triples",
        "type": "Type",
        "of_which_inferred": "of them inferred",
        "version": "Version",
    },
    "de": {
        "about": "Über diese Seite",
        "added": "neu",
        "after": "nachher",
        "all": "alle",
        "answers": "Antworten",
        "ask": "Abfrage ausführen",
        "before": "vorher",
        "browse": "Durchsehen",
        "catalogue": "Katalog",
        "changed": "geändert",
        "changes": "Änderungen",
        "changes_help": "Was jede Ausgabe hinzugefügt, geändert und entfernt hat.",
        "classes": "Klassen",
        "count": "Anzahl",
        "data": "Daten",
        "dumps": "Downloads",
        "event_stream": "Ereignisstrom (LDES)",
        "examples": "Beispiele",
        "feed": "Feed (Atom)",
        "first_rows": "Nur die ersten {n} Zeilen sind gezeigt; die Downloads enthalten alle.",
        "formats": "Diese Seite als Daten",
        "fragments": "Hier beschriebene Dinge",
        "gone": "Dieses Ding wurde zurückgezogen.",
        "home": "Startseite",
        "identifier": "Kennung",
        "further": "Weitere Aussagen",
        "incoming": "Was hierher verweist",
        "incoming_more": "Insgesamt {n}; die Datenformate enthalten alle.",
        "individuals": "Individuen",
        "inferred": "abgeleitet",
        "inferred_help": "Markierte Werte folgen durch Regeln aus anderen.",
        "left_off": "{n} weitere stehen im Ereignisstrom.",
        "licence": "Lizenz",
        "next": "Weiter",
        "no_changes": "Es wurde noch nichts veröffentlicht.",
        "no_rows": "Keine Antworten.",
        "ontology": "Ontologie",
        "other": "Weitere Aussagen",
        "previous": "Zurück",
        "problem": "Das ging nicht",
        "properties": "Eigenschaften",
        "property": "Eigenschaft",
        "publisher": "Herausgeber",
        "query": "Abfrage",
        "query_limits": "Eine Abfrage darf {seconds} Sekunden dauern.",
        "questions": "Fragen",
        "release": "Ausgabe",
        "removed": "entfernt",
        "replaced_by": "Es ist ersetzt durch",
        "report": "Prüfbericht",
        "results_as": "Diese Antworten als",
        "skip": "Zum Inhalt",
        "sources": "Quellen",
        "sparql": "SPARQL",
        "stated_in": "Ausgesagt in den benannten Graphen",
        "statements": "Aussagen",
        "things": "Dinge",
        "triples": "Tripel",
        "type": "Art",
        "of_which_inferred": "davon abgeleitet",
        "version": "Version",
    },
}

NAMES = {"en": "English", "de": "Deutsch"}
"""What the languages call themselves, for the switch."""


def words(language: str) -> Mapping[str, str]:
    """The interface in a language; in English where it has not been translated."""
    tag = language.partition("-")[0]
    return {**WORDS.get(tag, WORDS["en"]), **CATALOGUE_WORDS.get(tag, CATALOGUE_WORDS["en"])}


def choose_text(texts: Mapping[str, str], language: str, languages: Sequence[str]) -> str | None:
    """One text of several: in the language asked for, else the site's in their order, else untagged, else any.

    Tags are compared without regard to case (RFC 5646, 2.1.1). The order is the same wherever a label is shown, so that
    one thing has one name per language.
    """
    tags = sorted(texts)
    for wanted in (language, *languages):
        found = find_language(wanted, tags)
        if found is not None:
            return texts[found]
    return texts.get("", texts[tags[0]] if tags else None)
