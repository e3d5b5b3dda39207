"""The plan of a workshop: its parts with their minutes, and the questions asked in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings.acts import noted
from storybank.meetings.designs import TEMPLATES, Ask, Part, Template, template
from storybank.meetings.models import Prompt, Response, Segment
from storybank.workshops.models import FrozenItem, Workshop
from storybank.workshops.planning import clean_text
from storybank.workshops.rules import clean_line, moved

MOST_PARTS, MOST_QUESTIONS, MOST_OPTIONS = 30, 60, 12
LONGEST_PART = 600
"""Minutes."""
NO_PART = "That part is not in the plan any more."
NO_QUESTION = "That question is not in the plan any more."
ANSWERED = "People have answered this question. Its kind and choices stay; ask a new one instead."


@dataclass(frozen=True)
class Line:
    """A part of the plan, and its questions in order. ``segment`` is None for questions that
    stand in no part."""

    segment: Segment | None
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True)
class Agenda:
    """A workshop's plan."""

    lines: tuple[Line, ...]

    @property
    def segments(self) -> list[Segment]:
        return [line.segment for line in self.lines if line.segment is not None]

    @property
    def prompts(self) -> list[Prompt]:
        """Every question, in the order in which they are asked."""
        return [prompt for line in self.lines for prompt in line.prompts]

    @property
    def minutes(self) -> int:
        return sum(segment.minutes for segment in self.segments)


@dataclass(frozen=True)
class Asking:
    """What a facilitator says of a question."""

    kind: str
    text: str
    help_text: str = ""
    options: tuple[str, ...] = ()
    segment_id: int | None = None
    pack_item_id: int | None = None
    passages: bool = False
    max_len: int = 500
    dots: int = 3


def agenda(session: Session, workshop_id: int) -> Agenda:
    """The plan as it stands. Questions that stand in no part come first, as phones order them."""
    segments = session.scalars(
        select(Segment)
        .where(Segment.workshop_id == workshop_id, Segment.removed_at.is_(None))
        .order_by(Segment.position, Segment.id)
    ).all()
    prompts = session.scalars(
        select(Prompt)
        .where(Prompt.workshop_id == workshop_id, Prompt.removed_at.is_(None))
        .order_by(Prompt.position, Prompt.id)
    ).all()
    known = {segment.id for segment in segments}
    loose = tuple(one for one in prompts if one.segment_id not in known)
    lines = [
        Line(segment, tuple(one for one in prompts if one.segment_id == segment.id))
        for segment in segments
    ]
    return Agenda(tuple([Line(None, loose), *lines] if loose else lines))


def choose(session: Session, use: Use, workshop: Workshop, key: str) -> None:
    """Put the parts and questions of a kind of workshop in place of those that stand.

    Raises BadInput for a kind we do not know; Conflict once people have answered.
    """
    if key not in TEMPLATES:
        raise BadInput("Choose one of the plans.")
    if session.scalar(select(Response.id).where(Response.workshop_id == workshop.id).limit(1)):
        raise Conflict("People have answered questions of this plan. Change it bit by bit.")
    with noted(session, use, workshop.id, f"the plan “{TEMPLATES[key].name}”"):
        stands = agenda(session, workshop.id)
        for segment in stands.segments:
            segment.removed_at = now()
        for prompt in stands.prompts:
            prompt.removed_at = now()
        _lay_out(session, workshop, TEMPLATES[key])
        workshop.template = key


def ensure(session: Session, workshop: Workshop) -> None:
    """Lay out the plan of the workshop's kind where it has none yet."""
    if not agenda(session, workshop.id).lines:
        _lay_out(session, workshop, template(workshop.template))


