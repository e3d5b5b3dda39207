"""What one participant's page shows at this moment, put together from what they may see."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.meetings import asked, drafting, more_seats, state
from storybank.meetings.answer_rules import ONE_EACH, Status
from storybank.meetings.models import Group, MeetingState, Prompt, Response, Segment
from storybank.meetings.moment import Moment
from storybank.meetings.others import Others, others, others_mark
from storybank.meetings.passages import Passages, passages
from storybank.meetings.seats import Seat
from storybank.meetings.went import Mine, mine
from storybank.workshops.models import Workshop

FEW = 20
"""How many answers of others stand on a phone before the rest has a page of its own."""


@dataclass(frozen=True)
class Question:
    """A question as one person sees it."""

    prompt: Prompt
    mine: tuple[Mine, ...]
    others: Others | None
    text: str
    """What they have begun to write."""
    stance: str | None
    passages: Passages

    @property
    def only(self) -> Response | None:
        """The one answer that a person has to a question of this kind, where they gave it."""
        if self.prompt.kind not in ONE_EACH or not self.mine:
            return None
        return self.mine[0].response


@dataclass(frozen=True)
class Here:
    """Where a workshop stands."""

    status: str
    segment: Segment | None
    paused: bool
    seconds_left: int | None
    running: bool
    """The time is running, and not stopped."""

    @property
    def time_left(self) -> str:
        """In words, for a page without scripts."""
        return minutes(self.seconds_left)


@dataclass(frozen=True)
class SeatPage:
    """All that stands on a participant's page, or the parts of it that are new to a phone."""

    workshop: Workshop
    group: Group | None
    here: Here
    question: Question | None
    earlier: tuple[tuple[Prompt, bool], ...]
    """Each with whether they have answered it."""
    more: tuple[str, ...]
    parts: frozenset[str]
    """Which parts these are: where, question, passages, answer, others, more, earlier."""
    marks: str
    """For the phone to say next time what it has."""


PARTS = {
    "where": "s", "question": "q", "earlier": "qm", "answer": "qm", "others": "qo",
    "passages": "p", "more": "*",
}  # fmt: skip
"""On which marks each part hangs: s for where the workshop stands, q for what is asked, m for
one's own answers, o for those of others, p for the passages. The rooms above tell no mark of
theirs. A pause changes no more than s, so that it is soon told to a full room."""


def page(
    session: Session, seat: Seat, prompt_id: int | None = None, hold: int | None = None, *,
    passages_word: str = "", known: str = "",
) -> SeatPage:  # fmt: skip
    """The page about the question asked now, or about an earlier one.

    ``hold``: the passages are those of this question, which somebody is still answering.
    ``passages_word`` is another when passages may have changed; of what is the same as in
    ``known``, the marks of an earlier page, nothing is put together. Raises NotFound for a
    question that was not put.
    """
    stands = session.get(MeetingState, seat.workshop.id)
    at = here(session, seat.workshop, stands)
    found = None
    if prompt_id is None and hold is None:
        asked_now = stands.prompt_id if stands else None
        prompt = session.get(Prompt, asked_now) if asked_now else None
        held = prompt
    else:
        found = asked.questions(session, seat.workshop.id, seat.participant.id)
        prompt = found.now if prompt_id is None else found.one(prompt_id)
        held = next((one for one in found.all if one.id == hold), prompt)
    marks = {
        "s": _mark(
            seat.workshop.title,
            seat.workshop.status,
            seat.participant.group_id,
            stands,
            at.segment,
        ),
        "q": _mark(seat.workshop.status, stands.prompt_id if stands else None, prompt),
        "m": _mark(*_own(session, seat)),
        "o": _mark(others_mark(session, prompt)),
        "p": _mark(passages_word, held.id if held else 0),
    }
    had = dict(zip(marks, known.split("."), strict=False))
    new = {mark for mark in marks if had.get(mark) != marks[mark]} | {"*"}
    parts = frozenset(part for part, on in PARTS.items() if new & set(on))
    given: list[Mine] = []
    earlier: tuple[tuple[Prompt, bool], ...] = ()
    if parts & {"answer", "earlier"}:
        found = found or asked.questions(session, seat.workshop.id, seat.participant.id)
        given = mine(session, seat)
        answered = {one.response.prompt_id for one in given}
        earlier = tuple(
            (one, one.id in answered) for one in found.all if prompt is None or one.id != prompt.id
        )
    question = None
    if prompt is not None:
        draft = drafting.of(session, seat, prompt.id) if "answer" in parts else None
        question = Question(
            prompt,
            tuple(one for one in given if one.response.prompt_id == prompt.id),
            others(session, prompt, FEW) if "others" in parts else None,
            draft.text if draft else "",
            draft.stance if draft else None,
            _of_now(session, seat, held or prompt, passages_word)
            if "passages" in parts
            else Passages(),
        )
    return SeatPage(
        seat.workshop, session.get(Group, seat.participant.group_id or 0), at, question, earlier,
        tuple(more_seats.parts(session, seat)), parts, ".".join(marks.values()),
    )  # fmt: skip


