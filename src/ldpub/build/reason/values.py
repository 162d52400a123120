"""The datatype map (OWL 2 Structural Specification, section 4; XSD 1.1, part 2): which value a literal denotes.

A value is a pair (kind, canonical form): two literals denote the same value iff their pairs are equal, and values of
different kinds differ. The kinds are the disjoint value spaces: all of xsd:decimal and what derives from it is one.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import RDF, RDFS, XSD

Value = tuple[str, object]

_INTEGER_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}

_NAME_START = "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
_NAME_START += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_NAME_CHAR = _NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"

_STRING_PATTERNS = {
    "string": r"(?s:.*)",
    "normalizedString": r"[^\r\n\t]*",
    "token": r"(?:[^\r\n\t ]+(?: [^\r\n\t ]+)*)?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "Name": f"[:{_NAME_START}][:{_NAME_CHAR}]*",
    "NCName": f"[{_NAME_START}][{_NAME_CHAR}]*",
    "NMTOKEN": f"[:{_NAME_CHAR}]+",
}
_STRINGS = {name: re.compile(pattern) for name, pattern in _STRING_PATTERNS.items()}

_STRING, _LANG_STRING = NamedNode(XSD + "string"), NamedNode(RDF + "langString")

_ZONE = r"(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_TEMPORAL_PATTERNS = {
    "dateTime": f"({_YEAR}-{_MONTH}-{_DAY}T{_TIME}){_ZONE}",
    "date": f"({_YEAR}-{_MONTH}-{_DAY}){_ZONE}",
    "time": f"({_TIME}){_ZONE}",
    "gYear": f"({_YEAR}){_ZONE}",
    "gYearMonth": f"({_YEAR}-{_MONTH}){_ZONE}",
    "gMonth": f"(--{_MONTH}){_ZONE}",
    "gMonthDay": f"(--{_MONTH}-{_DAY}){_ZONE}",
    "gDay": f"(---{_DAY}){_ZONE}",
}
_TEMPORAL = {name: re.compile(pattern) for name, pattern in _TEMPORAL_PATTERNS.items()}

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_DOUBLE = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN")
_SPACES = re.compile(r"[ \t\r\n]+")

RL_DATATYPES = frozenset(
    {RDF + "PlainLiteral", RDF + "XMLLiteral", RDFS + "Literal"}
    | {XSD + name for name in (*_INTEGER_BOUNDS, *_STRING_PATTERNS)}
    | {XSD + name for name in ("decimal", "float", "double", "boolean", "hexBinary", "base64Binary")}
    | {XSD + name for name in ("anyURI", "dateTime", "dateTimeStamp")}
)
"""The datatypes of OWL 2 RL (OWL 2 Profiles, section 4.2.1)."""

KNOWN_DATATYPES = RL_DATATYPES | {XSD + name for name in _TEMPORAL} | {RDF + "langString"}
"""The datatypes whose value spaces are known here: those of OWL 2 RL, and the dates and years of XSD."""


def value(literal: Literal) -> Value | None:
    """The value of a literal, or None if its datatype is unknown or its lexical form is not one of the datatype."""
    if literal.language is not None:
        return "langString", (literal.value, literal.language.lower())
    datatype = literal.datatype.value
    if datatype == XSD + "string":
        return "string", literal.value
    reader = _READERS.get(datatype)
    return None if reader is None else reader(literal.value)


def is_plain(literal: Literal) -> bool:
    """Whether the literal is a string, or one with a lower-case language tag: written as no equal literal is."""
    datatype = literal.datatype
    if datatype == _LANG_STRING:
        return literal.language is not None and literal.language == literal.language.lower()
    return datatype == _STRING


def is_string(literal: Literal) -> bool:
    """Whether the literal's value is a string, with or without language, though it is not plain."""
    return literal.language is not None or literal.datatype.value.removeprefix(XSD) in _STRINGS


def ill_typed(literal: Literal) -> bool:
    """Whether the lexical form is outside the lexical space of its (known) datatype."""
    return literal.datatype.value in _READERS and value(literal) is None


