"""Changes of the codebook: written down with their reasons, and taken back without losing what
others did since."""

import random

import pytest
import sqlalchemy as sa

from storybank.clock import now
from storybank.codebook import (
    carrying,
    changes,
    changing,
    families,
    files,
    loading,
    proposals,
    service,
    taking_in,
    versions,
)
from storybank.codebook.changing import CUES_CHANGED
from storybank.codebook.models import CodebookChange, CodeExample
from storybank.codebook.rules import CodeWords
from storybank.config import PROJECT
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.jobs.models import Job
from storybank.people.rules import Role
from storybank.stories.mending import Edit
from storybank.suggest.derivative import Suggestions
from storybank.suggest.models import Suggestion


@pytest.fixture
def ana(a):
    return Use.claim(a.actor(Role.RESEARCHER), Purpose.STUDY, now())


@pytest.fixture
def ben(a):
    return Use.claim(a.actor(Role.RESEARCHER), Purpose.STUDY, now())


def words_of(session, key, **other):
    card = service.code(session, key)
    said = {part: getattr(card, part) for part in (*changes.WORDS, "cues", "near_misses")}
    return CodeWords(**{**said, **other})


def order(session, family="enabler"):
    [found] = [one for one in service.families(session) if one.key == family]
    return [(code.key, code.depth) for code in found.codes]


class TestCode:
    def test_it_is_written_down_who_changed_what_when_and_why(self, session, ana):
        words = words_of(session, "EN-PEER", definition="Others like me.")
        assert changing.edit_code(session, ana, "EN-PEER", words, why="Shorter.")
        [line] = changes.history(session, service.code(session, "EN-PEER").id)
        assert (line.says, line.why, line.who) == ("Reworded", "Shorter.", line.who)
        assert line.parts == (
            ("What it means", "Support, courage or know-how that came from others with similar "
             "experience.", "Others like me."),
        )  # fmt: skip
        assert not changing.edit_code(session, ana, "EN-PEER", words)

    def test_undone_only_what_nobody_changed_since(self, a, session, ana, ben):
        before = service.code(session, "EN-PEER")
        words = words_of(session, "EN-PEER", name="Peers", definition="Others.")
        changing.edit_code(session, ana, "EN-PEER", words)
        changing.edit_code(session, ben, "EN-PEER", words_of(session, "EN-PEER", name="Pals"))
        assert a.undo(ana).sentence.endswith("What somebody else changed since stays.")
        card = service.code(session, "EN-PEER")
        assert (card.name, card.definition) == ("Pals", before.definition)
        a.undo(ben)
        assert service.code(session, "EN-PEER").name == "Peers"

    def test_an_old_form_is_a_conflict(self, session, ana):
        words = words_of(session, "EN-PEER", name="Peers")
        changing.edit_code(session, ana, "EN-PEER", words, seen=0)
        with pytest.raises(Conflict):
            changing.edit_code(session, ana, "EN-PEER", words, seen=0)

    def test_added_last_with_a_key_of_its_own_and_undone(self, a, session, ana):
        words = CodeWords(name="A good chair", definition="Somebody who lets people speak.")
        code = changing.add_code(session, ana, "enabler", words)
        assert code.key == "EN-CHAIR" and order(session)[-1] == ("EN-CHAIR", 0)
        with pytest.raises(BadInput, match="is in use"):
            changing.add_code(session, ana, "enabler", words, key="en-chair")
        a.undo(ana)
        assert service.code(session, "EN-CHAIR").retired
        a.redo(ana)
        assert not service.code(session, "EN-CHAIR").retired

    @pytest.mark.parametrize("key", ["new", "A B", "x" * 51, "static", "-A", "A/B", ""])
    def test_some_keys_cannot_be(self, session, ana, key):
        words = CodeWords(name="N", definition="D")
        if key:
            with pytest.raises(BadInput):
                changing.add_code(session, ana, "enabler", words, key=key)
        else:
            assert changing.add_code(session, ana, "enabler", words).key == "EN-N"

    def test_only_a_researcher_may(self, a, session):
        with pytest.raises(Refused):
            changing.retire(session, a.use(Purpose.WORKSHOP), "EN-PEER")


