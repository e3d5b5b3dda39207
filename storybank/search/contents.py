"""What a search index should hold, and how any of them is brought there: the one of a house on a
single machine, the one that PostgreSQL keeps, and each node's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.errors import NotReady
from storybank.people.rules import MACHINE
from storybank.search import coded_passages as passages
from storybank.search.index import Document, Holds, Index
from storybank.stories import masking, reading

SLICE = 200
"""How many stories are read at a time."""
FEW = 1_000
"""Of so many stories an index is asked by their numbers, and not what it holds altogether."""

Progress = Callable[[int], None]
"""Given the number of stories done since it was last called."""


def wanted(session: Session) -> dict[int, int]:
    """What an index should hold: {story id: its edition (``masking.editions``)}."""
    return _editions(session, reading.permitted_ids(session, _indexing()))


def keep(session: Session, index: Holds, story_ids: Collection[int]) -> None:
    """Take in what of these stories may be found by somebody now, and forget the rest.

    Raises NotReady where the index is missing or broken.
    """
    allowed = reading.permitted_among(session, _indexing(), story_ids)
    gone = set(story_ids) - allowed
    if gone:
        index.forget(gone)
        passages.keep(session, index.passages, gone, {})
    editions = _editions(session, allowed)
    _bring_up_to_date(session, index, editions)
    passages.keep(session, index.passages, allowed, editions)


def keep_passages(session: Session, index: Holds, story_ids: Collection[int]) -> None:
    """Take in what was coded on these stories, and forget what was taken off. Raises NotReady."""
    allowed = reading.permitted_among(session, _indexing(), story_ids)
    passages.keep(session, index.passages, story_ids, _editions(session, allowed))


def keep_all(session: Session, index: Holds, coded: bool = True) -> None:
    """The same for every story there is; where asked for, with what is coded on them. Raises
    NotReady."""
    now_wanted = wanted(session)
    gone = index.versions().keys() - now_wanted.keys()
    if gone:
        index.forget(gone)
    _bring_up_to_date(session, index, now_wanted)
    if coded:
        passages.keep(session, index.passages, None, now_wanted)


def rebuild(session: Session, index: Index, progress: Progress = lambda stories: None) -> None:
    """Build an index anew beside the old one, and change over. Raises Conflict, NotReady.

    Cut off at any moment, it leaves the old one in use.
    """
    at_first = wanted(session)

    def fill(fresh: Holds) -> None:
        fresh.put(_documents(session, at_first, progress))
        passages.keep(session, fresh.passages, None, at_first)

    def catch_up(fresh: Holds) -> None:
        # A new look: the session may see the database as it was when the work began.
        with Session(session.get_bind()) as later:
            keep_all(later, fresh)

    index.rebuild(fill, catch_up)


def strays(session: Session, index: Index, name: str) -> Iterator[tuple[int, str]]:
    """Stories the index should not hold, and words of theirs it has not yet thrown away: (story id
    or 0, one line that begins with this name)."""
    try:
        there = wanted(session)
        for story_id, version in sorted(index.versions().items()):
            if story_id not in there:
                yield story_id, f"{name}: story {story_id} can still be found"
            elif there[story_id] != version:
                yield story_id, f"{name}: story {story_id} as it was before"
        for story_id in sorted(passages.strays(session, index.passages)):
            yield story_id, f"{name}: a passage of story {story_id} can still be found"
        yield from index.leftovers()
    except NotReady as problem:
        yield 0, f"{name}: {problem.sentence}"


def missing(session: Session, index: Index) -> set[int]:
    """The stories that it does not hold and should. Raises NotReady."""
    return wanted(session).keys() - index.versions().keys()


def behind(session: Session, index: Index) -> int:
    """How many stories it holds otherwise than they stand now; 0 also where it is away."""
    try:
        held = index.versions()
    except NotReady:
        return 0
    there = wanted(session)
    changed = sum(held.get(story_id) != version for story_id, version in there.items())
    return changed + len(held.keys() - there.keys())


def _indexing() -> Use:
    return Use.claim(MACHINE, Purpose.INDEX, now())


def _editions(session: Session, story_ids: Collection[int]) -> dict[int, int]:
    """{story id: its edition}: another number where its words, or what is masked, changed."""
    return masking.editions(session, _indexing(), story_ids)


def _bring_up_to_date(session: Session, holder: Holds, wanted: Mapping[int, int]) -> None:
    """Put in what is missing or of another edition."""
    if not wanted:
        return
    held = holder.versions(wanted.keys() if len(wanted) <= FEW else None)
    lacking = {number: edition for number, edition in wanted.items() if held.get(number) != edition}
    # An edition gives way to one that may show less: no word of it may stay in a file.
    old = lacking.keys() & held.keys()
    if old:
        holder.forget(old)
    if lacking:
        holder.put(_documents(session, lacking))


def _documents(
    session: Session, wanted: Mapping[int, int], progress: Progress = lambda stories: None
) -> Iterator[Document]:
    use = _indexing()
    for part in slices(sorted(wanted), SLICE):
        for story in reading.stories(session, use, part):
            yield Document(story.story_id, wanted[story.story_id], story.title, story.text)
        progress(len(part))
