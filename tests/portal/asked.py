"""A question to a storyteller, and a sentence to put right, for tests that walk the whole house."""

from __future__ import annotations

from datetime import timedelta

from factories import Factory

from storybank.clock import now
from storybank.consent.models import AskRequest
from storybank.consent.rules import Purpose, Use
from storybank.consent.standing import state_of
from storybank.people.rules import Actor
from storybank.portal import corrections, parts
from storybank.stories import reading


def asked_in(a: Factory, teller: Actor, story_id: int, words: str) -> dict[str, list]:
    """Of one story: its first sentence is asked for, and is to say ``words``. The numbers that
    stand in their addresses."""
    session = a.session
    own = Use.claim(teller, Purpose.OWN, now())
    story = reading.story(session, own, story_id)
    row = corrections.ask(session, own, story_id, story.version, 0, words)
    sentence = parts.sentence_at(session, own, story_id, 0)
    state = state_of(session, story_id)
    request = AskRequest(
        story_id=story_id, version=story.version, start=sentence.start, end=sentence.end,
        sha256=reading.sha256_of(sentence.words), variant="original", use="workshop",
        event="workshop-1", event_title="For workshop", audience=["Riverside Council"],
        audience_words="riverside council", name_style=state.name_style.value,
        name_ref=state.name_ref, asked_at=now(), answer_by=now() + timedelta(days=9),
    )  # fmt: skip
    session.add(request)
    session.flush()
    return {"ask_id": [request.id], "request_id": [row.request_id]}
