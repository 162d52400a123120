"""Content codings (RFC 9110, 8.4): gzip, br (RFC 7932) and zstd (RFC 8878), for whole bodies and piece by piece."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard

from ldpub.serve.negotiate import weighted

CODINGS = ("zstd", "br", "gzip")
"""What is offered, the cheapest for what it saves first."""

_WORTH = 1024
"""Bytes below which coding costs more than it saves."""

_REMEMBERED = 200  # characters of a field whose meaning is kept
_LEVELS = {"gzip": 5, "br": 4, "zstd": 3}


def choose_coding(accept: str | None) -> str | None:
    """The coding that an Accept-Encoding field prefers of those offered, or None for identity."""
    return _chosen(accept) if len(accept or "") <= _REMEMBERED else _chosen.__wrapped__(accept)


@lru_cache(1024)
def _chosen(accept: str | None) -> str | None:
    wanted = dict(weighted(accept))
    every = wanted.get("*", 0.0)
    rated = [(wanted.get(name, every), -place, name) for place, name in enumerate(CODINGS)]
    quality, _, name = max(rated)
    return name if quality > 0 and quality >= wanted.get("identity", 0.0) else None


def encode(body: bytes, coding: str | None) -> tuple[bytes, str | None]:
    """The body in a coding, and which it is in: small bodies stay as they are."""
    if coding is None or len(body) < _WORTH:
        return body, None
    compress, finish = encoder(coding)
    return compress(body) + finish(), coding


def encoder(coding: str | None) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    """What codes one piece (perhaps to nothing yet), and what ends the coding."""
    if coding is None:
        return bytes, bytes
    if coding == "gzip":
        packer = zlib.compressobj(_LEVELS[coding], wbits=31)
        return packer.compress, packer.flush
    if coding == "br":
        brotlier = brotli.Compressor(quality=_LEVELS[coding])
        return brotlier.process, brotlier.finish
    standard = zstandard.ZstdCompressor(level=_LEVELS[coding]).compressobj()
    return standard.compress, standard.flush
