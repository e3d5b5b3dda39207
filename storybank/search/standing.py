"""Opening the index as it stands at one commit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storybank.search.kinds import Kind
from storybank.search.open_shelf import OpenShelf
from storybank.search.seating import Stand, Stock
from storybank.search.whoosh_commits import arrays_of, segments


def stand_at(path: Path, kind: Kind, number: int, old: Stand | None) -> Stand:
    """The index at the commit of this number. Shelves that ``old`` has open are taken from it: a
    shelf never changes, and its name, drawn by lot, is never used again."""
    some = segments(path, kind, number)
    known: dict[Path, OpenShelf] = {s.path: s for s in old.stock.shelves} if old else {}
    shelves = [_opened(known, arrays_of(path, segment)) for segment in some]
    if old and list(old.stock.shelves) == shelves:
        stock = old.stock
    else:
        stock = Stock(shelves, kind.columns[0], kind.fields)
    return Stand((path, number), stock, [set(segment.deleted_docs()) for segment in some])


def _opened(known: dict[Path, OpenShelf], path: Path) -> Any:
    return known.get(path) or OpenShelf(path)
