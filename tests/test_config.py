"""Settings: each is documented and checked; what is wrong is told with its line, all of it at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from ldpub.config import REQUIRED, SETTINGS, Config, check_config, read_config
from ldpub.errors import Fault, SourceError, UsageError

GOOD = {"project": {"title": "A set", "base": "https://example.org/set/"}}
REQUIRED_ONES = '[project]\ntitle = "A set"\nbase = "https://example.org/set/"\n'


def faults(text: str, tmp_path: Path) -> list[Fault]:
    """What reading this text tells."""
    path = tmp_path / "ldpub.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as raised:
        read_config(path)
    return list(raised.value.faults)


def set_to(name: str, value: Any) -> dict[str, Any]:
    table, key = name.split(".")
    return {**GOOD, table: {**GOOD.get(table, {}), key: value}}


def test_only_title_and_base_are_required() -> None:
    config = check_config(GOOD)
    assert {s.name for s in SETTINGS if s.default is REQUIRED} == {"project.title", "project.base"}
    for setting in SETTINGS:
        if setting.default is not REQUIRED:
            assert config[setting.name] == setting.default
    assert (config.base, config.languages, config.text("project.title")) == (
        GOOD["project"]["base"],
        ("en", "de"),
        {"": "A set"},
    )


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_each_setting_is_documented_and_checked(setting: Any) -> None:
    assert setting.help.endswith(".")
    assert setting.help[0].isupper()
    if setting.default not in (REQUIRED, {}):
        assert setting.check(setting.default) is None
    for wrong in (None, True, -1, [1], [[]], {"a": 1}, {"a": [1]}, object()):
        if setting.check(wrong) is not None:
            break
    else:
        pytest.fail("nothing is wrong for it")
    text = REQUIRED_ONES if not setting.name.startswith("project.") else ""
    table, key = setting.name.split(".")
    with pytest.raises(SourceError) as raised:
        check_config(set_to(setting.name, wrong), f"{text}[{table}]\n  {key} = ...\n")
    (fault,) = raised.value.faults
    assert fault.message.startswith(f"{setting.name}: it must be")
    assert fault.line == text.count("\n") + 2
    assert fault.excerpt == f"  {key} = ..."
    assert fault.mend is not None
    assert fault.mend == setting.help or fault.mend.startswith(f"for example {key} = ")


PART = {"slug": "part", "title": "P", "description": {"en": "D"}, "graphs": ["data/*"]}
RIGHT: list[tuple[str, Any]] = [
    ("project.title", {"de": "Menge", "zh-Hant": "x"}),
    ("project.keywords", {"en": ["a", "b"]}),
    ("project.license", "https://creativecommons.org/licenses/by/4.0/"),
    ("project.publisher", {"name": "N", "homepage": "https://example.org/", "email": "office@example.org"}),
    ("project.issued", "2024-02-29"),
    ("project.prefixes", {"": "https://example.org/ns#", "e-x.y": "urn:x:", "größe": "urn:y:"}),
    ("sources.data", ["**/*.ttl", "one.nq"]),
    ("build.validation_seconds", 0.5),
    ("serve.store", "https://example.org/sparql"),
    ("project.url", "https://host.example/"),
    ("project.contact", {"name": "N", "telephone": "+49-511-1234"}),
    ("catalogue.spatial", [{"iri": "urn:x:y", "name": {"de": "Ort"}, "bbox": [-180, -90.0, 180, 90]}]),
    ("catalogue.temporal", {"start": "1947-01-01"}),
    (
        "catalogue.products",
        [PART, {**PART, "slug": "b-2", "keywords": {"en": ["x"]}, "temporal": {"end": "2026-01-31"}}],
    ),
    ("catalogue.targets", {"Some-Data": "https://example.org/"}),
    ("quality.profiles", ["dcat-ap"]),
    ("browse.summaries", [{"class": "e:A", "text": {"en": "{type}."}, "parts": {"a": {"path": "e:a", "many": "{n}"}}}]),
    ("browse.claims", {"evidence": ["urn:x:evidence"], "passage": ["urn:x:said"]}),
    ("quality.mqa", 394.5),
    ("quality.unlabelled", 0),
]
WRONG: list[tuple[str, Any]] = [
    ("project.title", {"not a tag": "x"}),
    ("project.title", {}),
    ("project.keywords", {"de_DE": ["x"]}),
    ("project.license", "CC BY 4.0"),
    ("project.base", "https://example.org/set"),
    ("project.base", "ftp://example.org/"),
    ("project.base", "https://example.org/a b/"),
    ("project.base", "https://example.org/%zz/"),
    ("project.base", "https://example.org/?x=/"),
    ("project.publisher", {"name": "N", "homepage": "not an iri"}),
    ("project.publisher", {"homepage": "https://example.org/"}),
    ("project.contact", {"name": "N", "email": "an address"}),
    ("project.issued", "2023-02-29"),
    ("project.issued", "20240229"),
    ("project.languages", []),
    ("project.languages", ["deutsch!"]),
    ("project.prefixes", {"a b": "urn:x:"}),
    ("project.prefixes", {"a.": "urn:x:"}),
    ("project.prefixes", {"a:": "urn:x:"}),
    ("project.examples", ["relative"]),
    ("sources.data", ["/etc/*.ttl"]),
    ("sources.data", ["../*.ttl"]),
    ("sources.data", [""]),
    ("sources.data", ["data/**.ttl"]),
    ("build.releases", ""),
    ("build.releases", "./"),
    ("build.validation_seconds", float("nan")),
    ("build.validation_seconds", float("inf")),
    ("serve.query_workers", 1.5),
    ("serve.query_workers", True),
    ("serve.store", "ftp://example.org/"),
    ("project.url", "https://host.example"),
    ("project.contact", {"name": "N", "telephone": "my number"}),
    ("project.publisher", {"name": "N", "type": "city"}),
    ("catalogue.spatial", [{"bbox": [0, 0, 0, 0]}]),
    ("catalogue.spatial", [{"iri": "Berlin"}]),
    ("catalogue.spatial", [{"iri": "urn:x:y", "wkt": "POINT(0 0)"}]),
    ("catalogue.spatial", [{"iri": "urn:x:y", "name": 1}]),
    ("catalogue.spatial", [{"iri": "urn:x:y", "bbox": [0, 0, 0]}]),
    ("catalogue.spatial", [{"iri": "urn:x:y", "bbox": [0, 10, 0, -10]}]),
    ("catalogue.spatial", [{"iri": "urn:x:y", "bbox": [0, 0, True, 0]}]),
    ("catalogue.temporal", {"from": "1947-01-01"}),
    ("catalogue.temporal", {"start": "1947"}),
    ("catalogue.products", [{"slug": "a"}]),
    ("catalogue.products", [{**PART, "slug": "Ä b"}]),
    ("catalogue.products", [{**PART, "colour": "red"}]),
    ("catalogue.products", [{**PART, "issued": "today"}]),
    ("catalogue.targets", {"a b": "https://example.org/"}),
    ("catalogue.targets", {"a": "example"}),
    ("quality.profiles", ["dcat"]),
    ("browse.summaries", [{"class": "e:A"}]),
    ("browse.summaries", [{"class": 1, "text": "x"}]),
    ("browse.summaries", [{"class": "e:A", "text": {"de_DE": "x"}}]),
    ("browse.summaries", [{"class": "e:A", "text": "x", "colour": "red"}]),
    ("browse.summaries", [{"class": "e:A", "text": "x", "parts": {"a": {"many": "{n}"}}}]),
    ("browse.summaries", [{"class": "e:A", "text": "x", "parts": {"a": {"path": "e:a", "many": 1}}}]),
    ("quality.mqa", 406),
    ("quality.unlabelled", -2),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_right_values(name: str, value: Any) -> None:
    assert check_config(set_to(name, value))[name] == value


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_values(name: str, value: Any) -> None:
    with pytest.raises(SourceError) as raised:
        check_config(set_to(name, value))
    (fault,) = raised.value.faults
    assert fault.message.startswith(f"{name}: ")


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    text = """\
titel = "x"
[project]
titel = "A set"  # near
base = "no"
keywords.en = "one"
[ build ] # here
"engine" = "fast"
[project.publisher]
nam = "N"
[nothing.like_it]
zzz = 1
"""
    told = {(fault.message.split(":")[0], fault.line) for fault in faults(text, tmp_path)}
    assert told == {
        ("there is no setting titel", 1),
        ("there is no setting project.titel", 3),
        ("the setting project.title is missing", None),
        ("project.base", 4),
        ("project.keywords", 5),
        ("build.engine", 7),
        ("project.publisher", 8),
        ("there is no setting nothing.like_it", 10),
    }


def test_a_name_that_is_near_is_offered(tmp_path: Path) -> None:
    (fault,) = faults(REQUIRED_ONES + "[build]\nreasonning = 'none'\n", tmp_path)
    assert fault.mend == "did you mean build.reasoning?"
    (fault,) = faults(REQUIRED_ONES + "[zzz]\nzzz = 1\n", tmp_path)
    assert "project.title, project.base" in (fault.mend or "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[project]\ntitle = x\n", "ldpub.toml:2:9"),
        ('[project]\ntitle = "x\n', "ldpub.toml:2:11"),
        ("[project\n", "ldpub.toml:1:9"),
        ("a", "ldpub.toml:1"),
        ("", "ldpub.toml"),
        ("a = " + "[" * 5000, "ldpub.toml"),
        ("a = " + "1" * 5000, "ldpub.toml"),
    ],
)
def test_toml_that_is_none(tmp_path: Path, text: str, place: str) -> None:
    found = faults(text, tmp_path)
    assert found[0].place == place
    assert "(at " not in found[0].message


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "ldpub.toml"
    path.write_text("\ufeff" + REQUIRED_ONES, encoding="utf-8")
    assert read_config(path).base == GOOD["project"]["base"]


def test_settings_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "ldpub.toml").mkdir()
    for path in (tmp_path / "none/ldpub.toml", tmp_path / "file/ldpub.toml"):
        with pytest.raises(UsageError, match="ldpub init"):
            read_config(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_config(tmp_path / "ldpub.toml")


def test_settings_that_are_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "ldpub.toml").write_bytes(b"# \xff")
    with pytest.raises(SourceError, match="UTF-8"):
        read_config(tmp_path / "ldpub.toml")


names = st.sampled_from([*(s.name for s in SETTINGS), "project.x", "x.y"])
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.dates(),
        st.sampled_from(["https://e/", "en"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(names, values, max_size=4), st.dictionaries(st.text(max_size=4), values, max_size=2))
def test_any_document_is_a_config_or_a_source_error(given_ones: dict[str, Any], tables: dict[str, Any]) -> None:
    document: dict[str, Any] = {**tables, "project": dict(GOOD["project"])}
    for name, value in given_ones.items():
        table, key = name.split(".")
        document.setdefault(table, {})
        if isinstance(document[table], dict):
            document[table][key] = value
    try:
        config = check_config(document, str(document))
    except SourceError as error:
        _is_told(error)
        return
    _is_usable(config)


def _is_told(error: SourceError) -> None:
    assert all(fault.message and fault.mend for fault in error.faults)
    assert str(error)


def _is_usable(config: Config) -> None:
    """What passed the check can be said in RDF: each of these raises ValueError where it cannot."""
    for name in ("project.title", "project.description"):
        for tag, text in config.text(name).items():
            Literal(text, language=tag or None)
    for iri in (
        config.base,
        *config["project.themes"],
        *config["project.examples"],
        *config["project.prefixes"].values(),
    ):
        NamedNode(iri)


@given(st.text(max_size=200))
def test_any_text_is_a_config_or_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SourceError):
        read_config(path)


def test_the_shipped_settings_are_right() -> None:
    path = Path(__file__).parent.parent / "ldpub.toml"
    assert read_config(path).base == tomllib.loads(path.read_text(encoding="utf-8"))["project"]["base"]


def test_the_place_of_a_setting_is_its_line_or_its_tables(tmp_path: Path) -> None:
    text = f"{REQUIRED_ONES}license = 'urn:x:y'\n\n[catalogue.temporal]\nstart = '1947-01-01'\n[[catalogue.products]]\n"
    text += "slug = 'a'\ntitle = 'A'\ndescription = 'A'\ngraphs = ['x']\n[quality]\n"
    path = tmp_path / "ldpub.toml"
    path.write_text(text)
    config = read_config(path)
    assert config.place("project.license") == (4, "license = 'urn:x:y'")
    assert config.place("project.publisher") == (1, "[project]")
    assert config.place("catalogue.temporal") == (6, "[catalogue.temporal]")
    assert config.place("catalogue.products") == (8, "[[catalogue.products]]")
    assert config.place("quality.mqa") == (13, "[quality]")
    assert config.place("catalogue.rights") == (None, None)


@pytest.mark.parametrize(
    ("settings", "line", "said"),
    [
        ('issued = "2026-02-01"\nmodified = "2026-01-31"\n', 5, "project.modified: it is before project.issued"),
        ('[catalogue]\ntemporal = { start = "2026-02-01", end = "2026-01-31" }\n', 5, "its end is before its start"),
    ],
)
def test_no_span_ends_before_it_begins(tmp_path: Path, settings: str, line: int, said: str) -> None:
    path = tmp_path / "ldpub.toml"
    path.write_text('[project]\ntitle = "T"\nbase = "https://example.org/set/"\n' + settings)
    with pytest.raises(SourceError) as raised:
        read_config(path)
    (fault,) = raised.value.faults
    assert said in fault.message
    assert fault.line == line
