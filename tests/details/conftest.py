"""A story full of details, looked through, for the tests of this room."""

from __future__ import annotations

import pytest
from details.looked import looked_through
from sqlalchemy import select

from storybank.consent.rules import Purpose, Use
from storybank.details import finding, reading, service
from storybank.details.rules import Answer, Tier
from storybank.stories import reading as door

TOLD = (
    "My sister Edna Quill rang Rosewood Lodge on 3 May 2019. They asked for Edna.\n\n"
    "Her number was 07700 900461, and edna never gave it out. I sat by her with Tamsin."
)


def plainly(text, blocks):
    """As the house looks without a pipeline: quick, and the same everywhere."""
    return finding.found(text, blocks), False


class Checking:
    """One story, and whoever checks it."""

    def __init__(self, a, **more) -> None:
        self.a, self.session = a, a.session
        self.story = a.story(more.pop("text", TOLD), "What I saw", **more)
        self.steward: Use = a.use(Purpose.KEEP)

    @property
    def id(self) -> int:
        return self.story.id

    @property
    def version(self) -> int:
        self.session.refresh(self.story)
        return self.story.current_version

    def look(self) -> None:
        """What ``looking.look_through`` does, in the test's own transaction."""
        looked_through(self.session, self.steward, self.id)

    def page(self, use: Use | None = None) -> reading.Page:
        return reading.page(self.session, use or self.steward, self.id)

    def thing(self, words: str) -> reading.Thing:
        return next(one for one in self.page().things if one.words == words)

    def ids(self, words: str) -> list[int]:
        return [one.id for one in self.thing(words).mentions]

    def answer_all(self, **special: Answer) -> None:
        """Replace every likely thing with what is proposed, but for those named otherwise."""
        for _ in range(2):  # what is confirmed is proposed wherever else it stands
            for thing in self.page().of(Tier.LIKELY):
                said = special.get(thing.words.split()[0], Answer.REPLACE)
                ids = [one.id for one in thing.mentions if one.answer is None]
                if ids:
                    service.answer(
                        self.session, self.steward, self.id, self.version, ids, said, thing.proposal
                    )

    def text(self, use: Use | None = None) -> str:
        return door.story(self.session, use or self.steward, self.id).text

    def rows(self, table):
        return list(self.session.scalars(select(table).where(table.story_id == self.id)))


@pytest.fixture
def checking(a):
    """``checking()``: a story that the house has looked through."""

    def make(**more) -> Checking:
        made = Checking(a, **more)
        made.look()
        return made

    return make
