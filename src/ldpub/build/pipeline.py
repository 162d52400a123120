"""The build in one line: `publish(validate(catalogue(reason(load(project)))))`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ldpub.build.catalogue import catalogue
from ldpub.build.dataset import Dataset
from ldpub.build.inference import reason as infer
from ldpub.build.load import load
from ldpub.build.memory import give_back, uncollected
from ldpub.build.project import Project
from ldpub.build.publish import Publication, publish
from ldpub.build.traces import traced
from ldpub.build.validation import validate

Given = TypeVar("Given")
Made = TypeVar("Made")


class Watch(Protocol):
    """Wraps each step, to show progress or take times; what goes in and out stays as it is."""

    def __call__(self, step: Callable[[Given], Made], /) -> Callable[[Given], Made]:
        """The step, watched."""
        ...


def unwatched(step: Callable[[Given], Made], /) -> Callable[[Given], Made]:
    """Watches nothing."""
    return step


def reason(dataset: Dataset) -> Dataset:
    """Infer, and keep the steps for the release. What it takes for that is gone when the next step begins."""
    made = traced(infer(dataset))
    give_back()
    return made


def check(project: Project, watch: Watch = unwatched) -> Dataset:
    """Everything but publishing; raises SourceError where the project may not be published."""
    return watch(validate)(watch(catalogue)(watch(infer)(watch(load)(project))))


def build(project: Project, watch: Watch = unwatched) -> Publication:
    """Make the project's current release; where anything fails, the former release stays as it is."""
    with uncollected():
        return watch(publish)(watch(validate)(watch(catalogue)(watch(reason)(watch(load)(project)))))
