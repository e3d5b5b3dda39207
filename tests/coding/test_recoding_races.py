"""A code merged or retired while another coder puts it on, on each kind of database: no coding is
ever left on a code out of use, and none is lost."""

from __future__ import annotations

from types import SimpleNamespace

import factories
import pytest
import sqlalchemy as sa
from consent.test_races import at_once, sessions  # noqa: F401

from storybank import db
from storybank.codebook import changing, service
from storybank.codebook.models import Code
from storybank.coding import recoding
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.stories.rules import Place
from storybank.wiring import FOLLOWERS

KEYS = ("EN-PEER", "EN-ALLY"), ("BA-WHO", "EN-LEARN"), ("VA-SERVICE", "EN-PAID")


@pytest.fixture
def coders(sessions):  # noqa: F811
    with db.writing(sessions) as session:
        a = factories.Factory(session)
        return SimpleNamespace(id=a.story().id, uses=[a.use(Purpose.STUDY) for _ in range(4)])


def putting(coders, who: int, code_id: int, start: int, found: list):
    def put(session) -> None:
        place = Place(coders.id, 1, start, start + 4)
        try:
            [made] = coding.apply(session, coders.uses[who], place, [code_id])
        except BadInput as refused:
            found.append(refused.sentence)
        else:
            found.append(made.code_id)

    return put


@pytest.mark.parametrize("turn", range(3))
def test_merged_while_others_put_it_on(sessions, coders, turn):  # noqa: F811
    old, new = KEYS[turn]
    with db.writing(sessions) as session:
        one, other = (service.code(session, key).id for key in (old, new))
    found: list = []
    wrong = at_once(
        sessions,
        putting(coders, 0, one, 0, found),
        putting(coders, 1, one, 0, found),
        lambda session: recoding.merge(session, coders.uses[3], old, new, "", FOLLOWERS),
        putting(coders, 2, one, 7, found),
    )
    assert wrong == [] and len(found) == 3
    with db.writing(sessions) as session:
        rows = session.execute(
            sa.select(Coding.code_id, Coding.removed_at).where(Coding.story_id == coders.id)
        ).all()
        assert [tuple(row) for row in rows] == [(other, None)] * 3
        assert service.told(session, [one]) == (
            f"“{service.code(session, old).name}” is now part of "
            f"“{service.code(session, new).name}”, which is put on."
        )


def test_retired_while_others_put_it_on(sessions, coders):  # noqa: F811
    with db.writing(sessions) as session:
        card = service.code(session, "EN-LEARN")
    code_id, key = card.id, card.key
    found: list = []
    wrong = at_once(
        sessions,
        putting(coders, 0, code_id, 0, found),
        lambda session: changing.retire(session, coders.uses[3], key),
        putting(coders, 1, code_id, 0, found),
    )
    assert wrong == [] and len(found) == 2
    with db.writing(sessions) as session:
        assert session.get_one(Code, code_id).retired_at is not None
        there = session.scalar(
            sa.select(sa.func.count()).select_from(Coding).where(Coding.story_id == coders.id)
        )
        assert there == found.count(code_id)
        name = session.get_one(Code, code_id).name
        refused = f"“{name}” is no longer in use. Choose another code."
        assert [one for one in found if one != code_id] == [refused] * (2 - there)
