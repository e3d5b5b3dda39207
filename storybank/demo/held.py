"""A workshop of the demo that was held: planned, run, answered, and brought to one answer.

Its people and their words stand in ``corpus/workshop.toml``; every step is the service that a
page would call.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.config import PROJECT
from storybank.consent.rules import Purpose, Use
from storybank.meetings import (
    agenda,
    answering,
    grouping,
    joining,
    moderating,
    noting,
    running,
    seats,
)
from storybank.meetings.agenda import Asking
from storybank.meetings.grouping import Grouping
from storybank.meetings.models import Group, Prompt
from storybank.meetings.noted import Captured, Entry
from storybank.people.rules import Actor
from storybank.synthesis import evidence, moving, recommending, signing, supporting, writing
from storybank.synthesis.answer_rules import Counts, Kind, Part, seen
from storybank.synthesis.placing import ANSWER
from storybank.workshops import freezing, opening, real_involvement
from storybank.workshops import service as workshops
from storybank.workshops.models import Workshop

FILE = PROJECT / "corpus" / "workshop.toml"


def hold(session: Session, facilitator: Actor) -> Workshop:
    """Hold the invented workshop, from its plan to its recommendations."""
    told = invented()
    use = Use.claim(facilitator, Purpose.WORKSHOP, now())
    meeting, prompts, tables = prepare(session, use, told)
    running.start(session, use, meeting.id)
    for prompt in prompts:
        running.ask(session, use, meeting.id, prompt.id)
    said = _answers(session, use, meeting, prompts, tables, told["answers"])
    moderating.decide(session, use, meeting.id, said, "show")
    for prompt in prompts:
        running.reveal(session, use, meeting.id, prompt.id, seen=True)
    running.end(session, use, meeting.id)
    made = [_cluster(session, use, meeting, said, one) for one in told["clusters"]]
    for part in Part:
        writing.write(session, use, meeting, part, told["synthesis"][part.value], seen(""))
    for one in told["recommendations"]:
        _recommend(session, use, meeting, tables, made, one)
    return meeting


def invented() -> dict[str, Any]:
    """What ``corpus/workshop.toml`` says."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def prepare(
    session: Session, use: Use, told: Mapping[str, Any]
) -> tuple[Workshop, list[Prompt], list[Group]]:
    """Plan it, freeze its pack, lay out its questions and groups, and open it for joining."""
    meeting = _planned(session, use, told)
    parts = _parts(session, use, meeting)
    prompts = [_question(session, use, meeting, parts, one) for one in told["prompts"]]
    tables = [grouping.save(session, use, meeting, None, Grouping(**one)) for one in told["groups"]]
    opening.open_for_joining(session, use, meeting.id)
    return meeting, prompts, tables


def _planned(session: Session, use: Use, told: Mapping[str, Any]) -> Workshop:
    today = now().date()
    meeting = workshops.plan(
        session, use, title=told["title"], question=told["question"],
        held_on=today - timedelta(days=3), purpose=Purpose.WORKSHOP, audience=told["audience"],
    )  # fmt: skip
    for name in ("why", "in_scope", "out_of_scope", "decider"):
        setattr(meeting, name, told[name])
    meeting.reply_by = today + timedelta(days=60)
    meeting.self_check = {one.key: one.well for one in real_involvement.EVERY}
    pack = workshops.new_pack(
        session, use, meeting.id, title="Beside me, or alone", use_until=today + timedelta(days=30)
    )
    for key in told["themes"]:
        code_id = codebook.code(session, key).id
        cards = coding.with_codes(session, workshops.for_meeting(use, meeting), [code_id])
        chosen = {card.place.story_id: card.place for card in cards}
        workshops.draw(session, use, pack.id, list(chosen.values())[1:3], code_id)
    freezing.freeze(session, use, pack.id)
    return meeting


