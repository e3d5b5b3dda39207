"""Merging, splitting and showing codes: no coding is lost, and what was done can be undone."""

import factories
import pytest
import sqlalchemy as sa

from storybank.clock import now
from storybank.codebook import changes, changing, service
from storybank.codebook.models import CodebookChange
from storybank.coding import examples, recoding, splitting
from storybank.coding import service as coding
from storybank.coding.models import Coding, CodingFlag
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.memos.models import Memo
from storybank.people.rules import Role
from storybank.suggest.models import Suggestion
from storybank.wiring import FOLLOWERS

A, B, C = "EN-PEER", "EN-ALLY", "BA-WHO"
WORDS = ("I rang the clinic", "Nobody had an answer", "we should go in together")


@pytest.fixture
def ana(a):
    return Use.claim(a.actor(Role.RESEARCHER), Purpose.STUDY, now())


@pytest.fixture
def ben(a):
    return Use.claim(a.actor(Role.RESEARCHER), Purpose.STUDY, now())


@pytest.fixture
def story(a):
    return a.story()


@pytest.fixture
def put(a, session, story):
    def put(use, key, words):
        [made] = coding.apply(session, use, a.place(story, words), [a.code(key).id])
        return made.id

    return put


@pytest.fixture
def merge(session, ana):
    def merge(one=A, into=B, use=ana):
        return recoding.merge(session, use, one, into, "They say the same.", FOLLOWERS)

    return merge


def standing(session):
    """{coding: key of its code} of those that stand."""
    keys = {card.id: card.key for card in service.codes_by_id(session).values()}
    rows = session.execute(sa.select(Coding.id, Coding.code_id).where(Coding.removed_at.is_(None)))
    return {number: keys[code] for number, code in rows}


class TestMerge:
    def test_every_coding_goes_along_whoever_made_it(self, session, ana, ben, put, merge):
        ids = [put(ana, A, WORDS[0]), put(ben, A, WORDS[0]), put(ben, C, WORDS[1])]
        done = merge()
        assert (done.carried, done.joined) == (2, 0)
        assert standing(session) == {ids[0]: B, ids[1]: B, ids[2]: C}
        card = service.code(session, A)
        assert card.retired and card.merged_into_id == service.code(session, B).id

    def test_two_of_one_coder_on_the_same_words_become_one(self, session, ana, ben, put, merge):
        old, new, other = put(ana, A, WORDS[0]), put(ana, B, WORDS[0]), put(ben, A, WORDS[0])
        for number, name in ((old, "stance"), (old, "voice"), (new, "stance")):
            session.add(CodingFlag(coding_id=number, name=name, value=f"{number}"))
        session.flush()
        done = merge()
        assert (done.carried, done.joined) == (1, 1)
        assert standing(session) == {new: B, other: B}
        flags = {
            flag.name: flag.value
            for flag in session.scalars(sa.select(CodingFlag).where(CodingFlag.coding_id == new))
        }
        assert flags == {"stance": f"{new}", "voice": f"{old}"}

    def test_undone_it_is_as_it_was(self, a, session, ana, put, merge):
        ids = [put(ana, A, WORDS[0]), put(ana, B, WORDS[0]), put(ana, A, WORDS[1])]
        before = standing(session)
        cues = {key: service.code(session, key).cues for key in (A, B)}
        merge()
        assert set(service.code(session, B).cues) == {*cues[A], *cues[B]}
        assert a.undo(ana).sentence.endswith("2 codings came back to it.")
        assert standing(session) == before == dict(zip(ids, (A, B, A), strict=True))
        assert {key: service.code(session, key).cues for key in (A, B)} == cues
        a.redo(ana)
        assert standing(session) == {ids[1]: B, ids[2]: B}
        a.undo(ana)
        assert standing(session) == before

    def test_undone_after_others_worked_on_it_their_work_stays(
        self, a, session, ana, ben, put, merge
    ):
        moved, off, kept = put(ben, A, WORDS[0]), put(ben, A, WORDS[1]), put(ana, A, WORDS[2])
        merge()
        session.get(Coding, moved).end -= 2
        coding.remove(session, ben, off)
        new = put(ben, B, WORDS[2])
        said = a.undo(ana).sentence
        assert "1 coding came back" in said and "1 coding stayed" in said
        assert standing(session) == {moved: B, kept: A, new: B}

    def test_one_taken_off_goes_along_and_can_be_put_back(self, a, session, ana, ben, put, merge):
        gone = put(ben, A, WORDS[0])
        coding.remove(session, ben, gone)
        merge()
        a.undo(ben)
        assert standing(session) == {gone: B}

    def test_a_code_merged_on_is_not_brought_back_by_an_earlier_undo(
        self, a, session, ana, ben, put, merge
    ):
        number = put(ana, A, WORDS[0])
        merge()
        merge(B, C, ben)
        a.undo(ana)
        assert standing(session) == {number: C} and not service.code(session, A).retired
        [card] = service.codes(session, [service.code(session, B).id])
        assert card.key == C

    def test_memos_suggestions_and_examples_follow_and_come_back(
        self, a, session, ana, put, merge, story
    ):
        one, other = (service.code(session, key).id for key in (A, B))
        number = put(ana, A, WORDS[0])
        example = examples.add(session, ana, number)
        memo = Memo(kind="code", body="", code_id=one, account_id=ana.actor.account_id,
                    made_at=now(), changed_at=now())  # fmt: skip
        alone, double, twin = (
            Suggestion(story_id=story.id, version=1, start=start, end=9, code_id=code, because=[],
                       cue_ids=[], check_meaning=False, score=1, made_by="x", made_at=now())
            for start, code in ((0, one), (1, one), (1, other))
        )  # fmt: skip
        session.add_all([memo, alone, double, twin])
        session.flush()
        rows = (example, memo, alone, double, twin)
        merge()
        assert [row.code_id for row in rows] == [other, other, other, one, other]
        a.undo(ana)
        assert [row.code_id for row in rows] == [one, one, one, one, other]

    def test_every_pointer_to_a_code_is_known_here(self):
        """A new column that points to codes needs a follower, or a reason here."""
        from storybank import tables

        handled = {
            "code.parent_id", "code.merged_into_id", "code_cue.code_id", "coding.code_id",
            "carried_coding.from_code_id", "carried_coding.to_code_id", "codebook_change.code_id",
            "counted_apart.code_id", "framework_summary.code_id", "suggestion.code_id",
        }  # fmt: skip
        followed = {str(one.column) for one in FOLLOWERS.values() if hasattr(one, "column")}
        tables_of = {"CodeExample": "code_example", "CodeProposal": "code_proposal",
                     "MemoLink": "memo_link", "PackItem": "pack_item",
                     "ThemeLink": "theme_link"}  # fmt: skip
        names = set()
        for one in followed:
            table, column = one.split(".")
            names.add(f"{tables_of.get(table, table.lower())}.{column}")
        found = {
            f"{table.name}.{column.name}"
            for table in tables.metadata.tables.values()
            for column in table.columns
            if any(str(key.column) == "code.id" for key in column.foreign_keys)
        }
        assert found - handled - names == set()

    def test_into_itself_or_a_retired_one_is_refused(self, session, ana, merge):
        with pytest.raises(BadInput):
            merge(A, A)
        changing.retire(session, ana, C)
        with pytest.raises(Conflict):
            merge(A, C)

    def test_only_a_researcher_may(self, a, session):
        with pytest.raises(Exception, match="Only a researcher"):
            recoding.merge(session, a.use(Purpose.WORKSHOP), A, B, "", FOLLOWERS)

    def test_what_stands_below_goes_below_the_other_and_comes_back(self, a, session, ana, merge):
        changing.move_code(session, ana, "EN-PAID", "enabler", A)
        merge(A, C)
        card = service.code(session, "EN-PAID")
        assert card.family == "barrier" and card.parent_id == service.code(session, C).id
        a.undo(ana)
        card = service.code(session, "EN-PAID")
        assert card.family == "enabler" and card.parent_id == service.code(session, A).id


