"""Files as answers (RFC 9110): validated by their digest, in one range of bytes where a client asks for it.

A file's time is that of a build and says nothing of its content: there is no Last-Modified.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import Request, Response, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

_ONE_RANGE = re.compile(r"bytes=\s*([0-9]+-[0-9]*|-[0-9]+)\s*", re.IGNORECASE)


def file_answer(request: Request, path: Path, content_type: str, digest: str) -> Response:
    """200 with a file, 206 with a part of it, 304; its strong validator is `digest`.

    Range is read of GET alone (RFC 9110, 14.2) and of one range of bytes; what else it says is passed over, and the
    file answered whole. Raises RequestedRangeNotSatisfiable where no byte of the file is in the range.
    """
    response = send_file(path, mimetype="application/octet-stream", conditional=False, etag=digest)
    del response.headers["Last-Modified"]
    response.headers["Content-Type"] = content_type
    asked = dict(request.environ)
    if request.method != "GET" or not _ONE_RANGE.fullmatch(asked.get("HTTP_RANGE", "")):
        asked.pop("HTTP_RANGE", None)
    try:
        response.make_conditional(asked, accept_ranges=True, complete_length=path.stat().st_size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response
