"""The small parts: frames, spool, sandbox, and what the writers may write."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.parsers.expat

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ldpub.errors import UnwritableError
from ldpub.formats import RDF_XML, RESULTS_XML
from ldpub.store import Query, frames
from ldpub.store.embedded import EmbeddedStore
from ldpub.store.spool import Spool

FRAMES = st.lists(st.tuples(st.sampled_from([frames.BYTES, frames.END]), st.binary(max_size=50)), max_size=10)


@given(FRAMES, st.lists(st.integers(1, 40), min_size=1, max_size=50))
def test_frames_come_out_as_they_went_in_however_the_pipe_cuts_them(
    sent: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    content = b"".join(frames.frame(*frame) for frame in sent)
    unframer, received, at = frames.Unframer(), [], 0
    while at < len(content):
        size = cuts[at % len(cuts)]
        received += unframer.feed(content[at : at + size])
        at += size
    assert received == sent


def test_frames_through_a_pipe() -> None:
    reading, writing = os.pipe()
    frames.write_all(writing, frames.frame(frames.BYTES, b"x" * 30_000) + frames.frame(frames.END)[:3])
    os.close(writing)
    assert frames.read_frame(reading) == (frames.BYTES, b"x" * 30_000)
    assert frames.read_frame(reading) is None
    os.close(reading)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3_000_000), st.booleans()), max_size=8))
def test_a_spool_gives_what_it_got(steps: list[tuple[int, bool]]) -> None:
    spool, put, taken = Spool(), bytearray(), bytearray()
    for number, (size, take) in enumerate(steps):
        piece = bytes([number]) * size
        spool.put(piece)
        put += piece
        if take:
            taken += spool.take()
    while piece := spool.take():
        taken += piece
    assert taken == put
    assert spool.on_disk == 0
    spool.close()


def test_a_closed_spool_holds_nothing() -> None:
    spool = Spool()
    for _ in range(3):
        spool.put(b"x" * 3_000_000)
    assert spool.on_disk > 0
    spool.close()
    assert (spool.on_disk, spool.take()) == (0, b"")


SANDBOXED = """
import os, socket, subprocess, sys, threading
from ldpub.store import sandbox
assert sandbox.forbid_network()
refused = []
def attempt(name, call):
    try:
        call()
    except PermissionError:
        refused.append(name)
attempt("inet", lambda: socket.socket(socket.AF_INET))
attempt("inet6", lambda: socket.socket(socket.AF_INET6))
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("program", lambda: os.execv("/bin/true", ["true"]))
thread = threading.Thread(target=attempt, args=("thread", lambda: socket.socket()))
thread.start(); thread.join()
assert sandbox.bound_memory(64 << 20)
try:
    bytearray(128 << 20)
except MemoryError:
    refused.append("memory")
open("/dev/null").close()
print(*refused)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp is of Linux")
def test_the_sandbox_refuses_sockets_programs_and_memory() -> None:
    ran = subprocess.run([sys.executable, "-c", SANDBOXED], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert ran.stdout.split() == ["inet", "inet6", "unix", "program", "thread", "memory"]


ANY_IRI = st.text(min_size=1, max_size=12).map(lambda tail: "http://example.org/" + tail)


@settings(max_examples=300, deadline=None)
@given(ANY_IRI, st.text(max_size=10))
def test_rdf_xml_is_well_formed_and_says_the_same_or_is_refused(predicate: str, literal: str) -> None:
    engine = ox.Store()
    try:
        quad = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode(predicate), ox.Literal(literal))
    except ValueError:
        assume(False)
    engine.add(quad)
    store = EmbeddedStore(engine, prefixes={"ex": "http://example.org/"})
    try:
        body = store.query(Query("CONSTRUCT WHERE { ?s ?p ?o }", graph=RDF_XML)).read()
    except UnwritableError:
        return
    xml.parsers.expat.ParserCreate().Parse(body, True)
    (parsed,) = ox.parse(body, ox.RdfFormat.RDF_XML)
    assert parsed.predicate == quad.predicate
    assert isinstance(parsed.object, ox.Literal)
    assert parsed.object.value.replace("\r\n", "\n").replace("\r", "\n") == literal.replace("\r\n", "\n").replace(
        "\r", "\n"
    )


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=10), max_size=5), st.integers(0, 9000))
def test_xml_results_are_well_formed_or_refused(values: list[str], before: int) -> None:
    engine = ox.Store()
    for number, value in enumerate(["a" * before, *values]):
        engine.add(ox.Quad(ox.NamedNode(f"x:s{number}"), ox.NamedNode("x:p"), ox.Literal(value)))
    try:
        body = EmbeddedStore(engine).query(Query("SELECT * { ?s ?p ?o }", solutions=RESULTS_XML)).read()
    except UnwritableError:
        assert any(ord(c) < 32 or c in "\ufffe\uffff" for value in values for c in value)
        return
    xml.parsers.expat.ParserCreate().Parse(body, True)
