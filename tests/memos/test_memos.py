"""Memos on both databases: who sees them, what becomes of them, undoing."""

from __future__ import annotations

import pytest
from memos.conftest import use_of

from storybank.clock import now
from storybank.coding import service as coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent import passages
from storybank.consent.answers import Counting
from storybank.consent.folding import Span
from storybank.consent.models import AccessRecord
from storybank.consent.rules import Mark, Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.memos import carrying, links, naming, reading, service
from storybank.memos.copies import Copies
from storybank.memos.models import Memo, MemoLink, Mention
from storybank.memos.reading import Order, Talk, Wanted
from storybank.memos.rules import Kind, Subject
from storybank.people.models import Account
from storybank.people.rules import MACHINE, Role
from storybank.portal import erasing
from storybank.rights.everything import parts
from storybank.stories.mending import Edit
from storybank.undoing.models import Act

PROJECT = Subject(Kind.PROJECT)
QUOTE = "Nobody had an answer"


def on_passage(a, use, story, quote=QUOTE, body="Who answers the phone?", title="Phone"):
    about = service.subject(a.session, use, place=a.place(story, quote))
    return service.write(a.session, use, about, title, body)


def on_story(a, use, story, body="Read again."):
    return service.write(a.session, use, Subject(Kind.STORY, story.id), "", body)


def numbers(a, use, **wanted):
    return reading.found(a.session, use, Wanted(**wanted))


class TestWriting:
    def test_keeps_the_place_and_no_word_of_it(self, a, ana, story):
        memo = on_passage(a, ana, story)
        card = reading.card(a.session, ana, memo.id)
        assert card.place == a.place(story, QUOTE)
        assert (card.kind, card.writer, card.mine) == (Kind.PASSAGE, "Ana Lopez", True)

    def test_on_a_coding_knows_its_code(self, a, ana, story):
        (one,) = coding.apply(a.session, ana, a.place(story, QUOTE), [a.code().id])
        about = service.subject(a.session, ana, coding_id=one.id)
        memo = service.write(a.session, ana, about, "", "Is this it?")
        assert reading.card(a.session, ana, memo.id).code_id == a.code().id
        assert numbers(a, ana, code_id=a.code().id) == [memo.id]

    def test_is_refused_where_the_story_moved_on_or_is_kept_back(self, a, ana, story):
        place = a.place(story, QUOTE)
        passages.mark_passage(
            a.session, MACHINE, story.id, story.person_id, Span(1, place.start, place.end),
            Mark.LEAVE_OUT, "phone",
        )  # fmt: skip
        with pytest.raises(BadInput):
            service.subject(a.session, ana, place=place)
        story.current_version = 2
        with pytest.raises((Conflict, NotFound)):
            service.subject(a.session, ana, place=place)

    def test_of_a_copy_is_refused_and_of_a_short_one_asked_about(self, a, ana, story):
        about = Subject(Kind.STORY, story.id)
        long = "I rang the clinic on Monday. Nobody had an answer for me."
        with pytest.raises(Copies) as refused:
            service.write(a.session, ana, about, "", long, own=True)
        assert not refused.value.may_stay
        assert "clinic" not in refused.value.sentence
        short = "I rang the clinic on Monday. Nobody had a clue."
        with pytest.raises(Copies) as asked:
            service.write(a.session, ana, about, "", short)
        assert asked.value.may_stay and asked.value.place.story_id == story.id
        assert service.write(a.session, ana, about, "", short, own=True).body == short

    def test_a_copy_of_a_story_read_before_is_refused_on_the_project_too(self, a, ana, story):
        long = "We sat down with the manager and she listened to all of us."
        service.write(a.session, ana, PROJECT, "", "In my own words: it took two of them.")
        a.session.add(
            AccessRecord(
                at=now(), account_id=ana.actor.account_id, story_id=story.id, purpose="study",
                what="read", page="coding.desk",
            )
        )  # fmt: skip
        a.session.flush()
        text = "should go in together we sat down with the manager and she listened. " + long
        with pytest.raises(Copies):
            service.write(a.session, ana, PROJECT, "", text)


