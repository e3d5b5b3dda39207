"""Clusters: made, moved into, merged and undone; one at a time, and nothing lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from meetings.talking import Talk
from workshops.meeting import Meeting

from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings.passages import passages
from storybank.meetings.team import meeting_for
from storybank.synthesis import clusters, moving
from storybank.synthesis.models import Cluster, ClusterItem, ThemeLink
from storybank.workshops import freezing


class TestMaking:
    def test_a_cluster_holds_what_was_ticked_with_group_and_way_and_the_rest_is_loose(self, board):
        made = board.make("Being asked", "one", "two")
        [card] = board.cards()
        assert (card.title, card.id) == ("Being asked", made.id)
        assert [(one.text, one.group, one.came) for one in card.answers] == [
            ("one", "Oak", "In the room"), ("two", "Elm", "Online"),
        ]  # fmt: skip
        assert board.loose() == ["three"]

    def test_each_answer_is_in_one_cluster(self, board):
        board.make("A", "one", "two")
        board.make("B", "two", "three")
        assert board.look() == {"A": ["one"], "B": ["two", "three"]}
        standing = sa.select(ClusterItem.response_id).where(ClusterItem.removed_at.is_(None))
        ids = board.session.scalars(standing).all()
        assert len(ids) == len(set(ids)) == 3

    def test_what_is_not_shown_or_of_another_workshop_is_not_moved(self, board, elsewhere):
        waits = board.talk.said("waits", "waiting")
        for thing in (("answer", waits), ("answer", elsewhere.said("x")), ("passage", "1")):
            with pytest.raises(Conflict):
                moving.make(board.session, board.use, board.id, "A", [thing])
        theirs = moving.make(elsewhere.session, elsewhere.use, elsewhere.id, "Theirs")
        with pytest.raises(NotFound):
            board.move("one", theirs)
        with pytest.raises(NotFound):
            moving.make(board.session, elsewhere.use, board.id, "A")

    def test_a_blank_title_is_refused_and_a_closed_workshop_stays_as_it_is(self, board):
        with pytest.raises(BadInput):
            board.make("  ", "one")
        board.talk.workshop.status = "closed"
        with pytest.raises(Conflict):
            board.make("A", "one")


class TestWhatIsHidden:
    def test_it_leaves_the_display_and_keeps_its_place(self, board):
        board.make("A", "one", "two")
        row = board.talk.answer(board.ids["one"])
        row.status = "hidden"
        board.session.flush()
        [card] = board.cards()
        assert ([one.text for one in card.answers], card.unseen) == (["two"], 1)
        row.status = "shown"
        board.session.flush()
        assert board.look() == {"A": ["one", "two"]}


class TestUndoing:
    def test_every_change_comes_back_and_goes_forth_again(self, board):
        first = board.make("A", "one", "two")
        second = board.make("B", "three")
        link = ThemeLink(
            cluster_id=second.id, relation="new", made_by=board.use.actor.account_id,
            made_at=first.made_at,
        )  # fmt: skip
        board.session.add(link)
        moving.merge(board.session, board.use, board.id, second.id, first.id)
        moving.describe(
            board.session, board.use, board.id, first.id, title="All", summary="Of being asked"
        )
        assert board.look() == {"All": ["one", "two", "three"]}
        assert link.cluster_id == first.id
        seen = [board.look()]
        while board.a.undo(board.use):
            seen.append(board.look())
        assert seen[1:] == [
            {"A": ["one", "two", "three"]}, {"A": ["one", "two"], "B": ["three"]},
            {"A": ["one", "two"]}, {},
        ]  # fmt: skip
        assert sorted(board.loose()) == ["one", "three", "two"]
        again = []
        while board.a.redo(board.use):
            again.append(board.look())
        assert again == seen[-2::-1]
        board.session.refresh(link)
        assert link.cluster_id == first.id

    def test_what_others_moved_since_stays_where_they_put_it(self, board):
        first = board.make("A", "one", "two")
        other = board.talk.helper()
        second = moving.make(board.session, other, board.id, "B", [("answer", board.ids["two"])])
        done = board.a.undo(board.use)
        assert board.look() == {"B": ["two"]}
        assert "others moved" in done.sentence
        board.a.redo(board.use)
        assert board.look() == {"A": ["one"], "B": ["two"]}
        moving.move(board.session, other, board.id, "answer", board.ids["two"], first.id)
        board.a.undo(board.use)
        assert board.look() == {"A": ["two"], "B": []}
        assert board.loose() == ["one", "three"]
        assert second.removed_at is None

    def test_order_and_taking_apart_come_back(self, board):
        first, second = board.make("A", "one"), board.make("B", "two")
        moving.reorder(board.session, board.use, board.id, second.id, "up")
        assert list(board.look()) == ["B", "A"]
        moving.take_apart(board.session, board.use, board.id, first.id)
        assert board.look() == {"B": ["two"]}
        board.a.undo(board.use)
        assert board.look() == {"B": ["two"], "A": ["one"]}
        board.a.undo(board.use)
        assert list(board.look()) == ["A", "B"]


class TestPassages:
    def test_one_is_put_in_through_the_door_and_a_stop_takes_it_from_sight(self, a):
        pack = Meeting(a)
        place = pack.passage()
        [item_id] = pack.draw(place)
        freezing.freeze(a.session, pack.use, pack.pack.id)
        board = (a.session, pack.use, pack.workshop.id)
        made = moving.make(*board, "Said before", [("passage", str(item_id))])
        [card] = clusters.clusters(a.session, pack.workshop.id)
        assert card.passage_item_ids == [item_id]
        pack.stop(place)
        workshop, use = meeting_for(*board)
        assert passages(a.session, use, workshop).cards == ()
        with pytest.raises(Conflict):
            moving.move(*board, "passage", item_id, None)
        moving.take_apart(*board, made.id)
        assert clusters.clusters(a.session, pack.workshop.id) == []


class TestTheWall:
    def test_it_hears_of_every_change_and_of_nothing_else(self, board):
        made = board.make("A", "one")
        before = board.talk.version()
        board.move("two", made)
        assert board.talk.version() == before + 1
        board.move("two", made)
        assert board.talk.version() == before + 1


class Board:
    """A workshop with three answers, and clusters made of them."""

    def __init__(self, a) -> None:
        self.a, self.session, self.talk = a, a.session, Talk(a)
        self.use, self.id = self.talk.use, self.talk.id
        groups = (self.talk.room, self.talk.online, self.talk.room)
        self.ids = {
            text: self.talk.said(text, group=group)
            for text, group in zip(("one", "two", "three"), groups, strict=True)
        }

    def make(self, title: str, *texts: str) -> Cluster:
        things = [("answer", self.ids[text]) for text in texts]
        return moving.make(self.session, self.use, self.id, title, things)

    def move(self, text: str, to: Cluster | None) -> None:
        moving.move(
            self.session, self.use, self.id, "answer", self.ids[text], to.id if to else None
        )

    def cards(self) -> list[clusters.ClusterCard]:
        return clusters.clusters(self.session, self.id)

    def look(self) -> dict[str, list[str]]:
        return {card.title: [one.text for one in card.answers] for card in self.cards()}

    def loose(self) -> list[str]:
        return [one.text for one in clusters.loose(self.session, self.id)]


@pytest.fixture
def board(a):
    return Board(a)


@pytest.fixture
def elsewhere(a):
    return Talk(a)
