"""A node's own search index: files on its disk, and beside them how far they have followed what
changed in the house. It is a shadow: whoever deletes the folder loses nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from storybank.errors import NotReady
from storybank.jobs.keeping import the_only_one
from storybank.search import changes
from storybank.search.changes import House
from storybank.search.folder import FOLLOWED, FOLLOWER
from storybank.search.whoosh_index import WhooshIndex


class Place(NamedTuple):
    """How far the index has followed."""

    books: str
    """The folder it is about: one that was built anew by somebody else has followed nothing."""
    house: House
    upto: int
    """All that transactions below this number changed has been taken in."""
    ahead: tuple[int, ...] = ()
    """Of the others, these changes have."""


class OwnIndex:
    """Files under ``root``. Any number of processes of this machine may search them; one follows,
    and it alone writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.index = WhooshIndex(root)
        self.doubted = False
        """Could a search not read it?"""

    def place(self) -> Place | None:
        """How far it has followed; None where there is no index, or nobody can say."""
        try:
            said = json.loads((self.root / FOLLOWED).read_text())
            house, ahead = House(*said["house"]), tuple(map(int, said["ahead"]))
            place = Place(str(said["books"]), house, int(said["upto"]), ahead)
            current = self.index.folder.current()
        except (OSError, ValueError, KeyError, TypeError, NotReady):
            return None
        return place if current is not None and current.name == place.books else None

    def note(self, house: House, upto: int, ahead: Collection[int] = ()) -> None:
        """Write down how far the index in use has followed. Raises OSError."""
        current = self.index.folder.current()
        if current is None:
            return
        said = {"books": current.name, "house": house, "upto": upto, "ahead": sorted(ahead)}
        # What is in the files was on the disk before: this may be older than they are, not newer.
        draft = self.root / f".{FOLLOWED}-{os.getpid()}"
        draft.write_text(json.dumps(said))
        draft.replace(self.root / FOLLOWED)

    def forget_place(self) -> None:
        """Have it built anew by whoever follows."""
        with suppress(FileNotFoundError):
            (self.root / FOLLOWED).unlink()

    def hidden(self, session: Session) -> set[int] | None:
        """The stories that changed since it was followed: it may know of words that are kept back
        now. None where this index cannot be asked."""
        place = self.place()
        if place is None:
            return None
        return changes.hidden(session, place.house.server, place.upto, place.ahead)

    @contextmanager
    def following(self) -> Iterator[bool]:
        """True where nobody else on this machine follows."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with the_only_one(self.root / FOLLOWER) as alone:
            yield alone
