"""A workshop with a pack, and coded passages for it, made through the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from factories import TEXT, Factory

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.workshops import cards, service
from storybank.workshops.derivative import Packs

FIRST, SECOND, THIRD = (
    "I rang the clinic on Monday.",
    "Nobody had an answer for me.",
    "We sat down with the manager and she listened.",
)


class Meeting:
    """A workshop and its pack, with the use its facilitator has."""

    def __init__(
        self, a: Factory, purpose: Purpose = Purpose.WORKSHOP, audience: Iterable[str] = ()
    ) -> None:
        self.a, self.session = a, a.session
        self.use = a.use(purpose)
        self.workshop = service.plan(
            self.session, self.use, title="Being heard", question="What helps?",
            held_on=date(2099, 5, 1), purpose=purpose, audience=audience,
        )  # fmt: skip
        self.pack = service.new_pack(
            self.session, self.use, self.workshop.id, title="A pack", use_until=date(2099, 6, 1)
        )

    def passage(
        self, quote: str = FIRST, key: str = "EN-PEER", uses: Iterable[Purpose] = EIGHT, **story
    ) -> Place:
        """A passage of a new story, coded by a researcher who may study it."""
        made = self.a.story(consented_to={Purpose.STUDY, *uses}, **story)
        return self.code(self.a.place(made, quote, story.get("text", TEXT)), key)

    def code(self, place: Place, key: str = "EN-PEER") -> Place:
        """Codes a place once more, by somebody else."""
        study = self.a.use(Purpose.STUDY)
        coding.apply(self.session, study, place, [self.a.code(key).id])
        return place

    def draw(self, *places: Place) -> list[int]:
        """Draws these; the ids of the cards that went in."""
        return [item.id for item in service.draw(self.session, self.use, self.pack.id, places)]

    def look(self, days_from_now: int = 0) -> cards.PackView:
        at = now() + timedelta(days=days_from_now)
        use = type(self.use)(self.use.actor, self.use.purpose, at)
        return cards.view(self.session, use, self.pack.id)

    def places(self) -> list[Place]:
        """What may be shown now, in order."""
        return [card.excerpt.place for card in self.look().cards]

    def stop(self, place: Place, *uses: Purpose) -> None:
        story = self.session.get_one(Story, place.story_id)
        self.a.stop(story, *uses)

    def clean(self, *places: Place) -> None:
        """What the promised job does with these stories."""
        Packs().reconcile(self.session, {place.story_id for place in places})

    def strays(self) -> list[str]:
        return [line for _, line in Packs().strays(self.session)]
