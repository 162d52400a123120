"""HTML as the standard has it: its parsing algorithm finds no error (HTML, 13.2), html-validate none in the content.

html-validate is from npm, run once over all pages by the Node.js that comes with Playwright. SVG is well-formed XML.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import html5rdf
import playwright
import pytest

from browser.page_types import CASES, PageType
from npm import installed
from web import Web

PACKAGE = "html-validate@11.18.0"
RULES = {
    "doctype-style": "off",  # the standard takes either case
    "long-title": "off",  # a question is as long as it is
    "no-implicit-button-type": "off",  # all our buttons submit, as buttons do
    "valid-id": ["error", {"relaxed": True}],  # the standard refuses only white space
}
"""Where we see it otherwise than html-validate's recommendation, which begins with the standard's rules."""

HTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def webs(site: str, foreign_site: str) -> Iterator[Mapping[str, Web]]:
    """The sites by their names."""
    with Web(site) as shipped, Web(foreign_site) as foreign:
        yield {"site": shipped, "foreign_site": foreign}


def source(webs: Mapping[str, Web], kind: PageType, language: str) -> str:
    """The source of a page in a language."""
    reply = webs[kind.site].get(kind.target, kind.accept, Accept_Language=language)
    assert (reply.status, reply.media_type) == (kind.status, "text/html")
    return reply.text


@pytest.fixture(scope="module")
def validated(webs: Mapping[str, Web], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """What html-validate finds in each page, by its file's name."""
    folder = tmp_path_factory.mktemp("pages")
    for kind, language in CASES:
        (folder / _file(kind, language)).write_text(source(webs, kind, language), encoding="utf-8")
    return validate(folder)


def validate(folder: Path) -> Mapping[str, list[str]]:
    """What html-validate finds in the HTML files of a folder: by name, `line:column rule: message`."""
    script = installed(PACKAGE, "pages were not validated") / "bin/html-validate.mjs"
    driver = Path(playwright.__file__).parent / "driver"
    node = shutil.which("node", path=driver)
    assert node, f"Playwright's Node.js is not in {driver}"
    config = folder / "config.json"
    config.write_text(json.dumps({"root": True, "extends": ["html-validate:recommended"], "rules": RULES}))
    command = [node, str(script), "--config", str(config), "--formatter", "json", "--max-warnings", "0", "*.html"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = defaultdict(list)
    for file in json.loads(done.stdout):
        for one in file["messages"]:
            line = f"{one['line']}:{one['column']} {one['ruleId']}: {one['message']}"
            found[Path(file["filePath"]).name].append(line)
    return found


def parse_errors(text: str) -> list[str]:
    """The parse errors of a document, by the standard's algorithm."""
    parser = html5rdf.HTMLParser()
    parser.parse(text)
    return [f"{line}:{column} {code} {values}" for (line, column), code, values in parser.errors]


def pictures(text: str, target: str) -> set[str]:
    """The targets of the pictures of a page at `target`, but for those that only adorn it."""
    document = html5rdf.parse(text)
    wide = [one.get("src") for one in document.iter(f"{HTML}img") if one.get("alt") != ""]
    narrow = [one.get("srcset") for one in document.iter(f"{HTML}source")]
    return {urljoin(target, one) for one in wide + narrow if one}


def _file(kind: PageType, language: str) -> str:
    return f"{kind.name}-{language}.html"


each_page = pytest.mark.parametrize(
    ("kind", "language"), CASES, ids=[f"{kind.name}-{language}" for kind, language in CASES]
)


@each_page
def test_the_page_is_valid(validated: Mapping[str, list[str]], kind: PageType, language: str) -> None:
    assert validated.get(_file(kind, language), []) == []


@each_page
def test_the_page_is_parsed_without_error(webs: Mapping[str, Web], kind: PageType, language: str) -> None:
    assert parse_errors(source(webs, kind, language)) == []


@each_page
def test_the_pictures_of_the_page_are_well_formed(webs: Mapping[str, Web], kind: PageType, language: str) -> None:
    """And each says what it shows: it has a title (SVG 2, 5.7)."""
    for target in pictures(source(webs, kind, language), kind.target):
        reply = webs[kind.site].get(target, Accept_Language=language)
        assert (reply.status, reply.media_type) == (200, "image/svg+xml"), target
        root = ElementTree.fromstring(reply.body)
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title"), target


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    """The tests above could not fail if it were not."""
    text = (
        '<!doctype html><html lang="en"><title>x</title><p><a href="x">y<a href="z">u</a></p><ul><p>v</p></ul></html>'
    )
    (tmp_path / "wrong.html").write_text(text)
    assert any("element-permitted-content" in one for one in validate(tmp_path)["wrong.html"])
    assert any("unexpected-start-tag-implies-end-tag" in one for one in parse_errors(text))
