"""An ASGI application behind the site's own server, in a thread of the test's process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from uvicorn import Config, Server

from ldpub.serve.recalling import RecallingConnection


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Its URL, without a slash at the end, while it is served."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = Config(
            application,
            http=RecallingConnection,
            ws="none",
            lifespan="on",
            log_level="critical",
            server_header=False,
            proxy_headers=False,
        )
        server = Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server ended at once"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()
