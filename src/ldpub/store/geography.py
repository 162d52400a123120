"""GeoSPARQL 1.1 (OGC 22-047r1): the functions over geometries that a query may call, by their IRIs.

This room is cheap to import; the geometry behind it is fetched by the first query that mentions the namespace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph as ox

from ldpub.errors import QueryMemoryError
from ldpub.store.tokens import resolve_codepoints

GEOF: Final = "http://www.opengis.net/def/function/geosparql/"
_HOST: Final = "www.opengis.net"  # whoever names a function of GEOF writes this, however prefixes cut the IRI

WORDS: Final = (_HOST, "\\")
"""One of these a query holds that calls a function of GEOF."""

RELATIONS: Final = {
    "sfContains": "contains",
    "sfCrosses": "crosses",
    "sfDisjoint": "disjoint",
    "sfEquals": "equals",
    "sfIntersects": "intersects",
    "sfOverlaps": "overlaps",
    "sfTouches": "touches",
    "sfWithin": "within",
}
"""The relations of the Simple Features family, with their names in OGC 06-103r4."""

OTHERS: Final = ("asWKT", "distance", "envelope", "getSRID", "metricDistance", "relate")
EXTENSION_FUNCTIONS: Final = tuple(GEOF + name for name in sorted((*RELATIONS, *OTHERS)))
"""The IRIs of the functions, for the service description (sd:extensionFunction)."""

Function = Callable[..., ox.Literal | None]
"""Terms in, a literal out; None is an error in evaluation (SPARQL 1.1, 17.3): BIND leaves its variable unbound."""


def functions(text: str) -> dict[ox.NamedNode, Function]:
    """The functions for one evaluation of a query; none where its text does not mention them.

    Raises QueryMemoryError if there is no memory for what computes them.
    """
    if _HOST not in text and ("\\" not in text or _HOST not in resolve_codepoints(text)):
        return {}
    try:
        from ldpub.store.geometry import Geometries  # noqa: PLC0415 - it takes a tenth of a second
    except (ImportError, MemoryError, OSError) as error:
        raise QueryMemoryError(f"The geographic functions cannot be loaded: {error}") from error
    by_name: Mapping[str, Function] = Geometries().functions()
    return {ox.NamedNode(GEOF + name): function for name, function in by_name.items()}
