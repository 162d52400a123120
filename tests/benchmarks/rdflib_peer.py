"""rdflib-endpoint with oxrdflib as its store: `python rdflib_peer.py FILE PORT`, run by the peers' Python.

What its own command `rdflib-endpoint serve --store oxigraph` does, but for Oxigraph's parser instead of rdflib's, which
takes minutes for a million triples, and for no log of requests.
"""

from __future__ import annotations

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint  # type: ignore[import-not-found,unused-ignore]

if __name__ == "__main__":
    dataset = Dataset(store="Oxigraph", default_union=True)
    dataset.parse(sys.argv[1], format="ox-nt")
    uvicorn.run(SparqlEndpoint(graph=dataset), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