def has_type(literal: Literal, datatype: str) -> bool | None:
    """Whether the literal's value is in the value space of a datatype; None if either is unknown."""
    if datatype not in KNOWN_DATATYPES:
        return None
    found = value(literal)
    if found is None:
        return False if ill_typed(literal) else None
    return datatype == RDFS + "Literal" or _in_space(found, datatype)


def _in_space(found: Value, datatype: str) -> bool:
    kind, canonical = found
    local = datatype.removeprefix(XSD).removeprefix(RDF)
    if local in _INTEGER_BOUNDS:
        return kind == "decimal" and isinstance(canonical, Decimal) and _is_integer(canonical, local)
    if local in _STRINGS:
        return kind == "string" and _STRINGS[local].fullmatch(str(canonical)) is not None
    if local == "PlainLiteral":
        return kind in {"string", "langString"}
    if local == "dateTimeStamp":
        return kind == "dateTime" and isinstance(canonical, tuple) and canonical[1] is not None
    return kind == local


def _is_integer(number: Decimal, datatype: str) -> bool:
    low, high = _INTEGER_BOUNDS[datatype]
    return number == int(number) and (low is None or number >= low) and (high is None or number <= high)


def _collapse(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _decimal(text: str) -> Value | None:
    text = _collapse(text)
    return ("decimal", Decimal(text)) if _DECIMAL.fullmatch(text) else None


def _integer(datatype: str, text: str) -> Value | None:
    text = _collapse(text)
    if not re.fullmatch(r"[+-]?\d+", text):
        return None
    number = Decimal(text)
    return ("decimal", number) if _is_integer(number, datatype) else None


def _floating(kind: str, text: str) -> Value | None:
    text = _collapse(text)
    if not _DOUBLE.fullmatch(text):
        return None
    number = float(text.replace("INF", "inf"))
    if math.isnan(number):
        return kind, "NaN"
    return kind, repr(_single(number) if kind == "float" else number)


def _single(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def _boolean(text: str) -> Value | None:
    known = {"true": True, "1": True, "false": False, "0": False}
    found = known.get(_collapse(text))
    return None if found is None else ("boolean", found)


def _string(datatype: str, text: str) -> Value | None:
    kept = {"string": text, "normalizedString": re.sub(r"[\t\r\n]", " ", text)}.get(datatype, _collapse(text))
    return ("string", kept) if _STRINGS[datatype].fullmatch(kept) else None


def _hex_binary(text: str) -> Value | None:
    try:
        return "hexBinary", bytes.fromhex(_collapse(text))
    except ValueError:
        return None


def _base64_binary(text: str) -> Value | None:
    try:
        return "base64Binary", base64.b64decode(_collapse(text).replace(" ", ""), validate=True)
    except binascii.Error:
        return None


def _temporal(kind: str, text: str) -> Value | None:
    match = _TEMPORAL[kind].fullmatch(_collapse(text))
    if match is None:
        return None
    moment, zone = match.groups()
    if "." in moment:
        moment = moment.rstrip("0").rstrip(".")
    return kind, (moment, "Z" if zone in {"+00:00", "-00:00"} else zone)


def _date_time_stamp(text: str) -> Value | None:
    found = _temporal("dateTime", text)
    return found if found is not None and has_zone(found) else None


def has_zone(found: Value) -> bool:
    """Whether a temporal value has a time zone offset."""
    return isinstance(found[1], tuple) and found[1][1] is not None


def _verbatim(kind: str, text: str) -> Value | None:
    return kind, text


_READERS: dict[str, Callable[[str], Value | None]] = {
    **{XSD + name: partial(_integer, name) for name in _INTEGER_BOUNDS},
    **{XSD + name: partial(_string, name) for name in _STRINGS},
    **{XSD + name: partial(_temporal, name) for name in _TEMPORAL},
    **{XSD + name: partial(_floating, name) for name in ("float", "double")},
    XSD + "decimal": _decimal,
    XSD + "boolean": _boolean,
    XSD + "hexBinary": _hex_binary,
    XSD + "base64Binary": _base64_binary,
    XSD + "anyURI": partial(_verbatim, "anyURI"),
    XSD + "dateTimeStamp": _date_time_stamp,
    RDF + "XMLLiteral": partial(_verbatim, "XMLLiteral"),
}
