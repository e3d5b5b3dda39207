"""A workshop in the middle: people joined, a question on all cards asked and revealed, answers in
every state, observers looking on. For tests that walk every page."""

from __future__ import annotations

from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings import agenda, grouping, moderating, running, state
from storybank.meetings.models import AnswerDraft, Group, Participant, Response
from storybank.meetings.seats import hash_of
from storybank.people.rules import Actor
from storybank.synthesis.models import Cluster, ClusterItem
from storybank.workshops import freezing
from storybank.workshops.models import FrozenItem, Pack, Workshop

CODE, WATCH, SEAT = "WALKED", "look-on-here", "seat-here"
NAMES = UUID("6f2a2a5e-7c0e-4d58-9e55-0d9f0b6f7a11")


def led_in(session: Session, actor: Actor, workshop_id: int) -> dict[str, list]:
    """On a workshop of this person, with a pack. A value for each argument of an address; the
    word of the observers' link is one more ``token``. ``seat`` is what a phone holds."""
    workshop = session.get_one(Workshop, workshop_id)
    use = Use.claim(actor, Purpose(workshop.use), now())
    if workshop.pack_version_id is None:
        packs = select(Pack.id).where(Pack.workshop_id == workshop_id).order_by(Pack.id)
        freezing.freeze(session, use, session.scalars(packs).first() or 0)
    workshop.status, workshop.join_code = "open", workshop.join_code or CODE
    workshop.observer_hash = hash_of(WATCH)
    agenda.ensure(session, workshop)
    grouping.usual(session, use, workshop)
    groups = grouping.groups(session, workshop_id)
    people = [
        Participant(
            workshop_id=workshop_id, group_id=group.id, token_hash=hash_of(f"{SEAT}-{group.id}"),
            first_name="Bea", kind="practice", access_needs="A chair", joined_at=now(),
        )
        for group in groups
    ]  # fmt: skip
    session.add_all(people)
    running.start(session, use, workshop_id)
    prompts = agenda.agenda(session, workshop_id).prompts
    asked = next(one for one in prompts if one.passages)
    running.ask(session, use, workshop_id, asked.id)
    answers = [
        _answer(workshop, asked.id, groups[0], status)
        for status in ("shown", "waiting", "held", "hidden")
    ]
    kept = {"participant_id": people[0].id, "prompt_id": asked.id, "saved_at": now()}
    session.add_all([*answers, AnswerDraft(text="Half of", **kept)])
    answers[0].participant_id = people[0].id
    session.flush()
    moderating.decide(session, use, workshop_id, [answers[2].id], moderating.HOLD, "unkind")
    running.reveal(session, use, workshop_id, asked.id, seen=True)
    by = actor.account_id
    heap = Cluster(
        workshop_id=workshop_id, position=9, title="Tea first", made_by=by, made_at=now()
    )
    session.add(heap)
    session.flush()
    items = select(FrozenItem.pack_item_id).where(
        FrozenItem.pack_version_id == workshop.pack_version_id
    )
    session.add_all(
        ClusterItem(cluster_id=heap.id, added_by=by, added_at=now(), **one)
        for one in (
            {"response_id": answers[0].id},
            {"pack_item_id": session.scalars(items).first()},
        )
    )
    session.flush()
    state.changed(session, workshop_id)
    return {
        "group_id": [groups[0].id], "segment_id": [asked.segment_id], "prompt_id": [asked.id],
        "join_code": [workshop.join_code, "NOSUCH"], "response_id": [answers[0].id],
        "token": [WATCH], "cluster_id": [heap.id],
        "seat": [f"{people[0].id}.{SEAT}-{groups[0].id}"],
    }  # fmt: skip


def _answer(workshop: Workshop, prompt_id: int, group: Group, status: str) -> Response:
    return Response(
        id=str(uuid5(NAMES, f"{workshop.id} {status}")), workshop_id=workshop.id,
        prompt_id=prompt_id, group_id=group.id, text=f"Said and {status}", captured="self",
        status="waiting" if status == "held" else status, made_at=now(), received_at=now(),
    )  # fmt: skip
