"""Splitting and joining keep the order of the list, what was decided, and every word."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from storybank.errors import BadInput, Conflict
from storybank.people.rules import Role
from storybank.receiving import deciding, dividing, gathering, reading, working
from storybank.receiving.models import IntakeItem
from storybank.stories.rules import Speaks

TALK = "Ann: One?\n\nBo: Two.\n\nAnn: Three?\n\nBo: Four.\n"


def test_parts_stand_in_order_and_come_together_again(session, a):
    intake = gathering.begin(session, a.actor(Role.STEWARD), "page")
    for name in ("a.txt", "b.txt", "c.txt"):
        gathering.add_file(session, intake, name, io.BytesIO(TALK.encode()))
    items = session.scalars(sa.select(IntakeItem).order_by(IntakeItem.n)).all()
    for item in items:
        working.note(session, item, working.look("a.txt", TALK.encode()))
    first, second, third = items
    deciding.say_who(session, first, {1: Speaks.INTERVIEWER, 2: Speaks.TELLER})
    whole = reading.of(session, first).canon
    bo = whole.text.index("Bo: Two")
    three, four = whole.text.index("Ann: Three"), whole.text.index("Bo: Four")
    made = dividing.split(session, intake, first, [bo, four])
    assert [one.n for one in made] == [1, 2, 3]
    session.expire_all()
    assert (second.n, third.n) == (4, 5)
    # Bo speaks first in the second part, and is its first speaker.
    assert deciding.decided(session, made[1]).speakers == {
        1: Speaks.TELLER, 2: Speaks.INTERVIEWER,
    }  # fmt: skip
    texts = [reading.of(session, one).canon.text for one in made]
    assert texts == [whole.text[: bo - 1], whole.text[bo : four - 1], whole.text[four:]]
    with pytest.raises(BadInput):
        dividing.split(session, intake, made[1], [three])  # a place of the whole, not of the part
    place = dividing.join(session, intake, made[0])
    assert reading.of(session, made[0]).canon.text == whole.text[: four - 1]
    dividing.part(session, intake, made[0], place)
    # What another file brought is left out while it is joined, and comes back as it was.
    place = dividing.join(session, intake, second)
    session.flush()
    assert (third.status, third.reason) == ("left out", dividing.JOINED)
    with pytest.raises(Conflict):
        deciding.take_back(session, third)
    dividing.part(session, intake, second, place)
    assert third.status == "ready" and reading.of(session, second).canon.text == whole.text
    with pytest.raises(Conflict, match="nothing after"):
        dividing.join(session, intake, third)