def save_part(
    session: Session, use: Use, workshop: Workshop, segment_id: int | None, *, kind: str,
    title: str, says: str, minutes: int,
) -> Segment:  # fmt: skip
    """Change a part, or add one at the end.

    Raises NotFound for one that is not there, BadInput for what cannot be.
    """
    if kind not in set(Part):
        raise BadInput("Choose what this part is for.")
    if not 0 <= minutes <= LONGEST_PART:
        raise BadInput(f"Write how many minutes it takes, from 0 to {LONGEST_PART}.")
    name, told = clean_line(title, "a title", 200), clean_text(says, "what people do", 2_000)
    stands = agenda(session, workshop.id)
    if segment_id is None and len(stands.segments) >= MOST_PARTS:
        raise BadInput(f"A plan has at most {MOST_PARTS} parts.")
    with noted(session, use, workshop.id, "a part of the plan"):
        if segment_id is None:
            last = max((one.position for one in stands.segments), default=0)
            segment = Segment(workshop_id=workshop.id, position=last + 1, says="", removed_at=None)
            session.add(segment)
        else:
            segment = part(session, workshop.id, segment_id)
        segment.kind, segment.title, segment.says, segment.minutes = kind, name, told, minutes
    return segment


def part(session: Session, workshop_id: int, segment_id: int) -> Segment:
    """One part of this workshop's plan. Raises NotFound."""
    found = session.get(Segment, segment_id)
    if found is None or found.workshop_id != workshop_id or found.removed_at is not None:
        raise NotFound(NO_PART)
    return found


def question(session: Session, workshop_id: int, prompt_id: int) -> Prompt:
    """One question of this workshop's plan. Raises NotFound."""
    found = session.get(Prompt, prompt_id)
    if found is None or found.workshop_id != workshop_id or found.removed_at is not None:
        raise NotFound(NO_QUESTION)
    return found


def take_out_part(session: Session, use: Use, workshop: Workshop, segment_id: int) -> None:
    """Take a part out, and its questions with it. Raises NotFound."""
    segment = part(session, workshop.id, segment_id)
    with noted(session, use, workshop.id, "a part taken out"):
        segment.removed_at = now()
        for prompt in agenda(session, workshop.id).prompts:
            if prompt.segment_id == segment.id:
                prompt.removed_at = now()


def move_part(session: Session, use: Use, workshop: Workshop, segment_id: int, way: str) -> None:
    """Move a part ``up`` or ``down``. Raises NotFound."""
    segment = part(session, workshop.id, segment_id)
    with noted(session, use, workshop.id, "the order of the parts"):
        _move(agenda(session, workshop.id).segments, segment, way)


def save_question(
    session: Session, use: Use, workshop: Workshop, prompt_id: int | None, asking: Asking
) -> Prompt:
    """Change a question, or add one at the end of its part.

    Raises NotFound for one that is not there, BadInput for what cannot be, Conflict for another
    kind or other choices of one that people have answered.
    """
    options = _check(session, workshop, asking)
    stands = agenda(session, workshop.id)
    if prompt_id is None and len(stands.prompts) >= MOST_QUESTIONS:
        raise BadInput(f"A plan has at most {MOST_QUESTIONS} questions.")
    prompt = question(session, workshop.id, prompt_id) if prompt_id is not None else None
    if prompt is not None and _differs(prompt, asking, options) and answered(session, prompt.id):
        raise Conflict(ANSWERED)
    text = clean_line(asking.text, "the question", 500)
    help_text = clean_text(asking.help_text, "the help", 500)
    with noted(session, use, workshop.id, "a question"):
        if prompt is None:
            prompt = Prompt(workshop_id=workshop.id, position=0, revealed_at=None, removed_at=None)
            session.add(prompt)
        if prompt.id is None or prompt.segment_id != asking.segment_id:
            there = [p.position for p in stands.prompts if p.segment_id == asking.segment_id]
            prompt.position = max(there, default=0) + 1
        prompt.segment_id, prompt.kind = asking.segment_id, asking.kind
        prompt.text, prompt.help_text, prompt.options = text, help_text, list(options)
        prompt.pack_item_id, prompt.passages = asking.pack_item_id, asking.passages
        prompt.max_len, prompt.dots = asking.max_len, asking.dots
    return prompt


def take_out_question(session: Session, use: Use, workshop: Workshop, prompt_id: int) -> None:
    """Take a question out of the plan; its answers are kept, and seen no more. Raises NotFound."""
    prompt = question(session, workshop.id, prompt_id)
    with noted(session, use, workshop.id, "a question taken out"):
        prompt.removed_at = now()