class TestPlace:
    def test_children_come_after_their_parents_and_go_along(self, a, session, ana):
        before = order(session)
        changing.move_code(session, ana, "EN-PAID", "enabler", "EN-PEER")
        changing.move_code(session, ana, "EN-LEARN", "enabler", "EN-PAID")
        at = [key for key, _ in order(session)].index("EN-PEER")
        assert order(session)[at : at + 3] == [("EN-PEER", 0), ("EN-PAID", 1), ("EN-LEARN", 2)]
        changing.move_code(session, ana, "EN-PEER", "barrier", after_key="BA-WHO")
        keys = [key for key, _ in order(session, "barrier")]
        at = keys.index("BA-WHO")
        assert keys[at + 1 : at + 4] == ["EN-PEER", "EN-PAID", "EN-LEARN"]
        for _ in range(3):
            a.undo(ana)
        assert order(session) == before

    def test_never_below_itself_nor_below_another_family(self, session, ana):
        changing.move_code(session, ana, "EN-PAID", "enabler", "EN-PEER")
        for family, parent in (
            ("enabler", "EN-PAID"),
            ("enabler", "EN-PEER"),
            ("enabler", "BA-WHO"),
        ):
            with pytest.raises(BadInput), session.begin_nested():
                changing.move_code(session, ana, "EN-PEER", family, parent)

    def test_what_stands_below_a_retired_one_is_shown_in_its_place(self, session, ana):
        changing.move_code(session, ana, "EN-PAID", "enabler", "EN-PEER")
        changing.retire(session, ana, "EN-PEER")
        assert ("EN-PAID", 0) in order(session)

    def test_any_moves_undone_leave_the_book_as_it_was(self, a, session, ana):
        pick = random.Random(7)
        keys = [key for key, _ in order(session)]
        before = order(session)
        done = 0
        for _ in range(25):
            key, parent, after = pick.choice(keys), pick.choice(["", *keys]), pick.choice(keys)
            try:
                with session.begin_nested():
                    done += changing.move_code(session, ana, key, "enabler", parent, after)
            except BadInput:
                pass
            assert sorted(key for key, _ in order(session)) == sorted(keys)
        for _ in range(done):
            a.undo(ana)
        assert order(session) == before and done > 5


class TestFamilies:
    def test_added_reworded_moved_deleted_and_back(self, a, session, ana):
        made = families.add_family(session, ana, "Next steps", "What next?")
        families.edit_family(session, ana, made.key, "Then", "What then?")
        families.shift_family(session, ana, made.key, -1)
        assert [one.name for one in service.families(session)][2] == "Then"
        families.delete_family(session, ana, made.key)
        for expected in (4, 4, 4, 3):
            a.undo(ana)
            assert len(service.families(session)) == expected
        a.redo(ana)
        assert service.families(session)[3].name == "Next steps"

    def test_one_with_codes_stays(self, session, ana):
        with pytest.raises(Conflict):
            families.delete_family(session, ana, "enabler")


class TestFile:
    def test_out_and_in_again_it_is_the_same(self, session, ana):
        words = CodeWords(
            name='Odd "words"\\', definition="Two\nlines \x7f\tand 🚌", colour="#1d6442",
            cues=("a b", "ﷺ"),
        )  # fmt: skip
        changing.add_code(session, ana, "enabler", words, parent_key="EN-PEER", key="ODD-1")
        changing.retire(session, ana, "EN-ALLY")
        content = files.content_of(session)
        assert files.read(files.as_toml(content).encode()) == content
        assert files.read(files.as_json(content).encode()) == content

    def test_it_has_the_flags_of_the_starter_codebook(self, session):
        assert service.current(session).flags["stance"] == ["happened", "hoped_for", "warned_about"]

    def test_loaded_again_only_what_is_new_is_added_and_undone(self, a, session, ana):
        content = files.read((PROJECT / "corpus" / "codebook.toml").read_bytes())
        content["code"].append({**content["code"][0], "key": "EN-NEW", "name": "New one"})
        added = taking_in.take_in(session, ana, files.as_json(content).encode())
        assert (len(added.codes), added.there) == (1, 35)
        a.undo(ana)
        assert service.code(session, "EN-NEW").retired

    @pytest.mark.parametrize(
        "change",
        [{"key": "static"}, {"name": ""}, {"colour": "#ffffff"}, {"cues": ["x" * 201]},
         {"family": "none"}, {"cues": "abc"}, {"definition": 3}],
    )  # fmt: skip
    def test_a_code_that_cannot_stand_is_refused_in_a_sentence(self, session, ana, change):
        content = files.read((PROJECT / "corpus" / "codebook.toml").read_bytes())
        content["code"].append({**content["code"][0], "key": "EN-NEW", **change})
        with pytest.raises(BadInput):
            taking_in.take_in(session, ana, files.as_json(content).encode())

    def test_rings_of_parents_in_a_file_are_opened(self, session):
        content = files.read((PROJECT / "corpus" / "codebook.toml").read_bytes())
        first = content["code"][0]
        content["code"] = [
            {**first, "key": f"R-{n}", "name": f"R {n}", "parent": f"R-{(n + 1) % 3}"}
            for n in range(3)
        ]
        loading.add(session, content)
        rings = [pair for pair in order(session) if pair[0].startswith("R-")]
        assert sorted(depth for _, depth in rings) == [0, 1, 2]

    def test_what_nests_too_deep_to_read_is_no_codebook(self, session, ana):
        with pytest.raises(BadInput):
            taking_in.take_in(session, ana, b'{"a":' * 100_000)


