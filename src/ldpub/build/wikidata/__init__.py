"""Wikidata and the project, compared statement by statement; and what of Wikidata the release needs."""
