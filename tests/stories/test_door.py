"""The door: what each purpose is given, and what nobody is given without one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from storybank.clock import now
from storybank.consent import service as consent
from storybank.consent.rules import (
    EIGHT,
    WHOLE_STORY,
    Answer,
    NameStyle,
    Purpose,
    Reason,
    Use,
)
from storybank.errors import NotFound, Refused
from storybank.people.rules import MACHINE, Role
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import MAX_PART, NO_NAME, Place
from storybank.stories.words import StoryWords, UngovernedRead

PARTS_ONLY = [purpose for purpose in EIGHT if purpose not in WHOLE_STORY]
TEAM = (Purpose.STUDY, Purpose.REUSE, Purpose.INDEX, Purpose.SUGGEST)
NAMED = (Purpose.KEEP, Purpose.WORKSHOP, Purpose.MEMBERS, Purpose.DECIDE, Purpose.TEACH,
         Purpose.PUBLIC)  # fmt: skip


def words_at(a, story, start: int = 0, end: int = 6) -> Place:
    return Place(story.id, story.current_version, start, end)


class TestPurpose:
    @pytest.mark.parametrize("purpose", [use for use in EIGHT if use is not Purpose.KEEP])
    def test_a_yes_opens_its_own_purpose_and_keeping_and_no_other(self, session, a, purpose):
        story = a.story(consented_to=[purpose])
        opened = {one for one in EIGHT if reading.may(session, a.use(one), story.id)}
        assert opened == {Purpose.KEEP, purpose}
        for one in EIGHT:
            use = a.use(one)
            listed = story.id in reading.permitted_ids(session, use)
            titled = story.id in reading.titles(session, use, [story.id])
            told = bool(reading.excerpts(session, use, [words_at(a, story)]))
            assert {listed, titled, told} == {one in opened}

    @pytest.mark.parametrize("purpose", PARTS_ONLY)
    def test_a_purpose_for_short_parts_never_gets_a_whole_story(self, session, a, purpose):
        story, use = a.story(), a.use(purpose)
        for ask in (reading.story, lambda *args: reading.stories(*args[:2], [args[2]])):
            with pytest.raises(Refused, match="short parts"):
                ask(session, use, story.id)
        assert reading.excerpts(session, use, [words_at(a, story)])

    def test_withheld_and_missing_look_the_same(self, session, a):
        withheld = a.story(consented_to=[Purpose.WORKSHOP])
        answers = []
        for number in (withheld.id, 10_000_000):
            with pytest.raises(NotFound) as answer:
                reading.story(session, a.use(Purpose.STUDY), number)
            answers.append(answer.value.sentence)
        assert answers[0] == answers[1]

    def test_stories_come_in_the_order_asked_for_without_those_withheld(self, session, a):
        one, shut, two = a.story(title="One"), a.story(consented_to=[]), a.story(title="Two")
        found = reading.stories(session, a.use(Purpose.STUDY), [two.id, shut.id, one.id])
        assert [story.title for story in found] == ["Two", "One"]

    def test_a_yes_that_ran_out_shuts_the_door_without_any_job(self, session, a):
        story = a.story(until=now() + timedelta(hours=1))
        use = a.use(Purpose.MEMBERS)
        assert reading.may(session, use, story.id)
        later = replace(use, at=use.at + timedelta(hours=2))
        assert not reading.may(session, later, story.id)
        assert not reading.titles(session, later, [story.id])


class TestOwn:
    def test_a_storyteller_reads_their_own_story_whatever_was_stopped(self, session, a):
        story, other = a.story(title="Mine", name="Ana"), a.story()
        a.stop(story)
        teller = a.actor(Role.STORYTELLER, person_id=story.person_id)
        use = Use.claim(teller, Purpose.OWN, now())
        assert reading.permitted_ids(session, use) == {story.id}
        assert reading.story(session, use, story.id).title == "Mine"
        with pytest.raises(NotFound):
            reading.story(session, use, other.id)

    def test_a_storyteller_account_without_a_person_owns_nothing(self, session, a):
        a.story()
        nobody = replace(a.actor(Role.STORYTELLER), person_id=None)
        assert reading.permitted_ids(session, Use.claim(nobody, Purpose.OWN, now())) == set()


class TestExcerpts:
    def test_they_keep_the_order_asked_for_and_drop_what_is_not_allowed(self, session, a):
        one = a.story(text="First words. More words.")
        shut = a.story(text="Shut words.", consented_to=[Purpose.STUDY])
        two = a.story(text="Second words.")
        stopped = a.story(text="Stopped words.")
        a.stop(stopped, Purpose.WORKSHOP)
        places = [
            words_at(a, two), words_at(a, shut), words_at(a, one, 13, 17), words_at(a, stopped),
            words_at(a, one, 0, 5),
        ]  # fmt: skip
        found = reading.excerpts(session, a.use(Purpose.WORKSHOP), places)
        assert [excerpt.words for excerpt in found] == ["Second", "More", "First"]

    def test_a_version_that_is_not_there_has_no_words(self, session, a):
        story = a.story()
        place = replace(words_at(a, story), version=2)
        assert reading.excerpts(session, a.use(Purpose.STUDY), [place]) == []

    @pytest.mark.parametrize("purpose", PARTS_ONLY)
    def test_a_short_part_is_cut_where_it_stops_being_short(self, session, a, purpose):
        story = a.story(text="word " * 1_000)
        long = words_at(a, story, 5, 4_000)
        [part] = reading.excerpts(session, a.use(purpose), [long])
        assert (part.start, part.end, len(part.words)) == (5, 5 + MAX_PART, MAX_PART)
        [whole] = reading.excerpts(session, a.use(Purpose.STUDY), [long])
        assert whole.end == 4_000

    def test_a_place_past_the_end_is_cut_to_what_there_is(self, session, a):
        story = a.story(text="Short.")
        [part] = reading.excerpts(session, a.use(Purpose.STUDY), [words_at(a, story, 0, 99)])
        assert (part.words, part.end) == ("Short.", 6)

    def test_no_words_are_given_before_an_audience_the_teller_named(self, session, a):
        story, free = a.story(not_for=["Riverside Council"]), a.story()
        use = a.use(Purpose.WORKSHOP, audience=["riverside  COUNCIL"])
        found = reading.excerpts(session, use, [words_at(a, story), words_at(a, free)])
        assert [excerpt.story_id for excerpt in found] == [free.id]
        assert set(reading.titles(session, use, [story.id, free.id])) == {free.id}


class TestFragments:
    def test_the_finder_sees_only_stories_the_use_allows(self, session, a):
        story, shut = a.story(text="Open words."), a.story(text="Shut.", consented_to=[])
        seen = []

        def find(text):
            seen.append(text)
            return [(0, 4)]

        found = reading.fragments(session, a.use(Purpose.TEACH), [story.id, shut.id], find)
        assert {number: parts[0].words for number, parts in found.items()} == {story.id: "Open"}
        assert seen == ["Open words."]

    def test_they_are_as_short_as_excerpts(self, session, a):
        story = a.story(text="word " * 1_000)
        whole = lambda text: [(0, len(text))]  # noqa: E731
        for purpose, longest in ((Purpose.PUBLIC, MAX_PART), (Purpose.STUDY, 4_999)):
            found = reading.fragments(session, a.use(purpose), [story.id], whole)
            assert len(found[story.id][0].words) == longest


class TestAttribution:
    @pytest.mark.parametrize("style", NameStyle)
    @pytest.mark.parametrize("purpose", [*NAMED, *TEAM])
    def test_the_team_sees_a_code_and_others_the_name_as_chosen(self, session, a, style, purpose):
        name = None if style is NameStyle.NONE else "Ana of the Hill"
        story = a.story(name=name, style=style)
        head = reading.titles(session, a.use(purpose), [story.id])[story.id]
        if purpose in TEAM:
            assert head.attribution == f"ST-{story.person_id:04d}"
        else:
            assert head.attribution == (name or NO_NAME)

    def test_a_name_that_was_taken_back_is_shown_no_more(self, session, a):
        story = a.story(name="Ana of the Hill")
        consent.give(
            session, MACHINE, story.id, story.person_id, {Purpose.PUBLIC: Answer.YES}, a.proof(),
            "phone", name_style=NameStyle.NONE, name_ref=0,
        )  # fmt: skip
        head = reading.titles(session, a.use(Purpose.PUBLIC), [story.id])[story.id]
        assert head.attribution == NO_NAME


class TestWithheld:
    @pytest.mark.parametrize("purpose", [use for use in EIGHT if use is not Purpose.KEEP])
    def test_title_name_and_id_from_elsewhere_are_withheld_with_the_words(
        self, session, a, purpose
    ):
        story = a.story(title="Quux", name="Quuxling", external_id=f"quux-{purpose}")
        a.stop(story, purpose)
        use = a.use(purpose)
        assert reading.titles(session, use, [story.id]) == {}
        assert reading.external_ids(session, use, [story.id]) == {}
        assert reading.excerpts(session, use, [words_at(a, story)]) == []
        assert reading.fragments(session, use, [story.id], lambda text: [(0, 4)]) == {}


class TestHidden:
    def test_each_reason_is_counted_once_for_each_place(self, session, a):
        asks = a.story(answers={Purpose.WORKSHOP: Answer.ASK})
        no = a.story(answers={Purpose.WORKSHOP: Answer.NO})
        blank = a.story(consented_to=[Purpose.STUDY])
        old = a.story(until=now() - timedelta(days=1))
        early = a.story(since=now() + timedelta(days=1))
        shy = a.story(not_for=["The board"])
        open_one = a.story()
        use = a.use(Purpose.WORKSHOP, audience=["the board"])
        ids = [asks.id, asks.id, no.id, blank.id, old.id, shy.id, open_one.id]
        assert reading.hidden(session, use, ids) == Counter(
            {
                Reason.ASK_FIRST: 2, Reason.SAID_NO: 1, Reason.NOT_ASKED: 1, Reason.RUN_OUT: 1,
                Reason.NOT_FOR: 1,
            }
        )  # fmt: skip
        # Nor may it be kept yet, and of a story that may not be kept nothing is said.
        assert reading.hidden(session, use, [early.id]) == Counter()

    @pytest.mark.parametrize("stopped", [[Purpose.WORKSHOP], [Purpose.KEEP], list(EIGHT)])
    def test_a_stopped_story_is_in_no_count_whatever_else_stands_against_it(
        self, session, a, stopped
    ):
        story = a.story(not_for=["The board"])
        a.stop(story, *stopped)
        use = a.use(Purpose.WORKSHOP, audience=["the board"])
        assert reading.hidden(session, use, [story.id, story.id]) == Counter()


ROADS = {
    "an ORM entity": lambda s: s.scalars(select(StoryWords)).all(),
    "one column": lambda s: s.scalars(select(StoryWords.body)).all(),
    "Session.get": lambda s: s.get(StoryWords, (1, "text", 1)),
    "the older Query": lambda s: s.query(StoryWords).all(),
    "raw SQL": lambda s: s.execute(sa.text("select body from story_words")).all(),
    "raw SQL in capitals": lambda s: s.execute(sa.text('SELECT body FROM "STORY_WORDS"')).all(),
    "an aliased table": lambda s: s.execute(select(aliased(StoryWords.__table__, name="w"))).all(),
    "a predicate in a count": lambda s: s.scalar(
        select(func.count()).select_from(Story)
        .join(StoryWords, StoryWords.story_id == Story.id)
        .where(StoryWords.body.like("%rang%"))
    ),
    "UPDATE RETURNING": lambda s: s.execute(
        sa.update(StoryWords).values(body=StoryWords.body).returning(StoryWords.body)
    ).all(),
    "the driver itself": lambda s: s.connection().exec_driver_sql(
        "select body from story_words"
    ).all(),
    "DELETE RETURNING": lambda s: s.execute(
        sa.delete(StoryWords).returning(StoryWords.body)
    ).all(),
    "INSERT": lambda s: s.execute(
        sa.insert(StoryWords).values(story_id=1, kind="text", ref=9, body="words")
    ),
}  # fmt: skip


class TestTripwire:
    @pytest.mark.parametrize("road", ROADS)
    def test_no_road_leads_to_the_words_without_a_declared_use(self, session, a, road):
        a.story()
        with pytest.raises(UngovernedRead):
            ROADS[road](session)

    def test_a_word_in_place_of_a_use_is_no_declaration(self, session, a):
        a.story()
        with pytest.raises(UngovernedRead):
            session.execute(select(StoryWords.body), execution_options={"use": "study"})

    def test_a_lazy_attribute_is_not_loaded_without_one_either(self, session, a):
        story, use = a.story(), a.use(Purpose.STUDY)
        row = session.scalars(
            select(StoryWords).where(StoryWords.story_id == story.id),
            execution_options={"use": use},
        ).first()
        session.expire(row)
        with pytest.raises(UngovernedRead):
            assert row.body
