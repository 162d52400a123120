"""Content codings (RFC 9110, 8.4): gzip, br (RFC 7932) and zstd (RFC 8878), for whole bodies and for streams."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import zstandard

from ldpub.serve.negotiate import weighted

CODINGS = ("zstd", "br", "gzip")
"""What is offered, the cheapest for what it saves first."""

_WORTH = 1024
"""Bytes below which coding costs more than it saves."""

_LEVELS = {"gzip": 5, "br": 4, "zstd": 3}


def choose_coding(accept: str | None) -> str | None:
    """The coding that an Accept-Encoding field prefers of those offered, or None for identity."""
    wanted = dict(weighted(accept))
    every = wanted.get("*", 0.0)
    rated = [(wanted.get(name, every), -place, name) for place, name in enumerate(CODINGS)]
    quality, _, name = max(rated)
    return name if quality > 0 and quality >= wanted.get("identity", 0.0) else None


def encode(body: bytes, coding: str | None) -> tuple[bytes, str | None]:
    """The body in a coding, and which it is in: small bodies stay as they are."""
    if coding is None or len(body) < _WORTH:
        return body, None
    return b"".join(encode_stream((body,), coding)), coding


def encode_stream(chunks: Iterable[bytes], coding: str | None) -> Iterator[bytes]:
    """The chunks in a coding; what fails in the source fails here, and the coding is then not ended."""
    if coding is None:
        yield from chunks
        return
    compress, finish = _encoder(coding)
    for chunk in chunks:
        if packed := compress(chunk):
            yield packed
    yield finish()


def _encoder(coding: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    if coding == "gzip":
        packer = zlib.compressobj(_LEVELS[coding], wbits=31)
        return packer.compress, packer.flush
    if coding == "br":
        brotlier = brotli.Compressor(quality=_LEVELS[coding])
        return brotlier.process, brotlier.finish
    standard = zstandard.ZstdCompressor(level=_LEVELS[coding]).compressobj()
    return standard.compress, standard.flush