class TestVersions:
    def test_two_are_compared(self, session, ana):
        kept = versions.keep(session, ana, "after pilot")
        with pytest.raises(BadInput):
            versions.keep(session, ana, "After  Pilot")
        changing.retire(session, ana, "EN-PEER")
        changing.edit_code(session, ana, "EN-ALLY", words_of(session, "EN-ALLY", name="Ally"))
        words = CodeWords(name="More", definition="More.")
        changing.add_code(session, ana, "value", words, key="VA-MORE")
        now_is = versions.version(session, 0)
        found = versions.compare(versions.version(session, kept.id).content, now_is.content)
        assert [row["key"] for row in found.added] == ["VA-MORE"]
        assert [row["key"] for row in found.retired] == ["EN-PEER"]
        assert [(row.key, row.parts) for row in found.reworded] == [
            ("EN-ALLY", (("Name", "An ally on the inside", "Ally"),))]  # fmt: skip
        assert not versions.compare(now_is.content, now_is.content).any
        with pytest.raises(NotFound):
            versions.version(session, 99)


class TestProposals:
    def test_answered_once_and_taken_back(self, a, session, ana, ben):
        made = proposals.propose(session, ana, "Tired", "It wears people out.")
        proposals.remark(session, ben, made.id, "Yes.")
        proposals.decline(session, ben, made.id, "We have it.")
        with pytest.raises(Conflict):
            proposals.take(session, ana, made.id, "barrier")
        a.undo(ben)
        assert proposals.count_open(session) == 1
        code = proposals.take(session, ana, made.id, "barrier")
        assert proposals.card(session, made.id).code_key == code.key


class TestCues:
    def test_a_changed_cue_has_the_stories_read_again_as_a_job(self, a, session, ana):
        story = a.story("We had a quiet wombat day. Nobody said why.")
        changing.edit_code(
            session, ana, "EN-PEER", words_of(session, "EN-PEER", cues=("wombat day",))
        )
        jobs = session.scalars(sa.select(Job).where(Job.name == CUES_CHANGED)).all()
        assert len(jobs) == 1
        Suggestions().reconcile(session, [story.id])
        [found] = session.scalars(sa.select(Suggestion).where(Suggestion.story_id == story.id))
        assert found.code_id == service.code(session, "EN-PEER").id
        changing.retire(session, ana, "EN-PEER")
        Suggestions().reconcile(session, [story.id])
        assert not session.scalars(
            sa.select(Suggestion).where(Suggestion.story_id == story.id)
        ).all()

    def test_other_words_promise_nothing(self, session, ana):
        changing.edit_code(session, ana, "EN-PEER", words_of(session, "EN-PEER", name="Peers"))
        assert not session.scalars(sa.select(Job).where(Job.name == CUES_CHANGED)).all()


class TestExamples:
    def test_they_follow_corrected_words(self, a, session, ana):
        story = a.story()
        for start, end in ((0, 5), (30, 40)):
            session.add(CodeExample(
                code_id=a.code().id, kind="example", story_id=story.id, version=1, start=start,
                end=end, account_id=ana.actor.account_id, made_at=now(),
            ))  # fmt: skip
        session.flush()
        assert carrying.carry(session, story.id, 1, 2, Edit(3, 10, 9)) == 1
        rows = session.execute(
            sa.select(CodeExample.version, CodeExample.start, CodeExample.removed_at)
            .where(CodeExample.story_id == story.id)
            .order_by(CodeExample.id)
        ).all()
        assert [tuple(row[:2]) for row in rows] == [(1, 0), (2, 32)]
        assert rows[0].removed_at is not None and rows[1].removed_at is None


def test_changes_are_kept_for_good(session, ana):
    changing.retire(session, ana, "EN-PEER", why="Too wide.")
    changing.bring_back(session, ana, "EN-PEER")
    kinds = session.scalars(sa.select(CodebookChange.kind).order_by(CodebookChange.id)).all()
    assert kinds == ["retire", "bring back"]