class TestSeeing:
    def test_ends_with_the_consent_and_the_count_with_it(self, a, ana, ben, story):
        on_passage(a, ana, story)
        kept = service.write(a.session, ana, PROJECT, "", "Read all.")
        assert len(numbers(a, ben)) == 2
        a.stop(story, Purpose.STUDY)
        use = Use.claim(ben.actor, Purpose.STUDY, now())
        assert numbers(a, use) == [kept.id]
        assert [card.id for card in reading.for_export(a.session, use)] == [kept.id]

    def test_of_one_on_a_part_ends_where_the_part_is_kept_back(self, a, ana, story):
        on_passage(a, ana, story)
        whole = on_story(a, ana, story)
        place = a.place(story, "answer")
        passages.mark_passage(
            a.session, MACHINE, story.id, story.person_id, Span(1, place.start, place.end),
            Mark.LEAVE_OUT, "phone",
        )  # fmt: skip
        assert numbers(a, ana) == [whole.id]

    def test_waits_while_a_coder_codes_blind(self, a, ana, ben, story):
        theirs = on_passage(a, ana, story)
        service.answer(a.session, ben, theirs.id, "I rang too. @ana")
        service.write(a.session, ana, PROJECT, "", "For @Ben Okri")
        service.answer(a.session, ana, theirs.id, "And @Ben Okri?")
        work = CodingRound(name="One", blind=True, made_by=ana.actor.account_id, made_at=now())
        a.session.add(work)
        a.session.flush()
        task = Assignment(
            round_id=work.id, story_id=story.id, account_id=ben.actor.account_id, given_at=now()
        )
        a.session.add(task)
        a.session.flush()
        (thread,) = reading.on_story(a.session, ben, story.id)
        assert thread.root is None and not thread.taken_away
        assert [card.writer for card in thread.answers] == ["Ben Okri"]
        assert len(naming.unread(a.session, ben)) == 1
        task.finished_at = now()
        a.session.flush()
        (thread,) = reading.on_story(a.session, ben, story.id)
        assert len(thread.answers) == 2
        assert len(naming.unread(a.session, ben)) == 2


class TestList:
    def test_is_narrowed_and_put_in_order(self, a, ana, ben, story):
        one = on_passage(a, ana, story)
        two = on_story(a, ben, story, "Caf\u00c9 talk for @Ana Lopez")
        code = Subject(Kind.CODE, code_id=a.code().id)
        three = service.write(a.session, ben, code, "", "Too wide?")
        reply = service.answer(a.session, ana, three.id, "Yes, it is.")
        assert numbers(a, ana, kind=Kind.STORY) == [two.id]
        assert set(numbers(a, ana, code_id=a.code().id)) == {three.id, reply.id}
        assert set(numbers(a, ana, story_id=story.id)) == {one.id, two.id}
        assert set(numbers(a, ana, writer_id=ben.actor.account_id)) == {two.id, three.id}
        assert numbers(a, ana, text="caf\u00e9 TALK") == [two.id]
        assert numbers(a, ana, names_me=True) == [two.id]
        assert set(numbers(a, ana, talk=Talk.DISCUSSED)) == {three.id, reply.id}
        service.settle(a.session, ana, reply.id)
        assert set(numbers(a, ana, talk=Talk.SETTLED)) == {three.id, reply.id}
        assert numbers(a, ana, since=now()) == []
        assert len(numbers(a, ana, until=now())) == 4
        assert numbers(a, ana, order=Order.OLDEST) == [one.id, two.id, three.id, reply.id]
        assert numbers(a, ana, order=Order.STORY)[:2] == [two.id, one.id]
        for order in Order:
            assert len(numbers(a, ana, order=order)) == 4


