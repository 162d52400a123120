"""Contact and imprint: a page of its own, which does not lead back to the first one."""

from __future__ import annotations

import re

import pytest

from web import BROWSER, Web


@pytest.mark.parametrize(("language", "said"), [("en", "Contact and imprint"), ("de", "Kontakt und Impressum")])
def test_every_page_leads_to_the_imprint(site: str, language: str, said: str) -> None:
    with Web(site) as web:
        footer = web.get(f"/doc/city/hannover?lang={language}", BROWSER).text.partition("<footer>")[2]
        assert f'<a href="../../imprint?lang={language}">{said}</a>' in footer
        assert 'rel="external"' not in footer  # the publisher is at home here
        page = web.get(f"/imprint?lang={language}", BROWSER)
        assert page.status == 200
        main = page.text.partition("<main")[2].partition("</main>")[0]
        assert f"<h1>{said}</h1>" in main
        assert "City Diplomacy contributors" in main
        assert "Deutsch" in main
        assert not re.search(r'href="(\./|\.\./)?(\?[^"]*)?"', main)


def test_what_the_project_says_is_there_and_reached(library: Web) -> None:
    main = library.get("/imprint", BROWSER).text.partition("<main")[2]
    assert 'href="mailto:desk@library.example.org"' in main
