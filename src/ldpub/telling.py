"""How faults are told on the command line: as text, as JSON, as workflow commands of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ldpub.errors import Fault


def tell(faults: Sequence[Fault], form: str, project: Path) -> None:
    """Tell faults: text goes to standard error, JSON and annotations to standard output."""
    if form == "json":
        click.echo(json.dumps([asdict(fault) for fault in faults], ensure_ascii=False, indent=1))
        return
    for fault in faults:
        if form == "github":
            click.echo(_annotation(fault, project))
        else:
            click.echo(str(fault), err=True)


def counted(number: int, word: str) -> str:
    """`1 warning`, `2 warnings`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def folder_of(project: Path) -> Path:
    """The folder of a project as it was named on the command line, whether by itself or by its settings."""
    return project.parent if project.is_file() else project


def _annotation(fault: Fault, project: Path) -> str:
    """A fault as a workflow command of GitHub Actions; its file is relative to where the command runs."""
    level = fault.severity if fault.severity in ("error", "warning") else "notice"
    folder = folder_of(project)
    places = {"file": (folder / fault.file).as_posix() if fault.file else None, "line": fault.line, "col": fault.column}
    said = [f"{name}={_escaped(str(place), ':,')}" for name, place in places.items() if place is not None]
    message = f"{fault.message}. {fault.mend}" if fault.mend else fault.message
    return f"::{level}{' ' * bool(said)}{','.join(said)}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else char for char in text)
