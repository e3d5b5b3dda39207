"""What a person finds: by whom, with what, near what; how it is spelt, ordered and kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from search.fakes import FakeIndex

from storybank.analysis import language as queries
from storybank.analysis.queries import matching as coded_matching
from storybank.analysis.query import Beside, Has, How, Words
from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.errors import BadInput, NotFound
from storybank.memos import service as memos
from storybank.people import service as people
from storybank.people.models import Account
from storybank.search import glossary, keys, likeness, saved, service
from storybank.search.derivative import SearchIndex
from storybank.search.for_workshop import OF_ONE_TELLER, for_workshop
from storybank.search.language import parse
from storybank.search.query import And, Fuzzy, Narrow, Near, Not, Or, Phrase, Prefix, Word, alike
from storybank.search.results import PASSAGE
from storybank.stories.rules import Place

TEXT = "The nurse rang on Monday. We waited for the bus.\nNobody came, and we went home again."


@pytest.fixture
def index() -> SearchIndex:
    return SearchIndex(FakeIndex())


@pytest.fixture
def study(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def take_in(a, session, index):
    def take_in(text=TEXT, title="A day", **kwargs):
        story = a.story(text, title, **kwargs)
        index.reconcile(session, [story.id])
        return story

    return take_in


@pytest.fixture
def find(session, index):
    def find(use, text="", **kwargs):
        return service.search(session, index, use, text, **kwargs)

    return find


@pytest.fixture
def put(a, session, index):
    """Puts a code on the words of a story."""

    def put(use, story, quote, key, text=TEXT):
        made = coding.apply(session, use, a.place(story, quote, text), [a.code(key).id])
        index.reconcile(session, [story.id])
        return made

    return put


def ids(found) -> list[int]:
    return [hit.story_id for hit in found.hits]


class TestOneLanguage:
    """The search box and queries over codings understand the shared forms alike."""

    @pytest.mark.parametrize(
        "typed", ["nurse", '"waiting room"', "nurs*", "nursse~", "caf\u00e9", "don\u2019t"]
    )
    def test_words_are_the_same_words(self, typed):
        asked = queries.parse(typed)
        assert isinstance(asked, Words)
        assert asked.leaf == parse(typed).tree
        assert queries.parse(str(asked)) == asked

    @pytest.mark.parametrize("typed", ["nu*", "*nurs", "a~"])
    def test_what_one_refuses_the_other_refuses_in_the_same_words(self, typed):
        with pytest.raises(BadInput) as told:
            queries.parse(typed)
        assert parse(typed).left_out[0] in str(told.value)

    @pytest.mark.parametrize(
        "typed", ["code:EN-PEER", "family:barrier", "by:Amina", "has:memo", "year:2019..2023",
                  "role:carer", 'country:"South Africa"'],
    )  # fmt: skip
    def test_fields_narrow_alike(self, typed):
        asked = queries.parse(typed)
        [narrow] = parse(typed).narrow
        assert isinstance(asked, Has)
        assert (asked.field, asked.values) == (narrow.field, (narrow.value,))
        assert narrow.line == typed

    @pytest.mark.parametrize(
        ("typed", "words"),
        [("bus NEAR late", 10), ("bus NEAR 3 WORDS late", 3), ("bus near:4words late", 4)],
    )
    def test_near_is_as_near(self, typed, words):
        asked = queries.parse(typed)
        assert isinstance(asked, Beside)
        assert (asked.how, asked.distance.number) == (How.NEAR, words)
        assert parse(typed).tree == Near(Word("bus"), Word("late"), words)

    def test_words_and_operators_make_the_same_tree(self):
        asked = queries.parse("(bus OR train) late NOT home")
        assert [type(part).__name__ for part in asked.parts] == ["Or", "Words", "Not"]
        tree = parse("(bus OR train) late NOT home").tree
        bus_or_train = Or((Word("bus"), Word("train")))
        assert tree == And((bus_or_train, Word("late"), Not(Word("home"))))

    def test_both_find_the_same_stories(self, a, session, index, find, study, take_in, put):
        here, there = take_in(attributes={"year": "2021"}), take_in(attributes={"year": "2030"})
        for story in (here, there):
            put(study, story, "The nurse rang on Monday.", "EN-PEER")
        for line in ("code:EN-PEER year:2019..2023", "code:EN-PEER by:me year:2021",
                     "code:EN-PEER nurze~ year:..2022"):  # fmt: skip
            assert coded_matching(session, study, line, index).story_ids == [here.id], line
            assert ids(find(study, line)) == [here.id], line


class TestWords:
    def test_spelt_nearly_so_and_near_each_other(self, find, study, take_in):
        take_in()
        for typed, fits in {
            "nursse~": True, "nures~": True, "nrse~": False, "nurse~": True,
            "nurse NEAR 2 WORDS Monday": True, "Monday NEAR 1 WORD nurse": False,
            '"rang on" NEAR x': False, "nurse NEAR bus": True, "nurse NEAR nurse": False,
            "bus WITHIN 6 WORDS monday": True,
        }.items():  # fmt: skip
            found = find(study, typed)
            assert bool(found.total) is fits, typed
            if fits:
                assert found.hits[0].excerpts[0].marks
                assert found.hits[0].why

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [("nurs", "nrus", False), ("nurs", "nusr", True), ("nurs", "nur", True),
         ("nurs", "nurse", True), ("nurs", "purs", False), ("nurs", "nurs", True),
         ("nurs", "nursee", False), ("hospit", "hopsit", True), ("hospit", "hosipt", True)],
    )  # fmt: skip
    def test_alike_is_one_letter_after_the_first_two(self, one, other, same):
        assert alike(one, other) is alike(other, one) is same

    def test_within_a_code_the_words_must_stand_in_the_passage(
        self, session, find, study, take_in, put
    ):
        right, wrong = take_in(), take_in()
        put(study, right, "The nurse rang on Monday.", "EN-PEER")
        put(study, wrong, "We waited for the bus.", "EN-PEER")
        assert ids(find(study, "nurse WITHIN code:EN-PEER")) == [right.id]
        assert ids(find(study, "nurse code:EN-PEER")) == [right.id, wrong.id]
        hits = find(study, "nurse WITHIN code:EN-PEER").hits
        assert hits[0].excerpts[0].coded
        assert [code.key for code in hits[0].excerpts[0].codes] == ["EN-PEER"]

    def test_many_words_of_which_no_story_has_all_find_those_with_the_most(
        self, find, study, take_in
    ):
        most, fewer = take_in("A bus, a nurse and a lamp."), take_in("A bus and a tree.")
        take_in("Nothing of it.")
        found = find(study, "bus nurse lamp quetzal")
        assert ids(found) == [most.id, fewer.id]
        assert "No story has all of these words" in found.note


class TestNarrowing:
    def test_by_and_has_speak_of_the_same_coding(self, a, session, find, study, take_in, put):
        mine, theirs = take_in(), take_in()
        other = a.use(Purpose.STUDY)
        put(study, mine, "Nobody came", "EN-PEER")
        put(other, theirs, "Nobody came", "EN-PEER")
        put(study, theirs, "The nurse rang", "BA-TOKEN")
        assert ids(find(study, "code:EN-PEER by:me")) == [mine.id]
        assert sorted(ids(find(study, "by:me"))) == [mine.id, theirs.id]
        assert ids(find(study, "-by:me")) == []
        assert "No coder here is called" in find(study, "by:Nobody").note

    def test_memos_are_found_by_who_may_see_them(self, session, find, a, study, take_in):
        noted = take_in()
        take_in()
        about = memos.subject(session, study, place=Place(noted.id, 1, 0, 9))
        memos.write(session, study, about, "", "Look here.")
        assert ids(find(study, "has:memo")) == [noted.id]
        for purpose in (Purpose.WORKSHOP, Purpose.PUBLIC, Purpose.KEEP):
            found = find(a.use(purpose), "has:memo")
            assert (found.total, found.note) == (0, "Memos are not shown for this use.")

    def test_years_may_be_a_range_and_facts_a_choice(self, find, study, take_in):
        early, late = (take_in(attributes={"year": year}) for year in ("2019", "2024"))
        assert ids(find(study, "year:2019..2023")) == [early.id]
        assert sorted(ids(find(study, "year:2019,2024"))) == [early.id, late.id]

    def test_a_fact_that_may_not_be_told_finds_nothing(self, a, find, take_in):
        told = take_in(attributes={"country": "Wales"})
        untold = take_in(attributes={"country": "Wales"}, facts=())
        workshop = a.use(Purpose.WORKSHOP)
        assert ids(find(workshop, "country:wales bus")) == [told.id]
        assert ids(find(workshop, "bus -country:wales")) == [untold.id]
        assert ids(find(workshop, "country:wales has:memo")) == []


class TestCounts:
    def test_counting_all_at_once_counts_the_same(self, a, find, study, take_in, put, monkeypatch):
        stories = [take_in(attributes={"country": c}) for c in ("Wales", "Kenya", "Wales")]
        for story in stories:
            put(study, story, "Nobody came", "EN-PEER")
        put(study, stories[0], "The nurse rang", "BA-TOKEN")
        a.stop(stories[2])
        for use in (study, a.use(Purpose.WORKSHOP), a.use(Purpose.PUBLIC)):
            one_by_one = find(use, "bus").facets
            with monkeypatch.context() as patch:
                patch.setattr("storybank.search.facets.MANY", 0)
                assert find(use, "bus").facets == one_by_one
        assert one_by_one == []
        assert {count.value: count.stories for count in find(study, "bus").facets} == {
            "enabler": 1 + 1, "barrier": 1, "EN-PEER": 2, "BA-TOKEN": 1, "Wales": 1, "Kenya": 1,
        }  # fmt: skip


class TestSameMeaning:
    def test_words_that_mean_the_same_are_found_said_and_switched_off(self, find, study, take_in):
        other = take_in("There was real engagement.")
        found = find(study, "involvement")
        assert ids(found) == [other.id]
        assert "engagement" in found.same["involvement"]
        assert found.widened
        assert found.hits[0].why == ("engagement",)
        alone = find(study, "involvement", same=False)
        assert (alone.total, alone.widened) == (0, False)
        assert "engagement" in alone.same["involvement"]

    def test_what_is_to_be_absent_is_meant_as_typed(self):
        tree = parse("bus -involvement inclus*").tree
        assert glossary.widened(tree) == tree
        assert glossary.same(tree) == {}


class TestSpelling:
    def test_a_word_is_offered_where_it_finds_something_here(self, find, study, take_in):
        take_in("The hospital was kind.")
        found = find(study, "hosptial")
        assert (found.total, found.spelling) == (0, (("hosptial", "hospital"),))

    @pytest.mark.parametrize("purpose", [Purpose.STUDY, Purpose.MEMBERS, Purpose.PUBLIC])
    def test_never_a_word_of_a_closed_story(self, a, session, find, take_in, purpose):
        """Not even one from the list: it must stand in a story that this use allows."""
        others = [other for other in EIGHT if other not in (purpose, Purpose.KEEP)]
        take_in("The hospital had a quetzalfeather.", consented_to=others)
        story = take_in("The hospital had a quetzalfeather.")
        use = a.use(purpose)
        a.stop(story)
        for typed in ("hosptial", "quetzalfaether"):
            found = find(use, typed)
            assert found.spelling == ()


class TestOrder:
    def test_by_day_length_and_one_for_each_teller(self, session, find, study, take_in, a):
        long = take_in("bus " * 30)
        short = take_in("bus stop", person_id=long.person_id)
        other = take_in("bus and train and tram")
        long.taken_in_at = now() - timedelta(days=2)
        session.flush()
        assert ids(find(study, "bus", sort="shortest")) == [short.id, other.id, long.id]
        assert ids(find(study, "bus", sort="longest")) == [long.id, other.id, short.id]
        assert ids(find(study, "bus", sort="oldest"))[0] == long.id
        assert ids(find(study, "bus", sort="newest"))[-1] == long.id
        found = find(study, "bus", sort="shortest", each="teller")
        assert (ids(found), found.total) == ([short.id, other.id], 2)

    @pytest.mark.parametrize("purpose", [Purpose.WORKSHOP, Purpose.PUBLIC])
    def test_outside_the_team_nobody_learns_which_stories_are_one_persons(
        self, a, find, take_in, purpose
    ):
        first = take_in()
        take_in(person_id=first.person_id)
        assert find(a.use(purpose), "bus", each="teller").total == 2

    def test_each_passage_is_a_result_of_its_own(self, find, study, take_in, put):
        story = take_in()
        for quote, key in (("The nurse rang", "EN-PEER"), ("Nobody came", "EN-PEER")):
            put(study, story, quote, key)
        found = find(study, "code:EN-PEER", each="passage")
        assert [hit.excerpts[0].excerpt.words for hit in found.hits] == [
            "The nurse rang", "Nobody came",
        ]  # fmt: skip
        assert all(hit.why == ("code Peer support",) or hit.why for hit in found.hits)


class TestMoreLikeThis:
    def test_stories_that_share_telling_words_come_but_not_itself(
        self, a, session, index, study, take_in
    ):
        asked = take_in("The interpreter never came to the clinic. It was a Monday.")
        near = take_in("Our interpreter at the clinic was late.")
        take_in("A garden in the rain.")
        place = Place(asked.id, 1, 0, 41)
        passage, found = service.like(session, index, study, place)
        assert passage.words.startswith("The interpreter")
        assert ids(found) == [near.id]
        assert set(found.hits[0].why) == {"interpreter", "clinic"}
        a.stop(near)
        assert service.like(session, index, study, place)[1].total == 0
        a.stop(asked)
        with pytest.raises(NotFound):
            service.like(session, index, study, place)

    def test_common_words_say_nothing(self, index):
        told = likeness.telling("It was the bus, the bus and a nurse.", index)
        assert list(told) == ["bus", "nurse"]
        assert told["bus"] > told["nurse"]


class TestSaved:
    def test_only_numbers_are_kept_and_what_is_new_is_said(self, a, session, index, study, take_in):
        gone = take_in()
        made = saved.save(session, index, study, "Buses", "bus", True)
        assert (made.line, made.found) == ("bus", 1)
        [card] = saved.cards(session, index, study)
        assert (card.stories, card.new) == (1, 0)
        take_in("Another bus.")
        a.stop(gone)
        [card] = saved.cards(session, index, study)
        assert (card.stories, card.new) == (1, 1)
        saved.look(session, index, study, made.id)
        [card] = saved.cards(session, index, study)
        assert (card.stories, card.new) == (1, 0)

    def test_a_story_that_may_not_be_used_so_is_never_new(self, a, session, index, study, take_in):
        saved.save(session, index, study, "Buses", "bus", True)
        take_in(consented_to=[Purpose.MEMBERS])
        [card] = saved.cards(session, index, study)
        assert (card.stories, card.new) == (0, 0)
        assert saved.news(session, index, [study]) == {}
        new = take_in()
        assert saved.news(session, index, [study]) == {Purpose.STUDY: 1}
        a.stop(new, Purpose.STUDY)
        assert saved.news(session, index, [study]) == {}

    def test_it_is_ones_own_and_can_be_taken_away_and_put_back(self, a, session, index, study):
        made = saved.save(session, index, study, "Buses", "bus code:EN-PEER", True)
        for other in (a.use(Purpose.STUDY), a.use(Purpose.MEMBERS)):
            with pytest.raises(NotFound):
                saved.remove(session, other, made.id)
        saved.remove(session, study, made.id)
        assert saved.cards(session, index, study) == []
        saved.put_back(session, study, made.id)
        assert len(saved.cards(session, index, study)) == 1
        a.undo(study)
        a.undo(study)
        assert saved.cards(session, index, study) == []
        a.redo(study)
        assert len(saved.cards(session, index, study)) == 1

    @pytest.mark.parametrize(
        ("name", "line"), [("", "bus"), ("x" * 201, "bus"), ("A", ""), ("A", "x " * 20)]
    )
    def test_what_cannot_be_asked_again_is_not_kept(self, session, index, study, name, line):
        with pytest.raises(BadInput):
            saved.save(session, index, study, name, line, True)


class TestForWorkshop:
    @pytest.fixture
    def room(self, a):
        return a.use(Purpose.WORKSHOP, audience=["Northside Trust"])

    def test_no_voice_fills_the_page_and_the_gate_is_asked(
        self, a, session, index, study, room, take_in, put
    ):
        loud = take_in()
        for quote in ("The nurse rang on Monday.", "We waited for the bus.", "Nobody came"):
            put(study, loud, quote, "EN-PEER")
        others = [take_in(not_for=["Northside Trust"] if n == 2 else []) for n in range(3)]
        for story in others:
            put(study, story, "We waited for the bus.", "EN-PEER")
        found = for_workshop(session, index, room, "code:EN-PEER")
        order = [one.passage.excerpt.story_id for one in found.offered]
        assert set(order) == {loud.id, others[0].id, others[1].id}
        assert len(set(order[:3])) == 3
        assert order.count(loud.id) == OF_ONE_TELLER
        assert found.more_of_the_same
        assert found.minutes >= 1
        a.stop(others[0], Purpose.WORKSHOP)
        after = for_workshop(session, index, room, "code:EN-PEER")
        assert others[0].id not in [one.passage.excerpt.story_id for one in after.offered]

    def test_words_and_lengths_choose_and_what_is_uncoded_is_counted(
        self, session, index, study, room, take_in, put
    ):
        story, uncoded = take_in(), take_in()
        put(study, story, "The nurse rang on Monday.", "EN-PEER")
        put(study, uncoded, "Nobody came", "EN-PEER")
        found = for_workshop(session, index, room, "nurse")
        [one] = found.offered
        assert (one.words, found.uncoded) == (5, 1)
        assert one.passage.marks == ((4, 9),)
        assert for_workshop(session, index, room, "nurse", longest=4).offered == ()
        assert for_workshop(session, index, room, "id:* (").offered == ()

    def test_roles_and_places_take_turns(self, session, index, study, room, take_in, put):
        for country in ("Wales", "Wales", "Wales", "Kenya"):
            story = take_in(attributes={"country": country})
            put(study, story, "We waited for the bus.", "EN-PEER")
        found = for_workshop(session, index, room, "bus")
        assert "Kenya" in [one.facts["country"] for one in found.offered][:2]


class TestKeys:
    def test_only_a_hash_is_kept_and_it_ends_for_good(self, a, session):
        actor = a.researcher()
        made, token = keys.make(session, actor, "A table")
        assert token not in repr(made.__dict__)
        who, key = keys.whose(session, token)
        assert (who.account_id, key.id) == (actor.account_id, made.id)
        assert keys.is_due(key)
        keys.note_use(session, key.id)
        assert not keys.is_due(key)
        with pytest.raises(NotFound):
            keys.revoke(session, a.researcher(), made.id)
        keys.revoke(session, actor, made.id)
        assert keys.whose(session, token) is None
        assert keys.keys(session, actor) == []
        with pytest.raises(BadInput):
            keys.make(session, actor, " ")

    @pytest.mark.parametrize("act", ["everywhere", "password", "closed"])
    def test_what_ends_every_session_ends_every_key(self, a, session, act):
        actor = a.researcher()
        account = session.get_one(Account, actor.account_id)
        made, token = keys.make(session, actor, "A table")
        match act:
            case "everywhere":
                people.end_all_sessions(session, account)
            case "password":
                people.set_password(session, account, "a long new password, for once")
            case "closed":
                people.disable(session, account)
        session.flush()
        assert keys.whose(session, token) is None
        assert keys.keys(session, actor) == []
        if act != "closed":
            _, fresh = keys.make(session, actor, "A table")
            assert keys.whose(session, fresh) is not None


def test_a_fuzzy_or_near_part_is_said_in_plain_words():
    said = parse("nurze~ bus NEAR 1 WORD late").understood
    assert said == (
        "Stories with words spelt nearly like nurze and bus and late at most 1 word apart."
    )
    assert parse("nurze~").tree == Fuzzy("nurze")
    assert parse("a NEAR nurs*").tree == And((Word("a"), Prefix("nurs")))
    assert parse('"a b" NEAR c').tree == Near(Phrase(("a", "b")), Word("c"))
    assert Narrow("code", "a b", without=True).line == '-code:"a b"'


def test_each_passage_says_why_it_is_there_itself(find, study, take_in):
    take_in("The bus was late. " + "Nothing else was said about it that day. " * 12 + "We met.")
    found = find(study, "bus OR met", each=PASSAGE)
    assert sorted(hit.why for hit in found.hits) == [("bus",), ("met",)]


def test_codes_are_said_by_their_names(find, study):
    said = find(study, "bus WITHIN code:en-peer").understood
    assert said == "Stories with bus in a passage with code People like me at my side."
    assert find(study, "bus family:enabler").understood == (
        "Stories with bus, narrowed to family What helps."
    )