def _mark(*things: object) -> str:
    """A short word for these things: tables' rows by what is in them."""
    return state.hash_of("\n".join(map(_plain, things)))[:8]


def _plain(thing: object) -> str:
    columns = getattr(thing, "__table__", None)
    if columns is None:
        return str(thing)
    # Another version alone says nothing new of where a workshop stands.
    names = [column.key for column in columns.columns if column.key != "version"]
    return repr([getattr(thing, name) for name in names])


def _own(session: Session, seat: Seat) -> list[object]:
    rows = session.execute(
        select(Response.id, Response.status, Response.held_reason, Response.changed_at)
        .where(Response.participant_id == seat.participant.id)
        .order_by(Response.id)
    ).all()
    shown = [row.id for row in rows if row.status == Status.SHOWN]
    return [*rows, sorted(more_seats.headings(session, shown).items())]


def _of_now(session: Session, seat: Seat, prompt: Prompt, word: str) -> Passages:
    """The passages of a question, as a room's phones are shown them in one moment.

    ``word`` was made in this request of everything that they hang on, with the number that the
    database gives each stop; so what was put together under the same word is what the door would
    say now, and a full room need not ask it a thousand times in two seconds.
    """
    if not word or seat.workshop.rehearsal:
        return of_prompt(session, seat, prompt)
    key = (
        str(session.get_bind().engine.url), seat.workshop.id, seat.workshop.pack_version_id,
        seat.use.purpose, prompt.id, prompt.pack_item_id, prompt.passages, word,
    )  # fmt: skip
    return _MOMENT.get(key, lambda: of_prompt(session, seat, prompt))


_MOMENT: Moment[Passages] = Moment()


def of_prompt(session: Session, seat: Seat, prompt: Prompt) -> Passages:
    """The passages that a question is about, as they may be shown now."""
    if prompt.pack_item_id is not None:
        return passages(session, seat.use, seat.workshop, prompt.pack_item_id)
    return passages(session, seat.use, seat.workshop) if prompt.passages else Passages()


def here(session: Session, workshop: Workshop, found: MeetingState | None) -> Here:
    """Where a workshop stands now."""
    segment = session.get(Segment, found.segment_id) if found and found.segment_id else None
    left, running = None, False
    if found is not None and found.timer_ends_at is not None:
        left = max(0, math.ceil((found.timer_ends_at - now()).total_seconds()))
        running = True
    elif found is not None and found.timer_left is not None:
        left = max(0, found.timer_left)
    return Here(
        workshop.status, segment, bool(found and found.paused_at), left, running,
    )  # fmt: skip


def minutes(seconds: int | None) -> str:
    """Time that is left, in words; blank where there is none to tell."""
    if seconds is None:
        return ""
    if seconds == 0:
        return "Time is up"
    if seconds < 60:
        return "Less than 1 minute left"
    whole = round(seconds / 60)
    return f"About {whole} minute{'' if whole == 1 else 's'} left"
