"""The words of the interface, per language: gettext catalogues, and what Unicode CLDR knows of languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, get_decimal_symbol, get_minus_sign_symbol
from babel.units import format_unit

from ldpub.labels import choose_text, find_language

__all__ = ["TRANSLATED", "Words", "choose_text", "language_name", "words"]

_CATALOGUES = files("ldpub.serve") / "locale"
_FALLBACK = "en"
_KILO = 1000
_DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(\d\d)")

TRANSLATED = tuple(sorted(file.name.removesuffix(".po") for file in _CATALOGUES.iterdir() if file.name.endswith(".po")))
"""The languages that have a catalogue."""


class Words(dict[str, str]):
    """The words of one language by their keys; English where its catalogue lacks one."""

    def __init__(self, tag: str) -> None:
        """Read the catalogue of `tag`, one of TRANSLATED."""
        super().__init__(words(_FALLBACK) if tag != _FALLBACK else {})
        with (_CATALOGUES / f"{tag}.po").open("rb") as file:
            catalogue = read_po(file, locale=tag.replace("-", "_"), abort_invalid=True)
        self.update((str(m.id), str(m.string)) for m in catalogue if m.id and m.string and not m.pluralizable)
        self.tag = tag
        self._locale = Locale.parse(tag, sep="-")
        self._plurals = GNUTranslations(_compiled(catalogue))
        if tag != _FALLBACK:
            self._plurals.add_fallback(words(_FALLBACK)._plurals)

    def counted(self, key: str, n: int) -> str:
        """A text about `n` things, in the form that the language has for that number."""
        return self._plurals.ngettext(key, key, n).format(n=self.number(n))

    def date(self, timestamp: str) -> str:
        """The day of an xsd:date or xsd:dateTime; anything else as it stands."""
        match = _DAY.match(timestamp)
        if match is None:
            return timestamp
        year, month, day = map(int, match.groups())
        return self["day"].format(day=day, month=self.month(month), year=year)

    def month(self, number: int) -> str:
        """The name of a month, 1 to 12, as it stands within a date."""
        return str(self._locale.months["format"]["wide"][number])

    def number(self, value: float | Decimal) -> str:
        """A number with its digits in groups, and three decimal places at most."""
        return _number(value, self._locale)

    def money(self, amount: Decimal, code: str) -> str:
        """An amount in a currency (ISO 4217); without places where it is whole."""
        pattern = str(self._locale.currency_formats["standard"].pattern)
        is_whole = amount == amount.to_integral_value()
        form = pattern.replace(".00", "") if is_whole else pattern
        return str(format_currency(amount, code, form, self._locale, False, decimal_quantization=is_whole))

    def listed(self, texts: Sequence[str]) -> str:
        """Texts as a list within a sentence: `a, b and c`."""
        return str(format_list(texts, style="standard", locale=self._locale)) if texts else ""

    def in_bytes(self, count: int) -> str:
        """So many bytes in the unit that leaves few digits: `85.5 kB`; a kilobyte has 1,000 (SI)."""
        amount, unit = float(count), "B"
        for larger in ("kB", "MB", "GB", "TB"):
            if amount < _KILO:
                break
            amount, unit = amount / _KILO, larger
        return f"{format_decimal(round(amount, 1), locale=self._locale)}\N{NO-BREAK SPACE}{unit}"

    def degrees(self, value: float) -> str:
        """An angle, to five decimal places: on Earth about a metre."""
        digits = f"{abs(value):.5f}".rstrip("0").rstrip(".").replace(".", self.decimal_mark)
        return f"{self._minus}{digits}" if value < 0 and digits != "0" else digits

    @cached_property
    def decimal_mark(self) -> str:
        """What stands before the decimal places."""
        return str(get_decimal_symbol(self._locale))

    @cached_property
    def _minus(self) -> str:
        return str(get_minus_sign_symbol(self._locale))

    def measured(self, amount: str, unit: str) -> str:
        """An amount of time, such as 3 in `month`."""
        return str(format_unit(Decimal(amount), f"duration-{unit}", locale=self._locale))


@lru_cache(4096)
def _number(value: float | Decimal, locale: Locale) -> str:
    """Kept, because CLDR's pattern takes longer than all else that is said about most things that are counted."""
    return str(format_decimal(value, locale=locale))


def _compiled(catalogue: Catalog) -> BytesIO:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return BytesIO(compiled.getvalue())


@cache
def _words(tag: str) -> Words:
    return Words(tag)


def words(language: str) -> Words:
    """The interface in a language; in English where it has not been translated."""
    return _words(find_language(language, TRANSLATED) or _FALLBACK)


@cache
def language_name(tag: str) -> str:
    """What a language calls itself, for the switch; its tag where CLDR does not know it."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag
