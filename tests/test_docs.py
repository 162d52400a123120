"""The README tells the truth: every command, setting, route, format and status is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import ROOT, run_ldpub
from ldpub import formats
from ldpub.cli import cli
from ldpub.config import REQUIRED, SETTINGS, Setting
from ldpub.errors import QueryError

README = (ROOT / "README.md").read_text(encoding="utf-8")


def setting_row(setting: Setting) -> str:
    """The row of a setting in the README's table."""
    default = "required" if setting.default is REQUIRED else f"`{setting.default!r}`"
    return f"| `{setting.name}` | {default} | {setting.help} |"


def test_settings_are_those_of_the_table() -> None:
    block = README.split("<!-- settings -->\n")[1].split("<!-- /settings -->")[0]
    assert block == "".join(f"{setting_row(setting)}\n" for setting in SETTINGS)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_command_is_documented(name: str) -> None:
    assert f"`ldpub {name} " in README
    for option in cli.commands[name].params:
        for spelling in option.opts:
            if spelling.startswith("--"):
                assert spelling in README, f"{spelling} of {name}"
    assert run_ldpub(name, "--help").returncode == 0


def test_formats_are_documented() -> None:
    for form in (*formats.GRAPH_FORMATS, *formats.SOLUTION_FORMATS):
        assert form.label in README
        assert re.search(rf"\b{form.name}\b", README)
    for suffix in formats.SOURCE_FORMATS:
        assert suffix in README


def test_statuses_are_documented() -> None:
    pending: list[type[QueryError]] = [QueryError]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if kind is not QueryError:
            assert str(kind.status) in README


def test_routes_are_documented(tmp_path: Path) -> None:
    source = (ROOT / "src/ldpub/serve/app.py").read_text(encoding="utf-8")
    rules = [rule for rule in re.findall(r'\("(/[^"]*)", ', source) if rule != "/<path:path>"]
    assert len(rules) >= 7
    for rule in rules:
        assert f"`{rule.split('<')[0]}" in README, rule


def test_the_two_commands_are_those_of_the_makefile_and_of_ci() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\nserve:" in makefile
    assert "\ntest:" in makefile
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").rstrip().endswith("make test")


def test_changelog_has_the_version() -> None:
    from ldpub import __version__

    assert f"## {__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
