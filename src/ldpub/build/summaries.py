"""What the pages of a class say of a thing in one sentence, as the settings have it: with classes and paths as IRIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ldpub.build.facets import read_path
from ldpub.sentences import parts_of

_TYPE = "type"


def configured_summaries(settings: Sequence[Mapping[str, Any]], prefixes: Mapping[str, str]) -> list[dict[str, Any]]:
    """The sentences by class, in the order of the settings; raises ValueError saying what is wrong with which."""
    return [_summary(setting, prefixes) for setting in settings]


def _summary(setting: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    name, parts = str(setting["class"]), setting.get("parts", {})
    try:
        kind = _class(name, prefixes)
        found = {part: _part(part, told, prefixes) for part, told in parts.items()}
        texts = _texts(setting["text"])
        for text in texts.values():
            if missing := parts_of(text) - {_TYPE, *parts}:
                raise ValueError(f"{min(missing)} is none of its parts ({', '.join((_TYPE, *parts))})")  # noqa: TRY301
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return {"class": kind, "text": texts, "parts": found}


def _class(name: str, prefixes: Mapping[str, str]) -> str:
    paths = read_path(name, prefixes)
    if len(paths) != 1 or len(paths[0]) != 1 or paths[0][0].is_inverse:
        raise ValueError("a class is one name, and no path")
    return paths[0][0].iri


def _part(name: str, part: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    try:
        paths = read_path(str(part["path"]), prefixes)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    one, many = _texts(part.get("one", {})), _texts(part.get("many", {}))
    for text in (*one.values(), *many.values()):
        try:
            text.format(n="", values="")
        except (LookupError, ValueError, AttributeError) as error:
            raise ValueError(f"{name}: {text!r} may hold {{n}} and {{values}}, and no other braces") from error
    return {
        "paths": [[[step.iri, step.is_inverse] for step in steps] for steps in paths],
        "one": one,
        "many": many,
    }


def _texts(told: str | Mapping[str, str]) -> dict[str, str]:
    return {"": told} if isinstance(told, str) else dict(told)