class TestChanging:
    def test_of_what_somebody_changed_meanwhile_is_refused(self, a, ana, ben):
        memo = service.write(a.session, ana, PROJECT, "Plan", "First.")
        opened = memo.changed_at
        service.change(a.session, ben, memo.id, "Plan", "Ben's.", opened)
        with pytest.raises(Conflict, match="Ben Okri"):
            service.change(a.session, ana, memo.id, "Plan", "Ana's.", opened)
        assert reading.card(a.session, ana, memo.id).changed_by == "Ben Okri"

    def test_is_for_its_writer_alone_where_it_is_on_a_story(self, a, ana, ben, story):
        memo = on_story(a, ana, story)
        with pytest.raises(Refused):
            service.change(a.session, ben, memo.id, "", "No.", memo.changed_at)
        with pytest.raises(Refused):
            service.remove(a.session, ben, memo.id)


class TestUndo:
    def test_of_each_act_and_doing_it_again(self, a, ana, story):
        memo = on_passage(a, ana, story)
        service.change(a.session, ana, memo.id, "Phone", "@Ben? No.", memo.changed_at)
        service.settle(a.session, ana, memo.id)
        service.link(a.session, ana, memo.id, f"story {story.id}")
        service.link(a.session, ana, memo.id, "EN-PEER")
        (first, _) = reading.card(a.session, ana, memo.id).links
        service.unlink(a.session, ana, memo.id, first.id)
        service.remove(a.session, ana, memo.id)
        for _ in range(7):
            assert a.undo(ana).story_id == story.id
        assert a.undo(ana) is None and numbers(a, ana) == []
        for _ in range(7):
            a.redo(ana)
        assert numbers(a, ana) == []
        a.undo(ana)
        card = reading.card(a.session, ana, memo.id)
        assert card.body == "@Ben? No." and card.settled_by == "Ana Lopez"
        assert [link.name.split()[0] for link in card.links] == ["EN-PEER"]

    def test_of_writing_after_an_answer_leaves_the_answer(self, a, ana, ben, story):
        memo = on_passage(a, ana, story)
        reply = service.answer(a.session, ben, memo.id, "I know who.")
        a.undo(ana)
        assert numbers(a, ben) == [reply.id]
        (thread,) = reading.on_story(a.session, ben, story.id)
        assert thread.root is None and thread.taken_away
        assert thread.first.place == a.place(story, QUOTE)
        a.redo(ana)
        assert reading.thread(a.session, ben, memo.id).root.body == "Who answers the phone?"

    def test_never_loses_what_others_wrote_since(self, a, ana, ben):
        memo = service.write(a.session, ana, PROJECT, "", "First.")
        service.change(a.session, ana, memo.id, "", "Second.", memo.changed_at)
        service.change(a.session, ben, memo.id, "", "Third.", memo.changed_at)
        for _ in range(2):
            assert "stays" in a.undo(ana).sentence
        assert reading.card(a.session, ana, memo.id).body == "Third."

    def test_of_a_memo_on_a_story_that_was_stopped_is_passed_over(self, a, ana, story):
        on_story(a, ana, story)
        a.stop(story)
        assert a.undo(Use.claim(ana.actor, Purpose.STUDY, now())) is None


class TestNames:
    def test_wait_until_they_are_looked_at(self, a, ana, ben):
        memo = service.write(a.session, ana, PROJECT, "", "Look.", tell=[ben.actor.account_id or 0])
        assert memo.body == "Look.\n\n@Ben Okri"
        assert naming.unread(a.session, ben) == {memo.id}
        naming.looked(a.session, ben, [memo.id])
        assert naming.unread(a.session, ben) == set()
        service.change(a.session, ana, memo.id, "", "Never mind.", memo.changed_at)
        assert not numbers(a, ben, names_me=True)

    def test_are_those_of_researchers_alone(self, a, ana):
        a.actor(Role.STEWARD)
        assert set(naming.researchers(a.session)) >= {ana.actor.account_id}
        memo = service.write(a.session, ana, PROJECT, "", "@Ana Lopez herself")
        assert naming.of(a.session, [memo.id]) == {}


