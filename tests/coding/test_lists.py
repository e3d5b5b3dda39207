"""Lists and counts of codings: only of stories that the use allows."""

import pytest

from storybank.clock import now
from storybank.coding import reading, service
from storybank.consent.rules import Purpose, Use


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def put(session, a):
    def on(use, story, words, key="EN-PEER"):
        return service.apply(session, use, a.place(story, words), [a.code(key).id])[0]

    return on


@pytest.fixture
def stories(a, session):
    """Two that may be studied, and one that may not."""
    shown = a.story(), a.story()
    a.story(consented_to=[Purpose.WORKSHOP])
    return shown


def numbers(session, use, coded):
    return list(reading.to_study(session, use).page(coded, 0, 99))


class TestStoriesToStudy:
    def test_they_are_those_with_a_yes_to_study(self, session, use, stories):
        assert numbers(session, use, None) == [story.id for story in stories]
        assert len(reading.to_study(session, use).every) == 2

    def test_they_come_by_the_page(self, session, use, stories):
        (story_id,) = reading.to_study(session, use).page(None, 1, 1)
        (line,) = reading.stories_to_study(session, use, [story_id])
        assert line.story_id == stories[1].id

    def test_each_says_how_much_is_coded_and_by_whom(self, session, a, use, stories, put):
        put(use, stories[0], "Nobody")
        put(a.use(Purpose.STUDY), stories[0], "Monday")
        gone = put(use, stories[0], "she listened")
        service.remove(session, use, gone.id)
        ids = [story.id for story in stories]
        first, second = reading.stories_to_study(session, use, ids)
        assert (first.codings, first.mine) == (2, 1)
        assert (second.codings, second.mine) == (0, 0)

    def test_they_can_be_those_i_have_coded_or_have_not(self, session, a, use, stories, put):
        first, second = stories
        put(use, first, "Nobody")
        put(a.use(Purpose.STUDY), second, "Nobody")
        assert numbers(session, use, True) == [first.id]
        assert numbers(session, use, False) == [second.id]
        assert reading.to_study(session, use).not_yet == 1

    def test_a_stopped_story_is_in_no_list_and_no_count(self, session, a, use, stories, put):
        put(use, stories[0], "Nobody")
        a.stop(stories[0], Purpose.STUDY)
        later = Use.claim(use.actor, Purpose.STUDY, now())
        assert numbers(session, later, True) == []
        assert len(reading.to_study(session, later).every) == 1
        ids = [story.id for story in stories]
        assert len(reading.stories_to_study(session, later, ids)) == 1


class TestWithACode:
    def test_they_come_by_the_page_and_are_counted(self, session, a, use, stories, put):
        for words in ("Monday", "Nobody", "she listened"):
            put(use, stories[0], words)
        put(use, stories[0], "Nobody", "EN-ALLY")
        code = a.code("EN-PEER").id
        cards = reading.page_with_code(session, use, code, 2, 1)
        assert len(cards) == 2 and {card.code_id for card in cards} == {code}
        assert reading.count_with_code(session, use, code) == 3

    def test_stopped_ones_go_from_list_and_count(self, session, a, use, stories, put):
        put(use, stories[0], "Nobody")
        put(use, stories[1], "Nobody")
        a.stop(stories[0], Purpose.STUDY)
        later, code = Use.claim(use.actor, Purpose.STUDY, now()), a.code("EN-PEER").id
        cards = reading.page_with_code(session, later, code, 9, 0)
        assert [card.place.story_id for card in cards] == [stories[1].id]
        assert reading.count_with_code(session, later, code) == 1
        assert reading.count_by_code(session, later) == {code: (1, 1)}
        assert reading.count_by_story(session, later, [one.id for one in stories]) == {
            stories[1].id: 1
        }


class TestRecentCodes:
    def test_the_last_used_come_first_once_each(self, session, a, use, stories, put):
        for words, key in (("Monday", "EN-PEER"), ("Nobody", "EN-ALLY"), ("had", "EN-PEER")):
            put(use, stories[0], words, key)
        put(a.use(Purpose.STUDY), stories[0], "Monday", "EN-ROLE")
        wanted = [a.code("EN-PEER").id, a.code("EN-ALLY").id]
        assert reading.recent_codes(session, use) == wanted
        assert reading.recent_codes(session, use, 1) == wanted[:1]
