"""The documentation of an ontology and its shapes (OWL 2, SHACL), in words, from what a release says of them."""
