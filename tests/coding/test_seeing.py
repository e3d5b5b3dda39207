"""Which codings somebody may see: asked one by one and asked at large, the answer is the same."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from factories import TEXT

from storybank.clock import now
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.coding.seeing import seen, seen_on, seen_throughout
from storybank.consent import passages, pausing
from storybank.consent.folding import Span
from storybank.consent.rules import Answer, Mark, Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories.models import Story


def scene(a, session, r: random.Random) -> list[Use]:
    """Thirty stories in every state, coded by two researchers, one of whom works blind."""
    one, two = a.researcher(), a.researcher()
    work = CodingRound(name="Pilot", blind=True, made_by=one.account_id, made_at=now())
    session.add(work)
    session.flush()
    codes = [a.code(key).id for key in ("EN-PEER", "BA-COST", "VA-TRUST")]
    for number in range(30):
        story = a.story(answers={Purpose.STUDY: r.choice([Answer.YES, Answer.YES, Answer.ASK])})
        for _ in range(6):
            start = r.randrange(len(TEXT) - 20)
            session.add(
                Coding(
                    story_id=story.id, version=1, start=start, end=start + r.randrange(5, 20),
                    code_id=r.choice(codes), coder_id=r.choice([one, two]).account_id,
                    made_at=now(), removed_at=r.choice([None, None, now()]),
                )
            )  # fmt: skip
        about = (session, MACHINE, story.id, story.person_id)
        if number % 3 == 0:
            passages.mark_passage(*about, Span(1, 30, 90), r.choice(MARKS), "phone")
        if number % 5 == 0:
            a.stop(story, Purpose.STUDY)
        if number % 7 == 0:
            pausing.pause(*about, "phone")
        if number % 4 == 0:
            session.add(
                Assignment(
                    round_id=work.id, story_id=story.id, account_id=one.account_id,
                    given_at=now(), finished_at=r.choice([None, None, now()]),
                )
            )  # fmt: skip
    session.flush()
    return [
        Use.claim(actor, purpose, now())
        for actor in (one, two)
        for purpose in (Purpose.STUDY, Purpose.REUSE)
    ]


MARKS = (Mark.LEAVE_OUT, Mark.ASK_FIRST)


@pytest.mark.parametrize("seed", [1, 2])
def test_asked_at_large_the_same_codings_are_seen(a, session, seed):
    uses = scene(a, session, random.Random(seed))
    counts = set()
    for use in uses:
        by_one, at_large = (
            set(session.scalars(sa.select(Coding.id).where(clause(use))))
            for clause in (seen, seen_throughout)
        )
        assert by_one == at_large
        on_each = (seen_on(use, number) for number in session.scalars(sa.select(Story.id)))
        assert by_one == {
            number for one in on_each for number in session.scalars(sa.select(Coding.id).where(one))
        }
        counts.add(len(by_one))
    assert len(counts) > 2 and min(counts) > 5
