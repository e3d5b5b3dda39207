"""A workshop that is under way: groups, questions, and what people answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from factories import Factory

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings import state
from storybank.meetings.models import Group, Prompt, Response, Segment
from storybank.meetings.noted import Entry
from storybank.people.rules import Role
from storybank.workshops import service
from storybank.workshops.models import WorkshopHelper


class Talk:
    """A live workshop with two groups and questions of each kind, and whoever runs it."""

    def __init__(self, a: Factory, *, purpose: Purpose = Purpose.WORKSHOP, use: Use | None = None):
        self.a, self.session = a, a.session
        self.use = use or a.use(purpose)
        self.workshop = service.plan(
            self.session, self.use, title="Being heard", question="What helps?",
            held_on=date(2099, 5, 1), purpose=purpose, audience=[],
        )  # fmt: skip
        self.id = self.workshop.id
        self.workshop.status = "live"
        self.part = self._add(
            Segment(workshop_id=self.id, position=1, kind="groups", title="In groups", minutes=20)
        )
        self.room = self.group("Oak", "room")
        self.online = self.group("Elm", "online")
        self.question = self.ask("open", "What helps?")
        state.of(self.session, self.id)

    def group(self, name: str, mode: str) -> Group:
        return self._add(Group(workshop_id=self.id, position=1, name=name, mode=mode))

    def ask(self, kind: str, text: str, options: Iterable[str] = ()) -> Prompt:
        return self._add(
            Prompt(
                workshop_id=self.id, segment_id=self.part.id, position=1, kind=kind, text=text,
                options=list(options),
            )
        )  # fmt: skip

    def helper(self) -> Use:
        """Somebody else who helps to run it."""
        other = self.a.actor(Role.FACILITATOR)
        self._add(WorkshopHelper(workshop_id=self.id, account_id=other.account_id, added_at=now()))
        return Use.claim(other, self.use.purpose, now())

    def said(self, text: str, status: str = "shown", group: Group | None = None, **more) -> str:
        """An answer from a phone; its id."""
        number = str(uuid4())
        self._add(
            Response(
                id=number, workshop_id=self.id, prompt_id=self.question.id, text=text,
                group_id=(group or self.room).id, captured=more.pop("captured", "self"),
                status=status, made_at=now(), received_at=now(), **more,
            )
        )  # fmt: skip
        return number

    def entry(self, text: str = "A lift that works.", **more) -> Entry:
        """A note as a note-taker's device sends it."""
        said = {"id": str(uuid4()), "prompt_id": self.question.id, "group_id": self.room.id}
        return Entry(**(said | {"text": text} | more))

    def answer(self, number: str) -> Response:
        return self.session.get_one(Response, number, populate_existing=True)

    def version(self) -> int:
        self.session.expire_all()
        return state.of(self.session, self.id).version

    def _add(self, row):
        self.session.add(row)
        self.session.flush()
        return row