class TestLinks:
    def test_show_from_both_ends_what_the_use_allows(self, a, ana, story):
        one = on_passage(a, ana, story)
        two = service.write(a.session, ana, PROJECT, "Sum", "All of it.")
        service.link(a.session, ana, two.id, f"memo {one.id}")
        service.link(a.session, ana, two.id, f"story {story.id}")
        assert len(reading.card(a.session, ana, two.id).links) == 2
        assert links.leading_to(a.session, ana, memo_id=one.id) == [two.id]
        assert links.leading_to(a.session, ana, memo_id=two.id) == []
        assert links.leading_to(a.session, ana, story_id=story.id) == [two.id]
        a.stop(story, Purpose.STUDY)
        use = Use.claim(ana.actor, Purpose.STUDY, now())
        assert reading.card(a.session, use, two.id).links == ()
        for typed in (f"story {story.id}", f"memo {one.id}", f"memo {two.id}", "NO-CODE"):
            with pytest.raises(BadInput):
                service.link(a.session, use, two.id, typed)


class TestCarrying:
    def test_memos_follow_their_words(self, a, ana, story):
        after = on_passage(a, ana, story)
        changed = on_passage(a, ana, story, "the clinic")
        place, old = a.place(story, QUOTE), a.place(story, "clinic on Monday")
        edit = Edit(old.start, old.end, len("surgery"))
        assert carrying.carry(a.session, story.id, 1, 2, edit) == 1
        by = len("surgery") - old.length
        assert (after.version, after.start, after.end) == (2, place.start + by, place.end + by)
        assert after.corrected_at is None and changed.corrected_at is not None
        assert (changed.start, changed.end) == (old.start - 4, old.start + 7)


class TestErasing:
    def test_takes_memos_answers_names_links_and_acts(self, a, ana, ben, story):
        (one,) = coding.apply(a.session, ana, a.place(story, QUOTE), [a.code().id])
        about = service.subject(a.session, ana, coding_id=one.id)
        memo = service.write(a.session, ana, about, "", "For @Ben Okri")
        service.answer(a.session, ben, memo.id, "Thanks, @Ana Lopez")
        kept = service.write(a.session, ana, PROJECT, "", "Stays.")
        for typed in (f"memo {memo.id}", f"story {story.id}", "EN-PEER"):
            service.link(a.session, ana, kept.id, typed)
        service.link(a.session, ana, memo.id, f"memo {kept.id}")
        teller = a.actor(Role.STORYTELLER, person_id=story.person_id)
        erasing.erase(a.session, teller, story.id, story.person_id, "web", counting=Counting.OUT)
        assert [row.id for row in a.session.query(Memo)] == [kept.id]
        assert a.session.query(Mention).count() == 0
        (link,) = a.session.query(MemoLink)
        assert link.to_code_id is not None
        assert not a.session.query(Act).filter(Act.story_id == story.id).count()


class TestEverything:
    def test_a_storyteller_gets_what_was_noted_and_no_colleagues_name(self, a, ana, ben, story):
        memo = on_passage(a, ana, story, body="A strong voice. @Ben Okri, see?")
        service.answer(a.session, ben, memo.id, "Yes.")
        on_story(a, ana, story, "Taken away.")
        a.undo(ana)
        service.write(a.session, ana, PROJECT, "", "Not about them.")
        teller = a.actor(Role.STORYTELLER, person_id=story.person_id)
        use = Use.claim(teller, Purpose.OWN, now())
        (part,) = [one for one in parts(a.session, use) if one.name.startswith("stories/")]
        notes = part.data["notes"]
        assert [note["note"] for note in notes] == [
            "A strong voice. @a colleague, see?", "Yes.", "Taken away.",
        ]  # fmt: skip
        assert [note["taken_away"] for note in notes] == [False, False, True]
        told = str(part)
        assert "Okri" not in told and "Lopez" not in told and "Not about them" not in told


def test_a_researcher_who_left_is_not_to_be_named(a, ana):
    gone = use_of(a, "Cai Bevan")
    a.session.get(Account, gone.actor.account_id).disabled_at = now()
    a.session.flush()
    assert "Cai Bevan" not in naming.researchers(a.session).values()
