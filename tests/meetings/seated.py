"""People with phones in a live workshop, and what they ask of the house."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace

from crawling import TOKEN, Person
from factories import TEXT, Factory

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.meetings import state
from storybank.meetings.models import Group, Prompt, Segment
from storybank.workshops import service
from storybank.workshops.models import FrozenItem, PackVersion

CODE = "K7M4QX"
SAID = "We sat down with the manager and she listened."


def meeting_in(a: Factory, *, status: str = "live", code: str | None = CODE) -> SimpleNamespace:
    """A workshop with two groups (one seat only in Elm), a frozen card, and an open question."""
    session, use = a.session, a.use(Purpose.WORKSHOP)
    workshop = service.plan(
        session, use, title="Being heard", question="What helps people to be heard?",
        held_on=date(2099, 5, 1), purpose=Purpose.WORKSHOP, audience=[],
    )  # fmt: skip
    workshop.status, workshop.join_code = status, code
    parts = [
        Segment(workshop_id=workshop.id, position=n, kind="groups", title=title, minutes=20)
        for n, title in enumerate(("In groups", "Sharing"), start=1)
    ]
    groups = [
        Group(workshop_id=workshop.id, position=1, name="Oak", mode="room"),
        Group(workshop_id=workshop.id, position=2, name="Elm", mode="online", capacity=1),
    ]
    session.add_all([*parts, *groups])
    session.flush()
    story = a.story()
    place = a.place(story, SAID)
    pack = service.new_pack(session, use, workshop.id, title="Pack", use_until=date(2099, 6, 1))
    [item] = service.draw(session, use, pack.id, [place])
    frozen = PackVersion(pack_id=pack.id, n=1, frozen_by=use.actor.account_id, frozen_at=now())
    session.add(frozen)
    session.flush()
    session.add(
        FrozenItem(
            pack_version_id=frozen.id, pack_item_id=item.id, position=1, story_id=place.story_id,
            version=1, start=place.start, end=place.end, sha256="0" * 64, note="Tells of a clinic",
        )
    )  # fmt: skip
    workshop.pack_version_id = frozen.id
    prompts = [
        Prompt(workshop_id=workshop.id, segment_id=parts[0].id, position=n, **more)
        for n, more in enumerate(
            (
                {"kind": "open", "text": "What helps?", "pack_item_id": item.id, "max_len": 50},
                {"kind": "same", "text": "Is it so for you?"},
                {"kind": "scale", "text": "Do you feel heard?", "options": ["No", "Yes"]},
                {"kind": "dots", "text": "Where first?", "options": ["Here", "There"]},
                {"kind": "rank", "text": "In which order?", "options": ["Tea", "Bus", "Fee"]},
            ),
            start=1,
        )
    ]
    session.add_all(prompts)
    session.flush()
    stands = state.of(session, workshop.id)
    stands.segment_id, stands.prompt_id, stands.started_at = parts[0].id, prompts[0].id, now()
    prompts[0].asked_at = now()
    session.flush()
    return SimpleNamespace(
        id=workshop.id, workshop=workshop, groups=groups, prompts=prompts, story=story, use=use,
        item=item, parts=parts,
    )  # fmt: skip


class Phone(Person):
    """Somebody's phone: joined with the code."""

    def join(self, group: int, **fields):
        return self.post(f"/join/{CODE}", on=f"/join/{CODE}", group=group, **fields)

    def send(self, prompt_id: int, on: str = "/seat", **fields):
        return self.post(f"/seat/questions/{prompt_id}/answer", on=on, **fields)

    def send_json(self, prompt_id: int, **fields):
        token = TOKEN.search(self.get("/seat/me").text)[1]
        return self.client.post(
            f"/seat/questions/{prompt_id}/answer", json=fields, headers={"X-CSRFToken": token}
        )

    @property
    def page(self) -> str:
        return self.get("/seat").text

    def version(self) -> str:
        return re.search(r'data-version="([^"]*)"', self.page)[1]

    def poll(self, version: str):
        return self.get("/seat/now", v=version)


def on_a_house(house) -> SimpleNamespace:
    """The same meeting in a house of its own, kept."""
    with db.writing(house.sessions) as session:
        found = meeting_in(Factory(session))
        session.expunge_all()
    return found


__all__ = ["CODE", "SAID", "TEXT", "Phone", "meeting_in", "on_a_house"]
