"""The script of the query page is what its sources and the locked packages give; its colours can be read."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import ldpub.serve

SERVE = Path(ldpub.serve.__file__).parent
EDITOR = SERVE / "editor"
STATIC = SERVE / "static"
MADE = ("sparql.js", "sparql.LICENSES.txt")


def test_the_script_is_what_its_sources_give(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on this machine: the script of the editor was not bundled again")
    copy = tmp_path / "editor"
    shutil.copytree(EDITOR, copy, ignore=shutil.ignore_patterns("node_modules"))
    install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
    installed = subprocess.run(install, cwd=copy, capture_output=True, text=True, timeout=120, check=False)
    if installed.returncode and re.search("ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH", installed.stderr):
        pytest.skip("the npm registry cannot be reached: the script of the editor was not bundled again")
    assert installed.returncode == 0, installed.stderr
    target = tmp_path / "made"
    target.mkdir()
    subprocess.run([npm, "exec", "--", "tsc", "--noEmit"], cwd=copy, check=True, capture_output=True, timeout=120)
    subprocess.run(["node", "build.mjs", str(target)], cwd=copy, check=True, capture_output=True, timeout=120)
    for name in MADE:
        assert (target / name).read_bytes() == (STATIC / name).read_bytes(), f"{name} is not up to date: make editor"


def test_every_package_has_its_licence_beside_the_script() -> None:
    locked = json.loads((EDITOR / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    bundled = {name.removeprefix("node_modules/") for name, p in locked.items() if name and not p.get("dev")}
    texts = (STATIC / "sparql.LICENSES.txt").read_text(encoding="utf-8").split("-" * 72)
    named = {re.search(r"^(\S+) \S+ \((\S+)\)$", text, re.MULTILINE) for text in texts}
    assert {match[1] for match in named if match} <= bundled
    assert {match[2] for match in named if match} == {"MIT"}
    assert len(texts) >= 8
    assert all("Copyright" in text for text in texts)
    wanted = json.loads((EDITOR / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert set(wanted) <= {match[1] for match in named if match}


def colours() -> dict[str, tuple[str, str]]:
    """The colours of the page by name, in the light and in the dark scheme."""
    text = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("site.css", "sparql.css"))
    return {
        name: (light, dark)
        for name, light, dark in re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\)", text)
    }


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_what_is_highlighted_can_be_read(scheme: int) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11."""
    found = {name: pair[scheme] for name, pair in colours().items()}
    inks = [name for name in found if name.startswith("syntax-")] + ["ink", "fault"]
    assert len(inks) == 9
    for ink, ground in itertools.product(inks, ("tint", "paper", "fault-paper", "selection")):
        if (ink, ground) != ("fault", "selection"):
            assert contrast(found[ink], found[ground]) >= 4.5, (ink, ground)
    assert contrast(found["edge"], found["paper"]) >= 3
    assert contrast(found["edge"], found["tint"]) >= 3
    assert contrast(found["quiet"], found["tint"]) >= 4.5
