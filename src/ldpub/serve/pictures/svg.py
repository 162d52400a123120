"""SVG 2 as text: elements, escaped (XML 1.0, 2.2 and 2.4), and the document around a picture with its one style."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from unicodedata import combining, east_asian_width

SIZE = 13
"""The size of the letters, in pixels."""

LINE = 18
"""The height of a line of text, in pixels."""

KINDS = 6
"""How many kinds have a colour and a shape of their own; the next begin again."""

_LIGHT = {
    "ink": "#1b1f24",
    "quiet": "#57606a",
    "paper": "#ffffff",
    "line": "#d5dae0",
    "sea": "#eef3f8",
    "land": "#d3dbe2",
    "k0": "#0b5394",
    "k1": "#a2440a",
    "k2": "#1e6b3a",
    "k3": "#6b3fa0",
    "k4": "#0a6570",
    "k5": "#a61b47",
}
_DARK = {
    "ink": "#e8eaed",
    "quiet": "#a3adb8",
    "paper": "#15181c",
    "line": "#363c44",
    "sea": "#1a2027",
    "land": "#343d47",
    "k0": "#8ab8f0",
    "k1": "#f0a868",
    "k2": "#7fce9b",
    "k3": "#c3a5f0",
    "k4": "#6fd0d8",
    "k5": "#f39ab0",
}
COLOURS = (_LIGHT, _DARK)
"""The colours by name, in the light and in the dark scheme."""


def _rules() -> str:
    light, dark = (";".join(f"--{name}:{value}" for name, value in scheme.items()) for scheme in COLOURS)
    kinds = "".join(
        f".k{n} .mark,.mark.k{n},.head.k{n}{{fill:var(--k{n})}}.k{n} .edge,.edge.k{n}{{stroke:var(--k{n})}}"
        for n in range(KINDS)
    )
    return (
        f"svg{{{light}}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}"
        f"text{{font:{SIZE}px Arial,Helvetica,'Liberation Sans',sans-serif;fill:var(--ink)}}"
        ".paper{fill:var(--paper)}.sea{fill:var(--sea)}.land{fill:var(--land);stroke:var(--land);stroke-width:4}"
        ".grid{fill:none;stroke:var(--line);stroke-width:.7}.quiet{fill:var(--quiet)}"
        ".halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}"
        ".edge{fill:none;stroke:var(--quiet);stroke-width:1.4}.thin{stroke-width:.8}.mark{fill:var(--ink)}"
        ".rim{stroke:var(--paper);stroke-width:1.2}.unsure{opacity:.4}.later{opacity:.75}"
        ".head,.strong{font-weight:bold}.end{text-anchor:end}.middle{text-anchor:middle}.inside{fill:var(--paper)}"
        ".box{fill:var(--sea);stroke:var(--quiet)}.faint{stroke-dasharray:3 3}" + kinds
    )


STYLE = _rules()
"""The style of every picture; nothing in it comes from the data."""

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""CSP 3: a picture may use its own style, known by its digest, and nothing else."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 300

Value = str | float


def clean(text: str) -> str:
    """Text on one line, without what XML cannot hold, and of bounded length."""
    line = " ".join(_NO_XML.sub("\ufffd", text[: 2 * _LONGEST]).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def number(value: float) -> str:
    """A length in pixels, to a tenth."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, content: str = "", **attributes: Value) -> str:
    """An element; `content` is SVG already, attributes are escaped; `_` in their names stands for `-`."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if not isinstance(value, str) else escape(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{pairs}>{content}</{name}>" if content else f"<{name}{pairs}/>"


def words(x: float, y: float, text: str, classes: str = "", quiet: str = "") -> str:
    """A line of text whose baseline begins, or by its class ends or has its middle, at a place; it may end quietly."""
    end = element("tspan", escape(clean(f"| {quiet}")[1:] if text else clean(quiet), quote=False), class_="quiet")
    return element("text", escape(clean(text), quote=False) + (end if quiet else "") or " ", x=x, y=y, class_=classes)


def told(text: str) -> str:
    """The title of an element: what a pointer over it shows (SVG 2, 5.8)."""
    return element("title", escape(clean(text), quote=False) or " ")


def group(content: Iterable[str], classes: str = "") -> str:
    """Several elements as one; nothing where there are none."""
    inside = "".join(content)
    return element("g", inside, class_=classes) if inside else ""


def mark(kind: int, x: float, y: float, radius: float) -> str:
    """The mark of a kind: each has a colour and a shape, so that who sees no colours can tell them apart."""
    r = radius
    corners = (
        (),
        ((-r, -r), (r, -r), (r, r), (-r, r)),
        ((0.0, -1.4 * r), (1.4 * r, 0.0), (0.0, 1.4 * r), (-1.4 * r, 0.0)),
        ((0.0, -1.3 * r), (1.3 * r, 0.9 * r), (-1.3 * r, 0.9 * r)),
        ((0.0, 1.3 * r), (1.3 * r, -0.9 * r), (-1.3 * r, -0.9 * r)),
        ((-r, -r / 2), (r, -r / 2), (r, r / 2), (-r, r / 2)),
    )[max(kind, 0) % KINDS]
    path = "M" + "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in corners) + "z"
    classes = f"mark rim {colour(kind)}".rstrip()
    return element("path", d=path, class_=classes) if corners else element("circle", cx=x, cy=y, r=r, class_=classes)


def colour(kind: int) -> str:
    """The class that gives a kind its colour; what is of no kind (-1) has the colour of the text."""
    return f"k{kind % KINDS}" if kind >= 0 else ""


@lru_cache(4096)
def width_of(text: str) -> float:
    """About how wide a line is, in pixels: by the widths of Arial's letters, rather too wide than too narrow."""
    return sum(map(_WIDTHS.__getitem__, text)) * SIZE * 0.00104


