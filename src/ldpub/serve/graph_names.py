"""What the named graphs of a release are called: one for each file of data, and one for each step of the build."""

from __future__ import annotations

from ldpub.serve.language import Words

_DATA = "data/"


def graph_name(graph: str, base: str, words: Words) -> str:
    """The name of a graph by its IRI; what follows `graph/` where the release has another's graphs."""
    name = graph.removeprefix(f"{base}graph/")
    if name.startswith(_DATA):
        return words["graph_of_file"].format(name=name.removeprefix(_DATA))
    return words.get(f"graph_named_{name}", name)
