"""How fast documents are, run by hand: ready ones against nginx serving the same bytes as static files, and pages made.

`python tests/benchmarks/documents.py` builds the shipped project, starts ldpub, asks each type of page once, and prints
how long that took; then it asks both servers by turns with wrk, and prints ratios.

By then the server has asked itself for some pages, as it does after each start: home, the ontologies (the first four),
the shapes, the project's examples and the map, in each language. Of these `/ontology` and `/graph/shapes` are kept as
they are, of home the figure of the map; they are marked in the table. All other pages are made from the release, those
of examples a second time.
"""

from __future__ import annotations

import argparse
import http.client
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

FLOOR = 0.4
"""Of nginx's requests a second."""

CEILING = 0.030
"""Seconds for a page that was not made before."""

PREPARED_AFTER = 8.0
"""Seconds after the server's beginning in which it is done with what it prepares."""

_PREPARED = frozenset(("/", "/ontology", "/graph/shapes", "/picture/map", "/picture/classes"))

ROOT = Path(__file__).parents[2]
_BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@dataclass(frozen=True)
class Ready:
    """A document that was asked for before: its path, and the format asked for."""

    name: str
    path: str
    accept: str


def main() -> int:
    """Print both tables; 1 where a bound is missed, 2 where a program is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often both are asked")
    parser.add_argument("--seconds", type=int, default=3, help="how long each time")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--project", type=Path, default=ROOT, help="a project, by default the shipped one")
    options = parser.parse_args()
    programs = {name: shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin") for name in ("nginx", "wrk")}
    missing = [name for name, path in programs.items() if path is None]
    if missing:
        sys.stderr.write(f"{' and '.join(missing)} missing: install the Debian packages of that name.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="ldpub-documents-") as name:
        folder = Path(name)
        project = _project(options.project, folder / "project")
        quick = _pages_made(project)  # first, for the other takes both cores, and they are slower for a while after it
        reached = _against_nginx(project, folder, {k: str(v) for k, v in programs.items()}, options)
        return 0 if quick and reached else 1


def _against_nginx(project: Path, folder: Path, programs: Mapping[str, str], options: argparse.Namespace) -> bool:
    with _ldpub(project) as port:
        documents = _documents(project)
        bodies = {one.name: _body(port, one) for one in documents}
        with _nginx(folder, programs["nginx"], documents, bodies) as static:
            _say("| document | bytes | nginx /s | ldpub /s | ratio | floor |\n| --- | --- | --- | --- | --- | --- |")
            ratios = []
            for one in documents:
                path = f"http://127.0.0.1:{static}/{_file(one)}"
                rates: dict[str, list[float]] = {"nginx": [], "ldpub": []}
                for _ in range(options.rounds):
                    rates["nginx"].append(_rate(programs["wrk"], path, one, options))
                    rates["ldpub"].append(_rate(programs["wrk"], f"http://127.0.0.1:{port}{one.path}", one, options))
                nginx, ldpub = (statistics.median(found) for found in rates.values())
                ratios.append(ldpub / nginx)
                size = f"{len(bodies[one.name]):,}"
                _say(f"| {one.name} | {size} | {nginx:,.0f} | {ldpub:,.0f} | {ldpub / nginx:.2f} | {FLOOR} |")
    return min(ratios) >= FLOOR


def _documents(project: Path) -> list[Ready]:
    """What a release has ready: a thing as Turtle, its page, the home page, a dump."""
    dump = min((project / "releases/current/dumps").glob("*.nt.gz"), key=lambda path: path.name)
    release = (project / "releases/current").resolve().name
    thing = _a_thing(project)
    return [
        Ready("Turtle of a thing", f"{thing}.ttl", "text/turtle"),
        Ready("page of a thing", f"{thing}.html", _BROWSER),
        Ready("home page", "/", _BROWSER),
        Ready("dump", f"/release/{release}/dumps/{dump.name}", "*/*"),
    ]


def _a_thing(project: Path) -> str:
    """The document of the first example of the project."""
    settings = (project / "ldpub.toml").read_text(encoding="utf-8")
    base = re.search(r'^base = "([^"]+)"', settings, re.MULTILINE)
    first = re.search(r'examples = \[\s*"([^"]+)"', settings)
    assert base
    assert first, "the project names an example"
    return "/doc/" + first[1].removeprefix(base[1]).removeprefix("id/")


def _pages_made(project: Path) -> bool:
    """Each type of page as the first thing asked of a release: a server of its own for each round, the median told.

    Asked when the server is done with what it prepares.
    """
    paths = _pages(project)
    times: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(3):
        with _ldpub(project) as port:
            _body(port, Ready("", "/search?q=warm", _BROWSER))  # templates and catalogues are read once for all
            time.sleep(PREPARED_AFTER)
            for path in paths:
                began = time.perf_counter()
                _body(port, Ready("", path, _BROWSER))
                times[path].append(time.perf_counter() - began)
    _say("\n| page, not made before | ms | most |\n| --- | --- | --- |")
    slowest = sorted(((statistics.median(found), path) for path, found in times.items()), reverse=True)
    for seconds, path in slowest:
        told = f"{path[:70]} (prepared)" if path in _PREPARED else path[:70]
        _say(f"| {told} | {1000 * seconds:.1f} | {1000 * CEILING:.0f} |")
    return slowest[0][0] <= CEILING


def _pages(project: Path) -> list[str]:
    """One path of each type of page."""
    thing = _a_thing(project)
    prefixes = (project / "ldpub.toml").read_text(encoding="utf-8")
    classes = re.findall(r'"([^"]+ontology#[A-Z][A-Za-z]+)"', prefixes)[:1]
    lists = [f"/browse?class={quote(iri, safe='')}" for iri in classes]
    questions = sorted((project / "ontology/questions").glob("*.rq"))[:1]
    others = [
        "/",
        "/ontology",
        "/graph/shapes",
        "/catalog",
        "/dataset/" + _slug(project),
        "/changes",
        "/report",
        "/quality",
    ]
    others += [
        "/questions",
        "/search?q=a",
        "/sparql",
        "/releases",
        "/picture/map.html",
        "/picture/classes.html",
        "/nothing",
    ]
    others += ["/picture/map", "/picture/classes", *(f"/questions/{path.stem}" for path in questions), *lists]
    return [f"{thing}.html", f"{thing}.ttl", *others]


def _slug(project: Path) -> str:
    dumps = (project / "releases/current/dumps").glob("*.nt.gz")
    return min(path.name for path in dumps).removesuffix(".nt.gz")


def _project(source: Path, target: Path) -> Path:
    target.mkdir()
    for name in ("ontology", "data", "shapes"):
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
    shutil.copy(source / "ldpub.toml", target)
    subprocess.run([sys.executable, "-m", "ldpub.cli", "build", str(target)], check=True, stdout=subprocess.DEVNULL)
    return target


@contextmanager
def _ldpub(project: Path) -> Iterator[int]:
    """The port of a server of one process."""
    port = _free_port()
    command = [sys.executable, "-m", "ldpub.cli", "serve", str(project), "--port", str(port)]
    with _running([*command, "--workers", "1"], port):
        yield port


@contextmanager
def _nginx(folder: Path, program: str, documents: Sequence[Ready], bodies: Mapping[str, bytes]) -> Iterator[int]:
    """The port of nginx with one worker, serving the same bytes from files; they are asked for without coding."""
    root = folder / "static"
    root.mkdir()
    for one in documents:
        (root / _file(one)).write_bytes(bodies[one.name])
    port = _free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr error;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100;\n"
        f"  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};\n"
        f"  uwsgi_temp_path {folder}; scgi_temp_path {folder};\n"
        f"  server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n",
        encoding="utf-8",
    )
    folder.chmod(0o755)  # the worker runs as another user where the master runs as root
    with _running([program, "-c", str(configuration)], port):
        yield port


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    """A server while it is needed."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {server.returncode}")
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(20)


def _rate(wrk: str, url: str, one: Ready, options: argparse.Namespace) -> float:
    """Requests a second, all of which were answered with 2xx."""
    command = [wrk, "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "-H", f"Accept: {one.accept}", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s*([0-9.]+)", told)
    assert found, told
    assert "Non-2xx" not in told, told
    return float(found[1])


def _body(port: int, one: Ready) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", one.path, headers={"Accept": one.accept})
        return connection.getresponse().read()
    finally:
        connection.close()


def _file(one: Ready) -> str:
    return one.name.replace(" ", "-")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
