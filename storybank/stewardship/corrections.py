"""A sentence that its storyteller wants put right: looked at, and put in, word for word."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.agreement import carrying as decisions
from storybank.clock import now
from storybank.codebook import carrying as examples
from storybank.coding import carrying as codings
from storybank.consent import carrying, passages
from storybank.consent.evidence import Proof
from storybank.consent.rules import Span, Use
from storybank.details import carrying as details
from storybank.errors import Conflict, NotFound
from storybank.memos import carrying as memos
from storybank.rights import service as rights
from storybank.rights.kinds import Outcome
from storybank.rights.models import RightsRequest
from storybank.rights.recipients import TaskKind
from storybank.stewardship.sight import seen
from storybank.stories import notes as file_notes
from storybank.stories import reading, recordings, writing
from storybank.stories.mending import Edit
from storybank.stories.models import Story, StoryCorrection, StoryVersion
from storybank.stories.rules import Place
from storybank.suggest import carrying as suggestions
from storybank.workshops import carrying as packs

READ_BACK = Proof(
    "web_session", "They wrote these words on their own page. A steward put them in as they stand."
)
TOLD = "We put in what you wrote."


@dataclass(frozen=True)
class Look:
    """A correction as a steward looks at it."""

    row: StoryCorrection
    request: RightsRequest
    old: str | None
    """The sentence as it stands; None where its teller keeps it back, or it changed since."""
    new: str
    before: str
    after: str
    """What stands just before and after it, for the sense of it."""
    fits: bool
    """The story is the one that it was written for."""


def look(session: Session, use: Use, request_id: int) -> Look:
    """The correction that a request asks for.

    Raises NotFound where there is none, or this steward may not see the story.
    """
    row, request = _row(session, use, request_id)
    new = reading.correction(session, use, row.story_id, row.ref)
    fits = session.get_one(Story, row.story_id).current_version == row.version
    around = _around(session, row)
    places = [Place(row.story_id, row.version, row.start, row.end), *around]
    words = {e.place: e.words for e in reading.excerpts(session, use, places)} if fits else {}
    old = words.get(places[0])
    before, after = (words.get(place, "").strip() for place in around)
    return Look(row, request, old, new, before, after, fits)


def accept(session: Session, use: Use, request_id: int) -> int:
    """Make the new version: what was written stands in it, and all else follows its words.

    The storyteller asked for exactly these words, so they are read back by that; whoever else
    told the story has to read them first. Where the old words are to be wiped, so is the file that
    the story came in. The request is answered. Returns the new version's
    number. Raises NotFound, or Conflict where the request has ended or the story changed since.
    """
    row, request = _row(session, use, request_id)
    if row.accepted_at is not None or request.closed_at is not None:
        raise Conflict("This request has ended. Nothing more can be changed in it.")
    story_id, old = row.story_id, row.version
    kept_back = carrying.kept_back_of(session, story_id, old)
    new, edit = writing.mend(session, use, story_id, row)
    where = {span: Span(new, *edit.widened(span.start, span.end)) for span in kept_back}
    carrying.carry(session, use.actor, story_id, old, new, where)
    codings.carry(session, story_id, old, new, edit)
    decisions.carry(session, story_id, old, new, edit)
    examples.carry(session, story_id, old, new, edit)
    memos.carry(session, story_id, old, new, edit)
    suggestions.carry(session, story_id, old, new, edit)
    packs.carry(session, story_id, old, new, edit)
    details.carry(session, story_id, old, new, edit)
    file_notes.carry(session, story_id, old, new, edit)
    _carry_others(session, row, new, edit)
    if not row.keep_old:
        recordings.wipe_original(session, story_id)
    row.accepted_at = now()
    session.flush()
    _read_back(session, use, row, new)
    rights.answer(session, use.actor, request_id, Outcome.DONE, TOLD)
    if request.story_id is None:  # A co-teller's: the request could not name the story.
        rights.make_recall_tasks(session, story_id, None, TaskKind.CORRECTION)
    return new


def _row(session: Session, use: Use, request_id: int) -> tuple[StoryCorrection, RightsRequest]:
    found = session.execute(
        select(StoryCorrection, RightsRequest)
        .join(RightsRequest, RightsRequest.id == StoryCorrection.request_id)
        .where(StoryCorrection.request_id == request_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such correction.")
    row, request = found
    seen(session, use.actor, row.story_id)
    return row, request


def _around(session: Session, row: StoryCorrection) -> tuple[Place, Place]:
    """A little of the block before and after the sentence."""
    near = 120
    outline = session.get_one(StoryVersion, (row.story_id, row.version))
    block = next(
        ((start, end) for _, start, end, _ in outline.blocks if start <= row.start < end),
        (row.start, row.end),
    )
    first, last = max(block[0], row.start - near), min(block[1], row.end + near)
    return (
        Place(row.story_id, row.version, first, row.start),
        Place(row.story_id, row.version, row.end, last),
    )


def _carry_others(session: Session, row: StoryCorrection, new: int, edit: Edit) -> None:
    """Corrections of other sentences that wait go on waiting, in the new version."""
    waiting = select(StoryCorrection).where(
        StoryCorrection.story_id == row.story_id,
        StoryCorrection.version == row.version,
        StoryCorrection.ref != row.ref,
        StoryCorrection.accepted_at.is_(None),
    )
    for other in session.scalars(waiting):
        place = edit.moved(other.start, other.end)
        if place is not None:
            other.version, (other.start, other.end) = new, place


def _read_back(session: Session, use: Use, row: StoryCorrection, new: int) -> None:
    story_id = row.story_id
    length = session.get_one(StoryVersion, (story_id, new)).length
    for person_id in carrying.readers(session, story_id):
        if person_id != row.person_id or carrying.unread_by(session, story_id, person_id):
            passages.transcribed(session, use.actor, story_id, person_id, new, length, "web")
        else:
            passages.confirm_read_back(
                session, use.actor, story_id, person_id, new, length, READ_BACK, "web"
            )
