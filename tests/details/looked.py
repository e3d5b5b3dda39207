"""A story that the house has looked through, with answers to some of what it found."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.details import acts, finding, looking, putting_in, reading, service
from storybank.details.models import DetailsLook
from storybank.details.rules import Answer, Kind
from storybank.stories import reading as door
from storybank.undoing import service as undoing
from storybank.wiring import CARRIERS


def looked_through(session: Session, steward: Use, story_id: int) -> None:
    """As the worker does it, without the pipeline and in this transaction."""
    looking.ask(session, steward, [story_id])
    for story in door.stories(session, looking._use(), [story_id]):
        blocks = [(block.start, block.end) for block in story.blocks]
        assert looking._keep(session, story, finding.found(story.text, blocks))
        row = session.get_one(DetailsLook, story_id)
        row.version, row.done_at = story.version, row.asked_at


def answered(session: Session, steward: Use, story_id: int) -> None:
    """Looked through: one thing to be replaced, one added by hand, one answer undone."""
    looked_through(session, steward, story_id)
    page = reading.page(session, steward, story_id)
    words = page.story.text.split()[0]
    service.add(session, steward, story_id, page.story.version, words, Kind.OTHER)
    for thing, said in zip(page.things, (Answer.REPLACE, Answer.KEEP), strict=False):
        ids = [one.id for one in thing.mentions]
        service.answer(session, steward, story_id, page.story.version, ids, said, "[a detail]")
    undoing.undo(session, steward, acts.UNDOERS)


def replaced(session: Session, steward: Use, story_id: int) -> None:
    """One word of it is said in another, in a new version."""
    page = reading.page(session, steward, story_id)
    service.add(session, steward, story_id, 1, page.story.text.split()[1], Kind.PERSON)
    for thing in reading.page(session, steward, story_id).things:
        ids = [one.id for one in thing.mentions]
        service.answer(session, steward, story_id, 1, ids, Answer.REPLACE, "[name 1]")
    putting_in.put_in(session, steward, story_id, 1, CARRIERS)