class _Widths(dict[str, int]):
    """Characters with their widths; of those that are not named by their kind."""

    def __missing__(self, sign: str) -> int:
        return 0 if combining(sign) else 1000 if east_asian_width(sign) in "WF" else 640


_WIDTHS = _Widths(
    {
        **dict.fromkeys("ijl'|", 230),
        **dict.fromkeys(" ,.:;!/\\ftI[]", 285),
        **dict.fromkeys("r()-`", 340),
        **dict.fromkeys("cksvxyzJ", 500),
        **dict.fromkeys("abdeghnopqu0123456789_–?#$", 556),
        **dict.fromkeys("ABEKPSVXY&", 667),
        **dict.fromkeys("CDHNRUwFTLZ", 722),
        **dict.fromkeys("GOQMm", 833),
        **dict.fromkeys("W@%…—", 1000),
    }
)


def folded(text: str, most: float, lines: int = 2) -> list[str]:
    """A text on at most so many lines of at most this width, in pixels, broken between words; the last may be cut."""
    rest = clean(text)
    found: list[str] = []
    while len(found) < lines - 1 and width_of(rest) > most:
        end = next(
            (at for at in range(len(rest), 0, -1) if rest[at - 1] == " " and width_of(rest[: at - 1]) <= most), 0
        )
        if not end:
            break
        found.append(rest[: end - 1])
        rest = rest[end:]
    return [*found, shortened(rest, most)]


def shortened(text: str, most: float) -> str:
    """A line cut so that it is at most so wide, in pixels, with an ellipsis where it was cut."""
    line = clean(text)
    if width_of(line) <= most:
        return line
    room = most - width_of("…")
    end = 0
    for end, sign in enumerate(line):  # noqa: B007 - where the loop ends is what is wanted
        room -= width_of(sign)
        if room < 0:
            break
    return line[:end].rstrip() + "…"


@dataclass(frozen=True)
class Key:
    """An entry of a legend: what it says, and the sign before it, so wide and drawn from its left end and middle on."""

    text: str
    draw: Callable[[float, float], str]
    width: float = 10


def kind_keys(kinds: Iterable[str]) -> list[Key]:
    """The entries of a legend that explain the marks of kinds."""
    return [Key(name, partial(_kind_sign, kind)) for kind, name in enumerate(kinds)]


def _kind_sign(kind: int, x: float, y: float) -> str:
    return mark(kind, x + 5, y, 4.5)


def _legend(keys: Sequence[Key], y: float, width: float) -> tuple[str, float]:
    """The signs with what they mean, from a height on, and the height at which they end."""
    parts = []
    x, y = 12.0, y + LINE - 4
    for key in keys:
        text = shortened(key.text, width - key.width - 30)
        taken = key.width + 6 + width_of(text)
        if x > 12 and x + taken > width - 12:
            x, y = 12.0, y + LINE + 2
        parts += [key.draw(x, y - 4.5), words(x + key.width + 6, y, text)]
        x += taken + 20
    return group(parts), y + 10


@dataclass(frozen=True)
class View:
    """What every view of a picture has: its name, what there is to see in words, and their language."""

    title: str
    description: str
    language: str


@dataclass(frozen=True)
class Sheet:
    """A picture before it is drawn: its size in pixels, what it shows, and how its body is drawn."""

    width: float
    height: float
    view: View
    body: Callable[[], Iterable[str]]

    def svg(self) -> str:
        """The picture."""
        return document(self.width, self.height, self.view, self.body())


def sheet(
    view: View,
    width: float,
    height: float,
    body: Callable[[], Iterable[str]],
    keys: Sequence[Key] = (),
    *,
    note: str = "",
) -> Sheet:
    """A picture of this height; below it its legend, if it has one, and a note on what is not to be seen in it."""
    lower, end = _legend(keys, height, width) if keys else ("", height)
    lines = folded(note, width - 24, 3) if note else []
    noted = group(words(12, end + LINE * (at + 1) - 4, line, "quiet") for at, line in enumerate(lines))
    end += LINE * len(lines) + 6 if lines else 0
    if end == height:
        return Sheet(width, height, view, body)
    ground = element("rect", x=0, y=height, width=width, height=end - height, class_="paper")
    return Sheet(width, end, view, lambda: (*body(), ground, lower, noted))


def document(width: float, height: float, view: View, body: Iterable[str]) -> str:
    """A picture on its own: named and described for those who cannot see it (SVG 2, 5.8; WAI-ARIA, `img`)."""
    head = (
        f'<title id="title">{escape(clean(view.title), quote=False)}</title>'
        f'<desc id="desc">{escape(clean(view.description), quote=False)}</desc><style>{STYLE}</style>'
    )
    w, h = number(width), number(height)
    tag = escape(view.language)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" '
        f'aria-labelledby="title desc" lang="{tag}" xml:lang="{tag}">{head}'
        f'<rect class="paper" width="{w}" height="{h}"/>{"".join(body)}</svg>\n'
    )
