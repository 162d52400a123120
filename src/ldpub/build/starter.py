"""The four files of a new project: settings, a vocabulary, a thing, a shape."""

from __future__ import annotations

from pathlib import Path

from ldpub.errors import UsageError

_FILES = {
    "ldpub.toml": """\
[project]
title = { en = "My data", de = "Meine Daten" }
description = { en = "What is in my data.", de = "Was in meinen Daten steht." }
base = "https://example.org/my-data/"
license = "https://creativecommons.org/licenses/by/4.0/"
publisher = { name = "Who publishes it" }

[project.prefixes]
my = "https://example.org/my-data/ontology#"
""",
    "ontology/my-data.ttl": """\
@prefix my: <https://example.org/my-data/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://example.org/my-data/ontology> a owl:Ontology ;
  rdfs:label "My ontology"@en, "Meine Ontologie"@de .

my:Book a owl:Class ;
  rdfs:label "Book"@en, "Buch"@de .

my:isBasedOn a owl:ObjectProperty, owl:TransitiveProperty ;
  rdfs:label "is based on"@en, "beruht auf"@de ;
  rdfs:domain my:Book ;
  rdfs:range my:Book .
""",
    "data/books.ttl": """\
@prefix my: <https://example.org/my-data/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix book: <https://example.org/my-data/id/book/> .

book:odyssey a my:Book ;
  rdfs:label "Odyssey"@en, "Odyssee"@de .

book:aeneid
  rdfs:label "Aeneid"@en, "Aeneis"@de ;
  my:isBasedOn book:odyssey .
""",
    "shapes/book.ttl": """\
@prefix my: <https://example.org/my-data/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://example.org/my-data/id/shape/> .

shape:book a sh:NodeShape ;
  sh:targetClass my:Book ;
  sh:property shape:book-label .

shape:book-label a sh:PropertyShape ;
  sh:path rdfs:label ;
  sh:minCount 1 ;
  sh:uniqueLang true ;
  sh:message "A book needs one label per language."@en, "Ein Buch braucht eine Bezeichnung je Sprache."@de .
""",
}


def write_starter(folder: Path) -> list[str]:
    """Write the files into a folder and return their names.

    Raises UsageError where one of them is there already (nothing is overwritten) or the folder cannot be written.
    """
    try:
        present = [name for name in _FILES if (folder / name).exists()]
        if present:
            raise UsageError(f"{folder} already has {', '.join(present)}; choose another folder.")
        for name, content in _FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{error.filename or folder} cannot be written: {error.strerror or error}.") from error
    return list(_FILES)
