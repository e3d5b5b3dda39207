"""Bars on stderr, so that standard output stays what another program can read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from storybank.jobs import queue
from storybank.wiring import House

Thing = TypeVar("Thing")


def _bar(*things: Any, **options: Any) -> Any:
    """A bar on a terminal; elsewhere nothing, for a log needs no bars."""
    return click.progressbar(*things, file=sys.stderr, hidden=not sys.stderr.isatty(), **options)


@contextmanager
def counted(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A bar of known length; gives the function that moves it on."""
    with _bar(length=length, label=label) as shown:
        yield shown.update


@contextmanager
def walked(label: str, things: Iterable[Thing]) -> Iterator[Iterable[Thing]]:
    """A bar beside things whose number is not known."""
    with _bar(things, label=label, show_pos=True) as shown:
        yield shown


def drain(house: House) -> None:
    """Do the promised work here and now, with a bar when there is much of it."""
    with house.sessions() as session:
        waiting = queue.waiting(session)
    if waiting < 20:
        house.runner.drain()
        return
    with counted("Indexing and suggesting", waiting) as move_on:
        house.runner.drain(move_on)
