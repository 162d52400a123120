"""One request and the answers to it (RFC 9110): validators, conditional requests, caching and the fixed headers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from flask import Request, Response

from ldpub import __version__
from ldpub.formats import HTML, Format
from ldpub.serve.coding import choose_coding, encode
from ldpub.serve.language import Words, words
from ldpub.serve.negotiate import choose_language
from ldpub.serve.problems import Problem
from ldpub.serve.snapshot import Snapshot

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
FIXED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
PAGE_HEADERS = {"Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()"}
"""What pages say besides."""

REVALIDATE = "public, max-age=60, stale-while-revalidate=600"
IMMUTABLE = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Exchange:
    """A request together with the release that answers it."""

    request: Request
    snapshot: Snapshot

    @cached_property
    def path(self) -> str:
        """The path as an IRI's (percent-encoded, without the leading slash).

        WSGI hands the path on decoded, so what was `%2F` is a slash here; nothing in the IRI policy needs it apart.
        """
        return quote(self.request.path.removeprefix("/"), safe="/:@!$&'()*+,;=-._~")

    @cached_property
    def language(self) -> str:
        """The language of the page: `?lang=`, else Accept-Language, else the project's first."""
        accept = self.request.headers.get("Accept-Language")
        return choose_language(self.request.args.get("lang"), accept, self.snapshot.manifest.languages)

    @cached_property
    def kept_language(self) -> str:
        """What links within the site carry on: `?lang=` with the language that the URL asked for, or nothing."""
        asked = self.request.args.get("lang")
        return f"?lang={self.language}" if asked and asked.lower() == self.language.lower() else ""

    @property
    def page(self) -> int:
        """The page of a long list, `?page=`, from 1; raises Problem where it is none."""
        asked = self.request.args.get("page", "1")
        if not re.fullmatch("[1-9][0-9]{0,8}", asked):
            raise Problem(400, f"`page` is a whole number from 1, not {asked[:50]}.")
        return int(asked)

    @property
    def words(self) -> Words:
        """The interface in that language."""
        return words(self.language)

    def etag(self, *variant: str) -> str:
        """The strong validator of a representation: release, software, and what tells it from its siblings."""
        manifest = self.snapshot.manifest
        text = "\0".join((manifest.digest, manifest.inputs, __version__, *variant))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def coding(self) -> str | None:
        """The content coding that the client prefers, or None for none."""
        return choose_coding(self.request.headers.get("Accept-Encoding"))

    def unchanged(self, etag: str) -> bool:
        """Whether a GET or HEAD says that the client already has the representation (RFC 9110, 13.1.2)."""
        return self.request.method != "POST" and self.request.if_none_match.contains_weak(self._coded(etag))

    def _coded(self, etag: str) -> str:
        """The validator of a representation in the coding that the client prefers: strong ones differ by coding."""
        return f"{etag}-{self.coding}" if self.coding else etag

    def not_modified(self, etag: str, headers: dict[str, str]) -> Response:
        """304 with the headers that the 200 would have had (RFC 9110, 15.4.5)."""
        response = Response(status=304, headers=_with_coding_in_vary(headers))
        response.set_etag(self._coded(etag))
        return response

    def page_response(self, page: str | bytes) -> Response:
        """200 with a page that stands on its own, or 304; its validator is its content's."""
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": REVALIDATE, "Content-Language": self.language}
        body = page.encode() if isinstance(page, str) else page
        etag = hashlib.sha256(body).hexdigest()[:32]
        if self.unchanged(etag):
            return self.not_modified(etag, headers)
        return self.representation(body, HTML, etag, headers)

    def representation(self, body: bytes, form: Format, etag: str, headers: dict[str, str]) -> Response:
        """200 with a body in a format."""
        return self.coded(encode(body, self.coding), form, etag, headers)

    def coded(self, content: tuple[bytes, str | None], form: Format, etag: str, headers: dict[str, str]) -> Response:
        """200 with a body that is in a content coding already."""
        body, coding = content
        response = Response(body, headers={**_with_coding_in_vary(headers), "Content-Type": form.content_type})
        if coding:
            response.headers["Content-Encoding"] = coding
        response.set_etag(self._coded(etag))
        return response


def _with_coding_in_vary(headers: dict[str, str]) -> dict[str, str]:
    vary = headers.get("Vary", "")
    return headers if "Accept-Encoding" in vary else {**headers, "Vary": f"{vary}, Accept-Encoding".lstrip(", ")}


def redirect(status: int, location: str, vary: str | None = None) -> Response:
    """A redirection to a path of this site, whatever its host."""
    headers = {"Location": location, "Cache-Control": REVALIDATE}
    if vary:
        headers["Vary"] = vary
    return Response(status=status, headers=headers)
