"""The collective answer: written by people, nothing lost, everything taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from synthesis.answered import Answered

from storybank.clock import now
from storybank.consent import pausing
from storybank.consent import service as consent
from storybank.consent.models import UseRecord
from storybank.errors import BadInput, Conflict, NotFound
from storybank.mail.models import Message
from storybank.meetings.passages import passages
from storybank.people import identity
from storybank.people.identity_rules import Details
from storybank.people.rules import MACHINE
from storybank.stories.models import Story
from storybank.synthesis import (
    documents,
    evidence,
    recommending,
    signing,
    supporting,
    telling,
    writing,
)
from storybank.synthesis import report as reports
from storybank.synthesis.answer_rules import (
    Counts,
    Kind,
    Part,
    Says,
    Side,
    count_of,
    pieces_outside,
    side_of,
    told_each,
)
from storybank.synthesis.lines import lines
from storybank.synthesis.models import ThemeLink
from storybank.synthesis.sides import sides
from storybank.synthesis.telling import Way
from storybank.synthesis.writing import Between
from storybank.workshops import opening
from storybank.workshops.opening import FirstDo


@pytest.fixture
def held(a) -> Answered:
    return Answered(a)


def all_of(held: Answered, removed: bool = False):
    shown = {card.item_id for card in passages(held.session, held.use, held.workshop).cards}
    return lines(held.session, held.workshop.id, shown, removed=removed)


def words(held: Answered) -> list[str]:
    return [f"{one.name}: {one.text}" for one in all_of(held)]


class TestCounting:
    def test_phone_is_online_and_a_mixed_group_stands_by_itself(self):
        assert [side_of(mode, "both") for mode in ("room", "online", "phone", "mixed", None)] == [
            Side.ROOM, Side.ONLINE, Side.ONLINE, Side.MIXED, Side.MIXED,
        ]  # fmt: skip
        assert side_of(None, "room") is Side.ROOM

    def test_small_counts_are_neither_told_nor_drawn(self):
        three, one = (pieces_outside(Counts(for_n=20, against_n=n))[3] for n in (3, 1))
        assert three == one and three[1] == "fewer than 5"
        assert pieces_outside(Counts(for_n=20))[3][1:] == ("0", 100.0, 0.0)

    def test_one_small_count_is_not_to_be_worked_out_from_the_sum(self):
        assert told_each([12, 3, 7, 0]) == ["12", "fewer than 5", "not told", "0"]
        assert told_each([12, 3, 2]) == ["12", "fewer than 5", "fewer than 5"]

    @pytest.mark.parametrize("typed", ["-1", "1e3", "٣", "9999999", "two", "1.5"])
    def test_what_is_no_number_of_people_is_said_so(self, typed):
        with pytest.raises(BadInput):
            count_of(typed, "for")

    def test_answers_count_where_they_came_from(self, held):
        room, online, phone, mixed = held.groups
        some = [held.answer("Yes", group) for group in (room, room, online, phone, mixed)]
        held.answer("Nobody let this through", room, status="waiting")
        held.answer("", room)
        held.answer("On paper", room, captured="paper")
        held.cluster("Peers", *some)
        found = sides(held.session, held.workshop)
        assert found.clusters[0].sides == {Side.ROOM: 2, Side.ONLINE: 2, Side.MIXED: 1}
        assert found.loose.sides == {Side.ROOM: 1}
        assert (found.phone, found.paper) == (1, 1)


class TestParts:
    def write(self, held, text, seen=None, part=Part.ROOM):
        if seen is None:
            seen = writing.parts(held.session, held.workshop.id)[part].seen
        return writing.write(held.session, held.use, held.workshop, part, text, seen)

    def test_two_who_write_at_once_lose_nothing(self, held):
        seen = writing.parts(held.session, held.workshop.id)[Part.ROOM].seen
        assert self.write(held, "First", seen)
        with pytest.raises(Between) as both:
            self.write(held, "Second", seen)
        assert (both.value.theirs, both.value.mine) == ("First", "Second")
        assert not self.write(held, "First", seen)  # a double press

    def test_undo_takes_back_only_what_still_stands(self, held, a):
        self.write(held, "One")
        self.write(held, "Two")
        a.undo(held.use)
        assert writing.parts(held.session, held.workshop.id)[Part.ROOM].text == "One"
        a.redo(held.use)
        assert writing.parts(held.session, held.workshop.id)[Part.ROOM].text == "Two"
        writing.put(held.session, held.use, held.workshop.id, Part.ROOM, "By another")
        assert "since" in a.undo(held.use).sentence
        assert writing.parts(held.session, held.workshop.id)[Part.ROOM].text == "By another"

    def test_it_may_be_long_but_not_without_end_and_not_once_it_is_closed(self, held, a):
        with pytest.raises(BadInput):
            self.write(held, "a" * 10_001)
        self.write(held, "Kept")
        held.workshop.status = "closed"
        held.session.flush()
        with pytest.raises(Conflict):
            self.write(held, "More")
        assert "closed" in a.undo(held.use).sentence


class TestRecommendations:
    def test_each_kind_is_numbered_from_one_and_resolutions_come_first(self, held):
        held.recommend("Pay people")
        held.recommend("Answer in writing")
        held.recommend("We lead too", Kind.RESOLUTION)
        assert words(held) == [
            "Resolution 1: We lead too", "Recommendation 1: Pay people",
            "Recommendation 2: Answer in writing",
        ]  # fmt: skip

    def test_moving_withdrawing_and_bringing_back_with_undo(self, held, a):
        one, two, three = (held.recommend(text) for text in ("A", "B", "C"))
        s, use, w = held.session, held.use, held.workshop
        recommending.move(s, use, w, three.id, "up")
        assert [one.text for one in all_of(held)] == ["A", "C", "B"]
        recommending.withdraw(s, use, w, one.id)
        assert words(held) == ["Recommendation 1: C", "Recommendation 2: B"]
        assert [line.text for line in all_of(held, removed=True)] == ["A"]
        a.undo(use)
        assert words(held)[0] == "Recommendation 1: A"
        a.undo(use)
        assert [one.text for one in all_of(held)] == ["A", "B", "C"]
        a.redo(use)
        a.redo(use)
        assert [one.text for one in all_of(held)] == ["C", "B"]
        recommending.bring_back(s, use, w, one.id)
        assert [one.text for one in all_of(held)] == ["A", "C", "B"]
        with pytest.raises(NotFound):
            recommending.withdraw(s, use, w, 2**31 - 1)

    def test_another_workshop_has_none_of_them(self, held, a):
        made = held.recommend("Ours")
        other = Answered(a)
        with pytest.raises(NotFound):
            recommending.withdraw(held.session, other.use, other.workshop, made.id)

    def test_new_words_ask_anew_and_undo_brings_back_what_was_said_to_the_old(self, held, a):
        made, seat = held.recommend("Pay people"), held.seat(held.groups[0])
        s, use, w = held.session, held.use, held.workshop
        supporting.say(s, seat, made.id, 1, "for", True)
        assert recommending.reword(s, use, w, made.id, "Pay everybody", "", 1)
        [line] = all_of(held)
        assert (line.n, line.support.total, line.reopened) == (2, 0, True)
        with pytest.raises(Between):
            recommending.reword(s, use, w, made.id, "Pay nobody", "", 1)
        with pytest.raises(Conflict):
            supporting.say(s, seat, made.id, 1, "for", True)
        a.undo(use)
        [line] = all_of(held)
        assert (line.text, line.support.for_n, line.signed.people) == ("Pay people", 1, 1)
        a.redo(use)
        supporting.say(s, seat, made.id, 2, "against", False)
        a.undo(use)
        [line] = all_of(held)  # somebody answered, so the old words come back as new ones
        assert (line.text, line.n, line.support.total) == ("Pay people", 3, 0)
        assert [one.text for one in recommending.history(s, made.id)] == [
            "Pay people", "Pay everybody", "Pay people",
        ]  # fmt: skip


class TestEvidence:
    def choose(self, held, made, clusters=(), items=()):
        evidence.choose(
            held.session, held.use, held.workshop, made.id, clusters=clusters, passages=items,
            shown=set(held.items),
        )  # fmt: skip

    def test_none_is_said_so_and_undo_takes_it_back(self, held, a):
        made = held.recommend("Pay people")
        assert all_of(held)[0].bare
        cluster = held.cluster("Peers")
        self.choose(held, made, [cluster.id, 2**31 - 1], [held.items[0], 2**31 - 1])
        [line] = all_of(held)
        assert (line.clusters, line.passages) == (((cluster.id, "Peers"),), (held.items[0],))
        a.undo(held.use)
        assert all_of(held)[0].bare
        a.redo(held.use)
        assert not all_of(held)[0].bare

    def test_a_stopped_passage_leaves_and_what_has_nothing_left_says_so(self, held):
        made = held.recommend("Pay people")
        self.choose(held, made, items=[held.items[0]])
        held.stop(held.places[0])
        [line] = all_of(held)
        assert (line.passages, line.gone, line.left_bare, line.bare) == ((), 1, True, False)
        assert "Nothing is left" in documents.stands_on(_report(held), line)


class TestSupport:
    def test_phones_and_what_is_written_down_add_up_by_group(self, held, a):
        made, group = held.recommend("Pay people"), held.groups[0]
        s, use, w = held.session, held.use, held.workshop
        for says in ("for", "for", "live with"):
            supporting.say(s, held.seat(group), made.id, 1, says, False)
        assert supporting.write_down(
            s, use, w, made.id, group.id, counts=Counts(5, 0, 1, 2), minority="Buses first.",
            seen_n=1,
        )  # fmt: skip
        [one] = all_of(held)[0].groups
        assert (one.all.all, one.minority) == ((7, 1, 1, 2), "Buses first.")
        a.undo(use)
        [one] = all_of(held)[0].groups
        assert one.all.all == (2, 1, 0, 0)

    def test_one_participant_has_one_answer_and_may_change_it(self, held):
        made, seat = held.recommend("Pay people"), held.seat(held.groups[0])
        for says in ("for", "against", "against"):
            supporting.say(held.session, seat, made.id, 1, says, says == "for")
        [line] = all_of(held)
        assert (line.support.all, line.signed.people) == ((0, 0, 0, 1), 0)
        for wrong in ("", "yes", "\x00"):
            with pytest.raises(BadInput):
                supporting.say(held.session, seat, made.id, 1, wrong, False)

    def test_nobody_is_asked_before_the_part_recommend_or_after_the_end(self, held):
        made, seat = held.recommend("Pay people"), held.seat()
        for status in ("open", "live", "closed"):
            held.workshop.status = status
            held.session.flush()
            with pytest.raises(Conflict):
                supporting.say(held.session, seat, made.id, 1, "for", False)

    def test_a_group_agrees_and_takes_it_back(self, held, a):
        made, group = held.recommend("Pay people"), held.groups[1]
        s, use, w = held.session, held.use, held.workshop
        assert signing.sign(s, use, w, made.id, group.id, 1, True)
        assert not signing.sign(s, use, w, made.id, group.id, 1, True)
        assert all_of(held)[0].signed.group_ids == {group.id}
        a.undo(use)
        assert not all_of(held)[0].signed
        other = Answered(a)
        with pytest.raises(NotFound):
            signing.sign(s, use, w, made.id, other.groups[0].id, 1, True)


def _report(held):
    return reports.report(held.session, held.use, held.workshop)


def _said(held) -> str:
    return "\n".join(words for _, words in documents.pieces(_report(held)))


class TestReport:
    def test_quotes_are_those_who_may_be_quoted_in_their_own_words(self, held):
        some = [
            held.answer("Quote me"), held.answer("Not me", may_quote=False),
            held.answer("A note of it", verbatim=False), held.answer("Held", status="held"),
        ]  # fmt: skip
        held.cluster("Peers", *some)
        assert _report(held).clusters[0].quotes == ("Quote me",)

    def test_people_are_counted_by_group_and_small_numbers_are_not_told(self, held):
        for _ in range(6):
            held.seat(held.groups[0], "practice")
        for group in held.groups[1:3]:
            held.seat(group, "policy")
        people = _report(held).people
        assert [one[2] for one in people.groups] == ["6", "fewer than 5", "fewer than 5", "0"]
        assert dict(people.kinds) == {
            "I work with people in health or care": "6", "I work on policy": "fewer than 5",
        }  # fmt: skip
        assert people.total == ""  # with it the one hidden kind could be worked out

    def test_it_shows_passages_as_they_may_be_shown_now_and_writes_them_down(self, held):
        made = held.recommend("Pay people")
        evidence.choose(
            held.session, held.use, held.workshop, made.id, clusters=(),
            passages=held.items[:2], shown=set(held.items),
        )  # fmt: skip
        assert "I rang the clinic on Monday." in _said(held)
        assert reports.record(held.session, held.use, _report(held)) == 2
        rows = held.session.scalars(select(UseRecord).where(UseRecord.medium == "report")).all()
        assert {row.story_id for row in rows} == {one.story_id for one in held.places[:2]}
        held.stop(held.places[0])
        said = _said(held)
        assert "I rang the clinic on Monday." not in said and documents.GONE in said
        assert "Stands on card 2. Something it stood on was taken away." in said


class TestTelling:
    def ready(self, held) -> None:
        made = held.recommend("Pay people")
        evidence.choose(
            held.session, held.use, held.workshop, made.id, clusters=(),
            passages=held.items[:1], shown=set(held.items),
        )  # fmt: skip

    def teller(self, held, place, tell: str, **details):
        story = held.session.get_one(Story, place.story_id)
        consent.give(
            held.session, MACHINE, story.id, story.person_id, {}, held.a.proof(), "paper",
            preferences={"tell": tell},
        )  # fmt: skip
        identity.save_details(held.session, MACHINE, story.person_id, Details(**details))
        held.session.flush()
        return story.person_id

    def test_each_is_told_once_by_their_own_way_and_then_it_may_be_closed(self, held):
        self.ready(held)
        reports.record(held.session, held.use, _report(held))
        who = self.teller(held, held.places[0], "every", preferred_channel="letter",
                          legal_name="Ada Rowe", address="1 Mill Lane")  # fmt: skip
        check = (held.session, held.use, held.workshop)
        with pytest.raises(FirstDo) as first:
            telling.check_told(*check)
        assert "1 storyteller is not told yet" in first.value.sentence
        assert telling.tell(*check) == 1 and telling.tell(*check) == 0
        [letter] = held.session.scalars(select(Message).where(Message.about.like("came of it:%")))
        assert (letter.person_id, letter.state) == (who, "to post")
        telling.check_told(*check)
        [heard] = telling.heard(held.session, who)
        assert heard.workshop.id == held.workshop.id

    def test_who_wants_no_letters_finds_it_on_their_page(self, held):
        self.ready(held)
        self.teller(held, held.places[0], "none", email="ada@example.org")
        assert [one.way for one in telling.tellers(held.session, held.workshop)] == [Way.PAGE]
        assert telling.tell(held.session, held.use, held.workshop) == 1
        assert held.session.scalars(select(Message)).all() == []

    def test_who_deleted_their_story_is_not_written_to_and_stops_nothing(self, held, a):
        self.ready(held)
        who = self.teller(held, held.places[0], "every", email="ada@example.org")
        pausing.request_erasure(held.session, MACHINE, held.places[0].story_id, who, "phone")
        assert telling.tellers(held.session, held.workshop) == []
        telling.check_told(held.session, held.use, held.workshop)

    def test_there_has_to_be_something_to_tell(self, held):
        with pytest.raises(Conflict):
            telling.tell(held.session, held.use, held.workshop)

    def test_the_check_stands_where_workshops_close(self):
        assert telling.check_told in opening.BEFORE_CLOSING


def test_every_answer_has_words():
    assert all(one.words and one.mine for one in Says)


def test_a_report_says_what_a_cluster_does_to_a_theme(held):
    cluster, code = held.cluster("Peers", held.answer("They sat with me")), held.a.code("EN-PEER")
    for relation, code_id in (("challenges", code.id), ("new", None)):
        held.session.add(
            ThemeLink(
                cluster_id=cluster.id, code_id=code_id, relation=relation, made_at=now(),
                made_by=held.use.actor.account_id,
            )
        )  # fmt: skip
    assert _report(held).clusters[0].themes == (
        f"Challenges the theme: {code.name}", "A new theme",
    )  # fmt: skip
