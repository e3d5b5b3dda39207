"""Searching for a use: the database decides, whatever the index still holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from search.fakes import FakeIndex

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Answer, Purpose
from storybank.search import service
from storybank.search.derivative import SearchIndex
from storybank.search.query import Narrow

CANARY = "quetzalfeather"
SEEING_CODES = (
    Purpose.STUDY, Purpose.REUSE, Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH,
)  # fmt: skip
OTHERS = (Purpose.KEEP, Purpose.MEMBERS, Purpose.PUBLIC)
TEXT = "The nurse rang on Monday. We waited for the bus.\nNobody came, and we went home again."


@pytest.fixture
def keeper() -> SearchIndex:
    return SearchIndex(FakeIndex())


@pytest.fixture
def study(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def take_in(a, session, keeper):
    """Takes a story in and lists it, as the job would."""

    def take_in(text=TEXT, title="A day", **kwargs):
        story = a.story(f"{text}\n{a.researcher().account_id}", title, **kwargs)
        keeper.reconcile(session, [story.id])
        return story

    return take_in


@pytest.fixture
def find(session, keeper):
    def find(use, text="", **kwargs):
        return service.search(session, keeper, use, text, **kwargs)

    return find


@pytest.fixture
def put_code(a, session, study):
    def put_code(story, quote, *keys):
        place = a.place(story, quote, TEXT)
        return coding.apply(session, study, place, [a.code(key).id for key in keys])

    return put_code


def ids(found) -> list[int]:
    return [hit.story_id for hit in found.hits]


class TestWhatIsFound:
    def test_a_hit_shows_the_words_that_made_it_fit(self, take_in, find, study):
        story = take_in(attributes={"country": "Wales"})
        (hit,) = find(study, "nurses bus").hits
        (passage,) = hit.excerpts
        marked = [passage.excerpt.words[start:end] for start, end in passage.marks]
        assert (hit.story_id, hit.title, hit.attributes) == (
            story.id,
            "A day",
            {"country": "Wales"},
        )
        assert marked == ["nurse", "bus"]
        assert hit.attribution == f"ST-{story.person_id:04d}"

    def test_words_in_the_title_are_marked(self, take_in, find, study):
        take_in(title="The night bus")
        (hit,) = find(study, '"night bus"').hits
        assert hit.title_marks == ((4, 13),)
        assert hit.excerpts[0].excerpt.words.startswith("The nurse rang")

    def test_nothing_asked_lists_the_newest_first(self, take_in, find, study):
        first, second = take_in(), take_in()
        found = find(study)
        assert ids(found) == [second.id, first.id]
        assert (found.total, found.understood) == (2, "All stories.")
        assert found.hits[0].excerpts[0].excerpt.start == 0

    def test_pages_follow_each_other(self, take_in, find, study):
        stories = [take_in() for _ in range(5)]
        pages = [find(study, "bus", page=page, per_page=2) for page in (1, 2, 3)]
        assert sorted(sum(map(ids, pages), [])) == [story.id for story in stories]
        assert [(found.total, found.pages) for found in pages] == [(5, 3)] * 3

    @pytest.mark.parametrize(("asked", "given"), [(0, 1), (-4, 1), (99, 3)])
    def test_a_page_that_is_not_there_becomes_the_nearest(self, take_in, find, study, asked, given):
        for _ in range(3):
            take_in()
        assert find(study, "bus", page=asked, per_page=1).page == given

    def test_what_was_not_understood_is_said(self, take_in, find, study):
        take_in()
        found = find(study, "bus id:* n*")
        assert (found.total, found.understood) == (1, "Stories with bus.")
        assert len(found.notes) == 2

    @pytest.mark.parametrize("text", ["x" * 301, "bus " * 17, "*", "id:1", "-bus"])
    def test_a_search_that_cannot_be_read_searches_nothing(self, take_in, find, study, text):
        take_in()
        found = find(study, text)
        assert (found.hits, found.total, found.facets) == ([], 0, [])
        assert found.understood == "Nothing was searched."
        assert found.note

    def test_without_an_index_it_says_so_kindly(self, take_in, find, study, keeper):
        take_in()
        keeper.index.ready = False
        found = find(study, "bus")
        assert (found.ready, found.hits, found.facets) == (False, [], [])
        assert "Search is being prepared" in found.note
        assert find(study).total == 1


class TestConsent:
    @pytest.mark.parametrize("purpose", EIGHT)
    def test_only_stories_that_said_yes_to_this_use_are_found(self, a, take_in, find, purpose):
        yes = take_in(f"{CANARY} one", consented_to=[purpose])
        over = now() - timedelta(days=1)
        take_in(f"{CANARY} two", consented_to=[purpose], since=over - timedelta(days=1), until=over)
        if purpose is not Purpose.KEEP:
            others = [other for other in EIGHT if other is not purpose]
            take_in(f"{CANARY} three", consented_to=others)
            take_in(f"{CANARY} four", consented_to=[], answers={purpose: Answer.ASK})
        for text in (CANARY, ""):
            found = find(a.use(purpose), text)
            assert (ids(found), found.total) == ([yes.id], 1)

    @pytest.mark.parametrize("purpose", EIGHT)
    @pytest.mark.parametrize("text", [CANARY, f"{CANARY}*", f'"{CANARY} title"', "bus", ""])
    def test_a_stop_is_true_at_once_though_the_index_is_stale(
        self, a, take_in, find, put_code, keeper, purpose, text
    ):
        story = take_in(title=f"{CANARY} title", attributes={"country": CANARY}, name=CANARY)
        put_code(story, "rang on Monday", "EN-PEER")
        use = a.use(purpose)
        assert find(use, text).total == 1
        a.stop(story, purpose)
        found = find(use, text)
        assert found == service.Found(found.understood)
        assert story.id in keeper.index.documents

    def test_a_yes_that_ran_out_is_no_yes(self, a, take_in, find):
        take_in(until=now() + timedelta(days=1))
        assert find(a.use(Purpose.STUDY), "bus").total == 1
        later = a.use(Purpose.STUDY, at=now() + timedelta(days=2))
        assert find(later, "bus").total == 0

    def test_those_a_story_is_not_for_do_not_find_it(self, a, take_in, find):
        take_in(not_for=["Northside Trust"])
        assert find(a.use(Purpose.WORKSHOP), "bus").total == 1
        assert find(a.use(Purpose.WORKSHOP, audience=["northside trust"]), "bus").total == 0

    @pytest.mark.parametrize(
        ("withheld", "nowhere"), [(CANARY, "nowhere"), ("country:Wales", "country:Mars")]
    )
    def test_a_search_cannot_tell_the_withheld_from_what_is_nowhere(
        self, a, take_in, find, withheld, nowhere
    ):
        take_in(CANARY, consented_to=[Purpose.STUDY], attributes={"country": "Wales"})
        members = a.use(Purpose.MEMBERS)
        assert repr(find(members, withheld)) == repr(find(members, nowhere)).replace(
            nowhere, withheld
        ).replace("Mars", "Wales")

    def test_outside_the_team_the_name_is_the_chosen_one(self, a, take_in, find):
        take_in(name="River")
        assert find(a.use(Purpose.PUBLIC), "bus").hits[0].attribution == "River"


class TestNarrowing:
    @pytest.fixture
    def coded(self, take_in, put_code):
        peer, paid, plain = (
            take_in(attributes={"country": country}) for country in ("Wales", "Kenya", "Wales")
        )
        put_code(peer, "The nurse rang on Monday.", "EN-PEER")
        put_code(peer, "We waited for the bus.", "BA-TOKEN")
        put_code(paid, "Nobody came", "BA-TOKEN")
        return peer, paid, plain

    @pytest.mark.parametrize(
        ("text", "which"),
        [
            ("code:EN-PEER", [0]),
            ("code:en-peer", [0]),
            ("code:BA-TOKEN", [1, 0]),
            ("code:BA-TOKEN code:EN-PEER", [0]),
            ("family:barrier -code:EN-PEER", [1]),
            ("-family:barrier", [2]),
            ("country:wales", [2, 0]),
            ("country:Wales country:Kenya", [2, 1, 0]),
            ("-country:Wales", [1]),
            ("bus code:EN-PEER country:Wales", [0]),
            ("country:Atlantis", []),
            ("code:XX-NONE", []),
        ],
    )
    def test_codes_families_and_facts_narrow(self, coded, find, study, text, which):
        assert ids(find(study, text)) == [coded[number].id for number in which]

    def test_what_is_ticked_narrows_as_what_is_typed(self, coded, find, study):
        ticked = (Narrow("code", "EN-PEER"), Narrow("country", "Wales"))
        assert ids(find(study, "bus", filters=ticked)) == [coded[0].id]

    def test_what_nobody_can_fit_is_said(self, coded, find, study):
        assert find(study, "code:XX-NONE").notes == (
            "The codebook has no code \u201cXX-NONE\u201d.",
        )
        assert find(study, "country:Atlantis").notes == (
            "No story here has country \u201cAtlantis\u201d.",
        )

    def test_without_words_the_coded_passages_are_shown_first(self, coded, find, study):
        (hit,) = find(study, "code:EN-PEER").hits
        assert [passage.excerpt.words for passage in hit.excerpts] == [
            "The nurse rang on Monday.",
            "We waited for the bus.",
        ]
        assert [code.key for code in hit.codes] == ["EN-PEER", "BA-TOKEN"]

    def test_a_removed_coding_narrows_and_counts_nothing(
        self, session, coded, find, study, put_code
    ):
        (made,) = put_code(coded[2], "Nobody came", "EN-PEER")
        coding.remove(session, study, made.id)
        assert ids(find(study, "code:EN-PEER")) == [coded[0].id]

    def test_counts_say_how_many_of_the_stories_found_carry_each(self, coded, find, study):
        counts = {(count.field, count.value): count.stories for count in find(study, "bus").facets}
        assert counts == {
            ("family", "enabler"): 1,
            ("family", "barrier"): 2,
            ("code", "EN-PEER"): 1,
            ("code", "BA-TOKEN"): 2,
            ("country", "Wales"): 2,
            ("country", "Kenya"): 1,
        }

    def test_counts_cover_what_was_found_and_not_only_this_page(self, coded, find, study):
        found = find(study, "country:Wales", per_page=1)
        assert {count.value: count.stories for count in found.facets}["Wales"] == 2

    @pytest.mark.parametrize("purpose", SEEING_CODES)
    def test_the_team_and_facilitators_see_codes(self, a, coded, find, purpose):
        found = find(a.use(purpose), "code:EN-PEER")
        assert ids(found) == [coded[0].id]
        assert any(count.field == "code" for count in found.facets)

    @pytest.mark.parametrize("purpose", OTHERS)
    def test_others_see_no_codes_and_cannot_ask_for_them(self, a, coded, find, purpose):
        use = a.use(purpose)
        everything = find(use)
        assert everything.total == 3
        assert not any(count.field in ("code", "family") for count in everything.facets)
        assert not any(hit.codes for hit in everything.hits)
        for text in ("code:EN-PEER", "-code:EN-PEER", "family:barrier"):
            found = find(use, text)
            assert (found.total, found.notes) == (0, ("Codes are not shown for this use.",))

    def test_the_public_sees_no_facts_and_cannot_ask_for_them(self, a, coded, find):
        public = a.use(Purpose.PUBLIC)
        everything = find(public)
        assert (everything.total, everything.facets) == (3, [])
        assert not any(hit.attributes for hit in everything.hits)
        for text in ("country:Wales", "-country:Wales", "country:Mars"):
            found = find(public, text)
            told = ("Facts about storytellers are not shown for this use.",)
            assert (found.total, found.notes) == (0, told)


class TestAsJson:
    def test_it_gives_what_other_programs_need(self, take_in, find, study):
        story = take_in(external_id="ward-7")
        (row,) = service.as_json(find(study, "nurse"))
        assert (row["story"], row["external_id"]) == (story.id, "ward-7")
        assert row["score"] > 0
        assert "nurse" in row["excerpts"][0]
