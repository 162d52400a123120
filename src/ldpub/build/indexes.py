"""What search, reconciliation, lists, questions and the ontology's documentation read, made of a release's quads alone.

For a large release another process makes the longest, for Python runs in one thread at a time. It then writes the
store, too: the engine takes as much memory for that as all else, and so has it when the rest is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ldpub import release
from ldpub.build.facets import Graph, facets
from ldpub.build.handed import hand, handed
from ldpub.build.lists import write_lists
from ldpub.build.memory import give_back
from ldpub.build.numbered import Quads
from ldpub.build.project import Project
from ldpub.build.queries import QueryFile
from ldpub.build.questions import write_questions
from ldpub.build.reconciliation import write_reconciliation
from ldpub.build.search_index import write_search
from ldpub.build.storing import storing, write_store, write_union
from ldpub.build.timing import part
from ldpub.build.vocabulary import write_vocabulary
from ldpub.errors import LdpubError

LARGE = 100_000
"""From how many quads on a process of its own saves more time than it takes to begin it and hand them over."""


@dataclass(frozen=True)
class Indexed:
    """What the indexes are made for: a project with its rules and questions, and the graphs of its default graph."""

    project: Project
    rules: tuple[QueryFile, ...]
    questions: tuple[QueryFile, ...]
    default_graphs: tuple[str, ...]

    def write(self, folder: Path, quads: Quads) -> None:
        """Write all of them into the folder of a release."""
        self.write_longest(folder, quads)
        self.write_others(folder, quads)

    def write_longest(self, folder: Path, quads: Quads) -> None:
        """Write what reconciliation reads, which takes as long as all others."""
        with part("reconciliation"):
            union = quads.within(self.default_graphs).merged()
            write_reconciliation(folder / release.RECONCILIATION, union, self.project.iris)

    def write_others(self, folder: Path, quads: Quads) -> None:
        """Write all but that."""
        project, config, iris = self.project, self.project.config, self.project.iris
        union = quads.within(self.default_graphs).merged()
        shaped = quads.within([iris.graph("shapes")]).merged()
        with part("search"):
            write_search(folder / release.SEARCH, union, iris, config["browse.classes"])
        with part("lists and facets"):
            content = Graph(union)
            found = facets(shaped, content, config["browse.facets"], project.prefixes)
            write_lists(folder / release.LISTS, content, found, config.languages)
        write_questions(folder / release.QUESTIONS, self.questions, content, config.languages)
        with part("vocabulary"):
            stated = quads.within(set(self.default_graphs) - {iris.graph("catalogue")}).merged()
            asked: dict[str, Sequence[QueryFile]] = {"rules": self.rules, "questions": self.questions}
            write_vocabulary(folder / release.VOCABULARY, stated, shaped, base=config.base, **asked)

    def read_and_write(self, folder: Path) -> None:
        """Write the longest in another process, of the quads that are handed to it in the folder."""
        self.write_longest(folder, handed(folder))
        give_back()


def end_with_parent() -> None:
    """End this process when the one that began it does, also where that is killed: else it would wait for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "another process began this one"

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def indexing(indexed: Indexed, folder: Path, quads: Quads) -> Iterator[None]:
    """Write the indexes and the store into a folder that holds the quads while something else is done.

    Of a small release all indexes are written after it. Raises LdpubError where the other process is killed, and what
    writing raises.
    """
    write_union(folder, quads.within(indexed.default_graphs).merged())
    if len(quads) < LARGE:
        with storing(folder):
            yield
        indexed.write(folder, quads)
        return
    hand(folder, quads)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), end_with_parent) as pool:
        written = pool.submit(indexed.read_and_write, folder), pool.submit(write_store, folder)
        yield
        indexed.write_others(folder, quads)
        give_back(cycles=False)
        try:
            for name, future in zip(("indexes", "store"), written, strict=True):
                with part(f"rest of the {name}"):
                    future.result()
        except BrokenProcessPool as error:
            raise LdpubError("The process that wrote the indexes was killed: is there enough memory?") from error
