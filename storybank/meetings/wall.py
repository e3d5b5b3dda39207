"""The wall: what all groups answered, as those who look at it may see it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.meetings import agenda, figures, grouping, state, voices
from storybank.meetings.answer_rules import Stance
from storybank.meetings.figures import Figure
from storybank.meetings.grouping import Mode
from storybank.meetings.models import Group, MeetingState, Prompt, Response
from storybank.meetings.passages import Passages, passages
from storybank.meetings.voices import Voices
from storybank.workshops.models import Workshop

A_PAGE = 60
"""Answers on one page of the wall."""


@dataclass(frozen=True)
class Filter:
    """What part of the wall somebody looks at."""

    mode: str = ""
    """room, online, phone or mixed; blank for all."""
    group_id: int | None = None
    page: int = 1


@dataclass(frozen=True)
class Shown:
    """One answer that was let through, as everybody may read it: never who gave it."""

    id: str
    text: str
    stance: str
    """In words; blank for none."""
    group_id: int | None
    group: str
    mode: str
    verbatim: bool
    """Their words; else a note-taker's summary."""


@dataclass(frozen=True)
class Line:
    """A question in the list of questions."""

    id: int
    number: int
    text: str
    kind: str
    answers: int
    revealed: bool
    asked_now: bool


@dataclass(frozen=True)
class Wall:
    """What stands on the wall now."""

    prompt: Prompt | None
    """The question it is about; None before one is asked."""
    revealed: bool
    received: int
    """How many answers came to it from the groups looked at, whether let through or not."""
    by_group: tuple[tuple[str, str, int], ...]
    """(group, mode, answers) of the groups looked at."""
    answers: tuple[Shown, ...]
    """Those let through that have words, the latest first: one page. None before the reveal."""
    total: int
    """How many let through have words."""
    page: int
    pages: int
    figure: Figure | None
    """None before the reveal, and for open text."""
    passages: Passages
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    modes: tuple[Mode, ...]
    """Those that the groups have, where there are several."""
    stands: MeetingState = field(repr=False)


def wall(
    session: Session,
    use: Use,
    workshop: Workshop,
    prompt_id: int | None = None,
    only: Filter = Filter(),  # noqa: B008
    *,
    sees_all: bool = False,
) -> Wall:
    """The wall about one question, or about the one asked now (else the one revealed last).

    ``use`` is made before those who look: passages are let out for it. Answers and pictures are
    there only once a question was revealed, but for the team (``sees_all``). A question that may
    not be seen is as if none was chosen.
    """
    stands = state.of(session, workshop.id)
    plan = agenda.agenda(session, workshop.id).prompts
    groups = grouping.groups(session, workshop.id)
    counts = voices.voices(session, workshop.id)
    prompt = _about(plan, stands, prompt_id, sees_all)
    chosen = _chosen(groups, only)
    revealed = prompt is not None and prompt.revealed_at is not None
    opened = prompt is not None and (revealed or sees_all)
    total = counts.of(prompt.id, chosen, ("shown",), True) if prompt and opened else 0
    pages = max(1, -(-total // A_PAGE))
    page = min(max(1, only.page), pages)
    return Wall(
        prompt=prompt,
        revealed=revealed,
        received=counts.of(prompt.id, chosen) if prompt else 0,
        by_group=_by_group(counts, groups, chosen, prompt),
        answers=_answers(session, prompt, groups, chosen, page) if prompt and total else (),
        total=total,
        page=page,
        pages=pages,
        figure=figures.figure(session, prompt, chosen) if prompt and opened else None,
        passages=passages_of(session, use, workshop, prompt),
        lines=_lines(plan, counts, stands, sees_all),
        groups=tuple(groups),
        modes=_modes(groups),
        stands=stands,
    )


def passages_of(session: Session, use: Use, workshop: Workshop, prompt: Prompt | None) -> Passages:
    """The passages that a question is about, as ``use`` may see them at this moment."""
    if prompt is None or not (prompt.passages or prompt.pack_item_id):
        return Passages()
    item = None if prompt.passages else prompt.pack_item_id
    return passages(session, use, workshop, item)


def _about(
    plan: Sequence[Prompt], stands: MeetingState, prompt_id: int | None, sees_all: bool
) -> Prompt | None:
    """The question that was chosen, where it may be seen; else the one that all look at."""
    may = [one for one in plan if sees_all or one.revealed_at or one.id == stands.prompt_id]
    wanted = next((one for one in may if one.id == prompt_id), None)
    if wanted is not None:
        return wanted
    now_asked = next((one for one in may if one.id == stands.prompt_id), None)
    revealed = [one for one in may if one.revealed_at is not None]
    return now_asked or max(revealed, key=lambda one: str(one.revealed_at), default=None)


def _chosen(groups: Sequence[Group], only: Filter) -> list[int | None] | None:
    """The groups looked at; None for all, with answers that belong to none."""
    if only.group_id is not None:
        return [only.group_id]
    if only.mode:
        return [group.id for group in groups if group.mode == only.mode]
    return None


def _by_group(
    counts: Voices, groups: Sequence[Group], chosen: list[int | None] | None, prompt: Prompt | None
) -> tuple[tuple[str, str, int], ...]:
    if prompt is None:
        return ()
    lines = [
        (group.name, Mode(group.mode).short, counts.of(prompt.id, [group.id]))
        for group in groups
        if chosen is None or group.id in chosen
    ]
    known = {group.id for group in groups}
    loose = [
        one.number for one in counts.counts
        if one.prompt_id == prompt.id and one.group_id not in known
    ]  # fmt: skip
    if chosen is None and loose:
        lines.append(("In no group", "", sum(loose)))
    return tuple(lines)


def _answers(
    session: Session, prompt: Prompt, groups: Sequence[Group], chosen: list[int | None] | None,
    page: int,
) -> tuple[Shown, ...]:  # fmt: skip
    query = select(Response).where(
        Response.prompt_id == prompt.id, Response.status == "shown", Response.text != ""
    )
    if chosen is not None:
        query = query.where(Response.group_id.in_([one for one in chosen if one is not None]))
    rows = session.scalars(
        query.order_by(Response.received_at.desc(), Response.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )
    by_id = {group.id: group for group in groups}
    return tuple(_shown(one, by_id.get(one.group_id or 0)) for one in rows)


def _shown(one: Response, group: Group | None) -> Shown:
    return Shown(
        one.id, one.text, Stance(one.stance).sentence if one.stance in set(Stance) else "",
        one.group_id, group.name if group else "", Mode(group.mode).short if group else "",
        one.verbatim,
    )  # fmt: skip


def _lines(
    plan: Sequence[Prompt], counts: Voices, stands: MeetingState, sees_all: bool
) -> tuple[Line, ...]:
    return tuple(
        Line(
            one.id, number, one.text, one.kind, counts.of(one.id), one.revealed_at is not None,
            one.id == stands.prompt_id,
        )
        for number, one in enumerate(plan, start=1)
        if sees_all or one.revealed_at is not None or one.id == stands.prompt_id
    )  # fmt: skip


def _modes(groups: Sequence[Group]) -> tuple[Mode, ...]:
    there = {group.mode for group in groups}
    return tuple(mode for mode in Mode if mode.value in there) if len(there) > 1 else ()