class TestSplit:
    @pytest.fixture
    def split(self, session, ana, ben, put):
        self.ids = [put(ana, A, words) for words in WORDS]
        self.ids.append(put(ana, B, WORDS[0]))
        return splitting.start(session, ana, A, [B, C], "Two ideas in one.")

    def choose(self, session, use, split, *keys):
        codes = {number: service.code(session, key).id
                 for number, key in zip(self.ids, keys, strict=False) if key}  # fmt: skip
        return splitting.choose(session, use, split, codes)

    def test_it_can_be_left_and_gone_on_with(self, session, ana, ben, split):
        assert self.choose(session, ana, split, None, C) == 1
        assert [one.id for one in splitting.open_splits(session)] == [split]
        card = splitting.found(session, ben, split)
        assert (card.done, card.left) == (1, 2)
        assert [one.id for one in splitting.waiting(session, ben, split, 10)] == [
            self.ids[0], self.ids[2]]  # fmt: skip

    def test_each_gets_the_code_chosen_and_doubles_become_one(self, session, ana, split):
        self.choose(session, ana, split, B, C, A)
        assert standing(session) == {self.ids[1]: C, self.ids[2]: A, self.ids[3]: B}
        assert splitting.found(session, ana, split).left == 0

    def test_choices_can_be_undone_and_done_again(self, a, session, ana, split):
        before = standing(session)
        self.choose(session, ana, split, B, C)
        after = standing(session)
        a.undo(ana)
        assert standing(session) == before
        a.redo(ana)
        assert standing(session) == after

    def test_ended_it_takes_no_more_and_the_old_code_may_go(self, a, session, ana, split):
        splitting.finish(session, ana, split, retire=True)
        assert service.code(session, A).retired
        with pytest.raises(Conflict):
            self.choose(session, ana, split, B)
        a.undo(ana), a.undo(ana)
        assert not service.code(session, A).retired
        assert self.choose(session, ana, split, B) == 1

    def test_what_may_not_be_seen_keeps_its_code(self, a, session, ana, split, story):
        a.stop(story)
        assert splitting.waiting(session, ana, split, 10) == []
        assert self.choose(session, ana, split, B) == 0


class TestExamples:
    def test_shown_where_the_use_allows_and_taken_out(self, a, session, ana, put, story):
        number = put(ana, A, WORDS[0])
        made = examples.add(session, ana, number)
        assert examples.add(session, ana, number).id == made.id
        code = service.code(session, A).id
        assert [one.excerpt.words for one in examples.of_code(session, ana, code)] == [WORDS[0]]
        examples.remove(session, ana, made.id)
        assert examples.of_code(session, ana, code) == []
        a.undo(ana)
        assert len(examples.of_code(session, ana, code)) == 1
        a.stop(story, Purpose.STUDY)
        assert examples.of_code(session, ana, code) == []
        with pytest.raises(NotFound):
            examples.remove(session, ana, made.id)

    def test_the_words_are_nowhere_in_what_is_written_down(self, session, ana, put, merge):
        examples.add(session, ana, put(ana, A, WORDS[0]))
        merge()
        kept = [row.detail for row in session.scalars(sa.select(CodebookChange))]
        assert "clinic" not in f"{kept} {changes.history(session)}" + factories.PASSWORD
