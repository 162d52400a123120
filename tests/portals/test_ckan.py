"""The feed in a real portal's parser: ckanext-dcat 2.4.4 on CKAN 2.11.6, in an environment of their own from PyPI.

The environment is made once, in $XDG_CACHE_HOME or ~/.cache; with an empty cache that takes about a minute.
Leave these out with `-m "not ckan"`.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from conftest import Serve, build_project
from ldpub.namespaces import DCAT
from ldpub.release import CATALOGUE, open_release
from small import PREFIXES, write

pytestmark = pytest.mark.ckan

CKAN, EXTENSION = "ckan==2.11.6", "ckanext-dcat==2.4.4"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ldpub"
SCRIPT = Path(__file__).parent / "import_feed.py"
REQUIRED = """\
import importlib.metadata, re
for line in importlib.metadata.requires("ckan"):
    name, _, marker = line.partition(";")
    if "requirements" in marker and not re.match("mypy|sqlalchemy2-stubs|watchdog", name):
        print(name.replace("psycopg2==", "psycopg2-binary==").replace("[mypy]", "").replace("[watchdog]", ""))
"""
"""What CKAN needs to run; its database driver as the wheel of the same version, so that no compiler is needed."""


@pytest.fixture(scope="session")
def ckan() -> Path:
    """The Python of an environment with CKAN and its DCAT extension; made by one process, the others wait."""
    folder = CACHE / f"{CKAN}-{EXTENSION}-py{sys.version_info.major}.{sys.version_info.minor}".replace("==", "-")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            python = folder / "bin/python"
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*install, CKAN, EXTENSION], check=True)
            needed = subprocess.run([str(python), "-c", REQUIRED], check=True, capture_output=True, text=True)
            subprocess.run([*install, *needed.stdout.split()], check=True)
            (folder / "complete").touch()
    return folder / "bin/python"


def imported(ckan: Path, url: str, base: str, site: str) -> list[dict[str, Any]]:
    """What the portal imports, in an order that says nothing of the feed's."""
    run = subprocess.run([ckan, SCRIPT, url, base, site], capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    found: list[dict[str, Any]] = ordered(json.loads(run.stdout))
    return found


def ordered(value: Any) -> Any:
    """The value with its lists sorted, those within strings of JSON too, as CKAN's extras hold them."""
    if isinstance(value, dict):
        return {key: ordered(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return sorted(map(ordered, value), key=lambda one: json.dumps(one, sort_keys=True))
    if isinstance(value, str) and value.startswith("["):
        return ordered(json.loads(value))
    return value


def test_every_distribution_arrives_alike_from_each_syntax(ckan: Path, site: str, shipped_release: Path) -> None:
    base = open_release(shipped_release).manifest.base
    by_syntax = {
        suffix: imported(ckan, f"{site}/catalog{suffix}", base, f"{site}/")
        for suffix in (".ttl", ".rdf", ".jsonld", "")
    }
    (dataset,) = by_syntax[".ttl"]
    assert by_syntax[".rdf"] == by_syntax[".jsonld"] == by_syntax[""] == by_syntax[".ttl"]
    feed = list(parse(path=str(shipped_release / CATALOGUE), format=RdfFormat.TURTLE))
    offered = {quad.subject.value for quad in feed if quad.object.value == DCAT + "Distribution"}
    assert {resource["uri"] for resource in dataset["resources"]} == offered
    assert len(offered) == 12
    for resource in dataset["resources"]:
        assert resource["license"].startswith("http://dcat-ap.de/def/licenses/")
        assert resource["format"].startswith("http://publications.europa.eu/")
        assert resource["url"]
        if not resource["uri"].endswith("/sparql"):
            assert len(resource["hash"]) == 64
            assert int(resource["size"]) > 0
    extras = {extra["key"]: extra["value"] for extra in dataset["extras"]}
    assert extras["provenance"].startswith(base), "a label took the place of the IRI"
    assert extras["uri"] == f"{base}dataset/city-diplomacy"


def test_a_paged_catalogue_arrives_whole(ckan: Path, serve: Serve, tmp_path: Path) -> None:
    numbers = range(5)
    files = {f"data/{n}.ttl": f"{PREFIXES}e:t{n} a e:A ; rdfs:label 'Thing {n}'@en ." for n in numbers}
    parts = "".join(
        f'[[catalogue.products]]\nslug = "part-{n}"\ntitle = {{ en = "Part {n}" }}\n'
        f'description = {{ en = "One part" }}\ngraphs = ["data/{n}"]\n'
        for n in numbers
    )
    project = write(tmp_path, files, f"[catalogue]\npage_size = 2\n{parts}")
    site = serve(build_project(project))
    base = "https://example.org/set/"
    for suffix in (".ttl", ".rdf", ".jsonld", ""):
        found = imported(ckan, f"{site}/catalog{suffix}", base, f"{site}/")
        titles = sorted(dataset["title"] for dataset in found)
        assert titles == ["Part 0", "Part 1", "Part 2", "Part 3", "Part 4", "Small set"]
        assert {len(dataset["resources"]) for dataset in found} == {11, 12}
