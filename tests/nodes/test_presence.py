"""Each program of the house says that it is there."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storybank.nodes import presence
from storybank.nodes.models import Node

pytestmark = pytest.mark.postgres


def rows(house):
    with house.sessions() as session:
        return session.scalars(sa.select(Node).order_by(Node.name)).all()


def test_it_notes_itself_for_the_other_nodes_and_leaves(houses, monkeypatch):
    monkeypatch.setenv("STORYBANK_NODE", "web-1")
    one = presence.Presence(houses[0].sessions, "serve", "0024")
    one.note()
    began = rows(houses[1])[0].began_at
    one.note(index_at=7)
    (row,) = rows(houses[1])
    assert (row.kind, row.head, row.index_at, row.began_at) == ("serve", "0024", 7, began)
    assert row.name.startswith("web-1 serve ")
    with houses[1].sessions() as session:
        assert presence.others(session) == []
        monkeypatch.setenv("STORYBANK_NODE", "web")
        assert presence.others(session) == [row.name]
    one.end()
    assert rows(houses[1]) == []


def test_who_was_not_heard_of_for_a_day_is_forgotten(houses):
    with houses[0].sessions() as session:
        long_ago = sa.func.timezone("utc", sa.func.now()) - sa.text("interval '25 hours'")
        values = {"name": "gone work 1", "kind": "work", "head": "", "began_at": long_ago}
        session.execute(sa.insert(Node).values(**values, seen_at=long_ago))
        session.commit()
    here = presence.Presence(houses[0].sessions, "serve", "")
    here.note()
    assert [row.name for row in rows(houses[0])] == [here.name]
    here.end()


def test_a_house_in_one_file_has_no_list(house):
    here = house.appear("serve")
    here.note()
    assert rows(house) == []
    here.end()
