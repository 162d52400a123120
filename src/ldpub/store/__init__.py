"""The store: answers SPARQL."""