def move_question(session: Session, use: Use, workshop: Workshop, prompt_id: int, way: str) -> None:
    """Move a question ``up`` or ``down`` within its part. Raises NotFound."""
    prompt = question(session, workshop.id, prompt_id)
    with noted(session, use, workshop.id, "the order of the questions"):
        beside = [
            line.prompts for line in agenda(session, workshop.id).lines if prompt in line.prompts
        ]
        _move(beside[0], prompt, way)


def answered(session: Session, prompt_id: int) -> bool:
    """Has anybody answered this question?"""
    one = select(Response.id).where(Response.prompt_id == prompt_id).limit(1)
    return session.scalar(one) is not None


def items(session: Session, workshop: Workshop) -> list[tuple[int, int]]:
    """The passages that a question can be about: (pack item, number in the frozen pack)."""
    if workshop.pack_version_id is None:
        return []
    found = session.scalars(
        select(FrozenItem.pack_item_id)
        .where(FrozenItem.pack_version_id == workshop.pack_version_id)
        .order_by(FrozenItem.position, FrozenItem.id)
    )
    return [(item, number) for number, item in enumerate(found, start=1)]


def clean_options(kind: str, lines: Iterable[str]) -> tuple[str, ...]:
    """What dots are put on or what is ranked, one a line, without doubles; a scale's two ends.

    Raises BadInput for too few, too many or too long ones.
    """
    given = dict.fromkeys(line for line in (clean_text(one, "a choice", 200) for one in lines))
    options = tuple(line for line in given if line)
    if kind in (Ask.DOTS, Ask.RANK) and not 2 <= len(options) <= MOST_OPTIONS:
        raise BadInput(f"Write from 2 to {MOST_OPTIONS} choices, each on a line of its own.")
    if kind == Ask.SCALE:
        if len(options) not in (0, 2):
            raise BadInput("Write two lines: what 1 means, and what 5 means.")
        return options or ("I do not agree", "I agree")
    return options if kind in (Ask.DOTS, Ask.RANK) else ()


def _differs(prompt: Prompt, asking: Asking, options: tuple[str, ...]) -> bool:
    dots = asking.kind == Ask.DOTS and prompt.dots != asking.dots
    return dots or (prompt.kind, tuple(prompt.options)) != (asking.kind, options)


def _check(session: Session, workshop: Workshop, asking: Asking) -> tuple[str, ...]:
    if asking.kind not in set(Ask):
        raise BadInput("Choose how people answer.")
    if not 20 <= asking.max_len <= 5_000:
        raise BadInput("Let an answer have from 20 to 5,000 letters.")
    if not 1 <= asking.dots <= 20:
        raise BadInput("Give each person from 1 to 20 dots.")
    if asking.segment_id is not None:
        part(session, workshop.id, asking.segment_id)
    if asking.pack_item_id is not None and asking.pack_item_id not in dict(
        items(session, workshop)
    ):
        raise BadInput("Choose a passage of the pack that was frozen for this workshop.")
    return clean_options(asking.kind, asking.options)


def _lay_out(session: Session, workshop: Workshop, plan: Template) -> None:
    for number, stretch in enumerate(plan.parts, start=1):
        segment = Segment(
            workshop_id=workshop.id, position=number, kind=stretch.kind.value,
            title=stretch.title, says=stretch.says, minutes=stretch.minutes,
        )  # fmt: skip
        session.add(segment)
        session.flush()
        session.add_all(
            Prompt(
                workshop_id=workshop.id, segment_id=segment.id, position=place,
                kind=one.kind.value, text=one.text, help_text=one.help_text,
                options=list(one.options), passages=one.passages, dots=one.dots, max_len=500,
            )
            for place, one in enumerate(stretch.questions, start=1)
        )  # fmt: skip
    session.flush()


def _move(order: Sequence[Segment] | Sequence[Prompt], one: Segment | Prompt, way: str) -> None:
    rows: list[Segment | Prompt] = list(order)
    for number, row in enumerate(moved(rows, rows.index(one), way), start=1):
        row.position = number