def _parts(session: Session, use: Use, meeting: Workshop) -> dict[str, int]:
    """The usual parts, without their usual questions: {what a part is for: its number}."""
    agenda.ensure(session, meeting)
    session.flush()
    plan = agenda.agenda(session, meeting.id)
    for prompt in plan.prompts:
        agenda.take_out_question(session, use, meeting, prompt.id)
    return {segment.kind: segment.id for segment in plan.segments}


def _question(
    session: Session, use: Use, meeting: Workshop, parts: Mapping[str, int], one: Mapping[str, Any]
) -> Prompt:
    asking = Asking(
        one["kind"], one["text"], one.get("help", ""), tuple(one.get("options", ())),
        segment_id=parts[one["part"]], passages=one.get("passages", False),
    )  # fmt: skip
    return agenda.save_question(session, use, meeting, None, asking)


def _answers(
    session: Session, use: Use, meeting: Workshop, prompts: Sequence[Prompt],
    tables: Sequence[Group], told: Sequence[Mapping[str, Any]],
) -> list[str]:  # fmt: skip
    """Each answer from a phone of its own, or written down by a note-taker; their ids."""
    ids = []
    for number, one in enumerate(told):
        prompt, table = prompts[one["prompt"]], tables[one["group"]]
        one_id = _id(meeting, str(number))
        ids.append(one_id)
        captured = one.get("captured")
        if captured:
            entry = Entry(
                one_id, prompt.id, table.id, one["text"], one.get("stance"),
                captured=Captured(captured), may_quote=one.get("quote", False),
            )  # fmt: skip
            noting.note(session, use, meeting.id, [entry])
            continue
        assert meeting.join_code
        participant, _ = joining.join(
            session, meeting.join_code, group_id=table.id, kind=one["kind"]
        )
        seat = seats.Seat(participant, meeting, seats.use_of(meeting))
        given = {
            "text": one["text"], "stance": one.get("stance"), "may_quote": one.get("quote", False)
        }  # fmt: skip
        answering.answer(session, seat, prompt.id, id=one_id, **given)
        _figures(session, seat, prompts, number)
    return ids


def _figures(session: Session, seat: seats.Seat, prompts: Sequence[Prompt], number: int) -> None:
    """Where somebody stands on the scale, and where they put their dots."""
    for prompt in prompts:
        one_id = _id(seat.workshop, f"{number}/{prompt.id}")
        if prompt.kind == "scale":
            answering.answer(session, seat, prompt.id, id=one_id, value=1 + number * 2 % 5)
        elif prompt.kind == "dots":
            dots = {str(number % 4 + 1): 2, str((number + 3) % 4 + 1): 1}
            answering.answer(session, seat, prompt.id, id=one_id, choices=dots)


def _id(meeting: Workshop, which: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"corpus/workshop/{meeting.id}/{which}"))


def _cluster(
    session: Session, use: Use, meeting: Workshop, said: Sequence[str], one: Mapping[str, Any]
) -> int:
    things = [(ANSWER, said[place]) for place in one["holds"]]
    made = moving.make(session, use, meeting.id, one["title"], things)
    moving.describe(session, use, meeting.id, made.id, title=one["title"], summary=one["summary"])
    return made.id


def _recommend(
    session: Session, use: Use, meeting: Workshop, tables: Sequence[Group],
    clusters: Sequence[int], one: Mapping[str, Any],
) -> None:  # fmt: skip
    made = recommending.add(
        session, use, meeting, Kind(one["kind"]), one["text"], one.get("why", "")
    )
    evidence.choose(
        session, use, meeting, made.id, clusters=[clusters[place] for place in one["clusters"]],
        passages=(), shown=(),
    )  # fmt: skip
    for number, (table, counts) in enumerate(zip(tables, one["support"], strict=True)):
        supporting.write_down(
            session, use, meeting, made.id, table.id, counts=Counts(*counts), seen_n=1,
            minority=one.get("minority", "") if number == 1 else "",
        )  # fmt: skip
        signing.sign(session, use, meeting, made.id, table.id, 1, agrees=True)
