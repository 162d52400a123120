"""Content codings undone, by other means than they are done with."""

from __future__ import annotations

import gzip

import brotli
import zstandard


def decode(body: bytes, coding: str | None) -> bytes:
    """The body without its coding; raises where it is not whole."""
    match coding:
        case "gzip":
            return gzip.decompress(body)
        case "br":
            return bytes(brotli.decompress(body))
        case "zstd":
            unpacker = zstandard.ZstdDecompressor().decompressobj()
            content = unpacker.decompress(body)
            if not unpacker.eof:
                raise ValueError("the zstd frame is not whole")
            return content
    return body
