"""A sentence put right: asked for on one's own page, put in by a steward, and all else follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from portal.room import read_lines
from portal.test_pages import press
from sqlalchemy import select
from stories.sounding import original_with, sound_with
from workshops.meeting import Meeting

from storybank import db
from storybank.clock import now
from storybank.coding import checks
from storybank.coding import service as coding
from storybank.consent import asking, holds, parties, passages, third_persons
from storybank.consent import service as consent
from storybank.consent.rules import EIGHT, Answer, Mark, Part, Purpose, Span, Use
from storybank.consent.standing import rebuild, state_of
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import Role
from storybank.portal import corrections, parts
from storybank.rights.models import RightsRequest
from storybank.stewardship import corrections as putting_right
from storybank.stories import files, reading, writing
from storybank.stories.canon import plain
from storybank.stories.models import Story, StoryVersion
from storybank.stories.rules import MASK, Place
from storybank.suggest.models import Suggestion
from storybank.workshops.models import PackItem
from storybank.workshops.rules import CHANGED

FIRST, SECOND, THIRD = (
    "I rang the clinic on Monday.",
    "Nobody had an answer for me.",
    "We sat down with the manager and she listened.",
)
NEW = "Nobody had an answer for me, or for my mum."


@pytest.fixture
def steward(a) -> Use:
    return a.use(Purpose.KEEP)


@pytest.fixture
def ask(session, own):
    """``ask(story)``: its teller wants the second sentence to say something else."""

    def send(story: Story, number: int = 1, words: str = NEW, **more):
        version = story.current_version
        return corrections.ask(session, own(story), story.id, version, number, words, **more)

    return send


def text_of(session, use: Use, story: Story) -> str:
    return reading.story(session, use, story.id).text


class TestAsk:
    def test_it_is_a_request_without_a_word_of_the_story(self, session, a, own, ask, steward):
        story = a.story()
        row = ask(story)
        request = session.get_one(RightsRequest, row.request_id)
        assert (request.kind, request.story_id) == ("correction", story.id)
        assert b"mum" not in (request.words or b"")
        [waiting] = corrections.waiting(session, own(story), story.id)
        assert (waiting.old, waiting.new) == (SECOND, NEW)
        look = putting_right.look(session, steward, row.request_id)
        assert (look.old, look.new, look.before) == (SECOND, NEW, FIRST)
        assert text_of(session, own(story), story).startswith(f"{FIRST} {SECOND}")

    def test_only_the_teller_and_a_steward_are_shown_what_it_should_say(self, session, a, ask):
        story = a.story()
        row = ask(story)
        for purpose in (Purpose.STUDY, Purpose.PUBLIC, Purpose.INDEX):
            with pytest.raises(Refused):
                reading.correction(session, a.use(purpose), story.id, row.ref)
        with pytest.raises(Refused):
            writing.write_correction(session, a.use(Purpose.KEEP), story.id, "Mine.")

    def test_the_same_words_none_or_twice_are_told(self, session, a, own, ask):
        story, other = a.story(), a.story()
        for words in (SECOND, "  ", "a" * 3_000):
            with pytest.raises(BadInput):
                ask(story, words=words)
        ask(story)
        with pytest.raises(Conflict):
            ask(story)
        with pytest.raises(NotFound):
            corrections.ask(session, own(story), other.id, 1, 1, NEW)

    def test_taken_back_it_is_gone(self, session, a, own, ask):
        story = a.story()
        row = ask(story)
        corrections.take_back(session, own(story), story.id, row.ref)
        assert corrections.waiting(session, own(story), story.id) == []
        with pytest.raises(NotFound):
            reading.correction(session, own(story), story.id, row.ref)
        assert session.get_one(RightsRequest, row.request_id).outcome == "withdrawn"


class TestAccept:
    def test_it_stands_word_for_word_and_the_request_is_answered(
        self, session, a, own, ask, steward
    ):
        story = a.story()
        row = ask(story)
        assert putting_right.accept(session, steward, row.request_id) == 2
        text = reading.story(session, a.use(Purpose.MEMBERS), story.id)
        assert text.version == 2 and text.text.startswith(f"{FIRST} {NEW}\n")
        assert [text.text[b.start : b.end] for b in text.blocks][0] == f"{FIRST} {NEW}"
        assert text.title == "Going in together"
        assert session.get_one(RightsRequest, row.request_id).outcome == "done"
        assert not state_of(session, story.id).unchecked
        with pytest.raises(Conflict):
            putting_right.accept(session, steward, row.request_id)
        with pytest.raises(NotFound):
            reading.correction(session, own(story), story.id, row.ref)

    @pytest.mark.parametrize("keep", [True, False])
    def test_no_use_lets_the_old_text_out(self, session, a, own, ask, steward, keep):
        story = a.story()
        sound_with(session, story.id)
        original_with(session, story.id)
        row = ask(story, keep_old=keep)
        putting_right.accept(session, steward, row.request_id)
        kinds = [one.kind for one in files.held(session, own(story), story.id)]
        assert kinds == (["recording", "original"] if keep else ["recording"])
        old = Place(story.id, 1, 29, 57)
        for use in (own(story), steward, a.use(Purpose.STUDY), a.use(Purpose.MEMBERS)):
            assert reading.excerpts(session, use, [old]) == []
            assert reading.fingerprints(session, use, [old]) == {}
        kinds = dict(
            session.execute(
                select(writing.StoryWords.kind, writing.StoryWords.ref).where(
                    writing.StoryWords.story_id == story.id
                ),
                execution_options={"use": steward},
            ).all()
        )
        assert kinds == {"text": 2, "title": 2} | ({"sealed": 1} if keep else {})
        assert bool(session.get_one(StoryVersion, (story.id, 1)).sha256) == keep

    def test_codings_follow_their_words_and_one_on_it_is_to_be_checked(
        self, session, a, own, ask, steward
    ):
        story, study = a.story(), a.use(Purpose.STUDY)
        codes = [a.code().id]
        made = {
            quote: coding.apply(session, study, a.place(story, quote), codes)[0]
            for quote in (FIRST, SECOND, "an answer", THIRD)
        }
        checks.say(session, own(story), made[THIRD].id, checks.Said.YES)
        checks.say(session, own(story), made[SECOND].id, checks.Said.YES)
        putting_right.accept(session, steward, ask(story).request_id)
        cards = coding.on_story(session, study, story.id, 2)
        words = [e.words for e in reading.excerpts(session, study, [c.place for c in cards])]
        assert words == [FIRST, NEW, "an answer", THIRD]
        assert [card.to_check for card in cards] == [False, True, True, False]
        # What the storyteller said to the code was said of the words as they were.
        assert checks.tally(session, study, story.id) == checks.Tally(1, 0)

    def test_what_was_taken_off_before_can_be_put_back_on_the_new_words(
        self, session, a, own, ask, steward
    ):
        story, study = a.story(), a.use(Purpose.STUDY)
        made = coding.apply(session, study, a.place(story, "answer for me"), [a.code().id])[0]
        coding.remove(session, study, made.id)
        putting_right.accept(session, steward, ask(story).request_id)
        assert coding.on_story(session, study, story.id, 2) == []
        a.undo(study)
        [card] = coding.on_story(session, study, story.id, 2)
        assert card.to_check
        [excerpt] = reading.excerpts(session, study, [card.place])
        assert excerpt.words == "answer for me"

    def test_marks_can_only_grow(self, session, a, own, ask, steward):
        story = a.story()
        parts.mark(session, own(story), story.id, 1, [1, 2], Mark.LEAVE_OUT)
        parts.mark(session, own(story), story.id, 1, [3], Mark.ASK_FIRST)
        row = ask(story)
        assert putting_right.look(session, steward, row.request_id).old is None
        putting_right.accept(session, steward, row.request_id)
        seen = text_of(session, a.use(Purpose.MEMBERS), story)
        assert seen.startswith(FIRST) and seen.count("\n") == 1
        assert set(seen[len(FIRST) :]) <= {MASK, "\n", " "}
        assert NEW in text_of(session, own(story), story)
        marked = parts.parts_of(session, own(story), story.id).marked
        assert [(one.mark, one.mine) for one in marked] == [
            (Mark.LEAVE_OUT, True), (Mark.ASK_FIRST, True),
        ]  # fmt: skip
        before = state_of(session, story.id)
        rebuild(session)
        assert state_of(session, story.id) == before

    def test_what_the_house_keeps_back_stays_kept_back(self, session, a, ask, steward):
        story, lead = a.story(), steward.actor
        span = Span(1, 29, 57)
        holds.open_hold(
            session, lead, story.id, "legal", "A letter came.", (now() + timedelta(days=9)).date(),
            span=span,
        )  # fmt: skip
        third_persons.register(session, lead, story.id, "my mum", parts=[Span(1, 60, 70)])
        putting_right.accept(session, steward, ask(story).request_id)
        kept = {(p.mark, p.span.version, p.span.start, p.span.end)
                for p in state_of(session, story.id).kept_back if p.span.version == 2}  # fmt: skip
        grown = len(NEW) - len(SECOND)
        assert kept == {
            (Mark.HELD, 2, 29, 57 + grown), (Mark.THIRD_PERSON, 2, 60 + grown, 70 + grown),
        }  # fmt: skip

    def test_cards_and_suggestions_follow_or_go(self, session, a, ask, steward):
        meeting = Meeting(a)
        place = meeting.passage(THIRD)
        story = session.get_one(Story, place.story_id)
        gone = meeting.code(a.place(story, SECOND))
        meeting.draw(place, gone)
        session.add(
            Suggestion(
                story_id=story.id, version=1, start=place.start, end=place.end,
                code_id=a.code("VA-SERVICE").id, because=[[place.start, place.start + 2]],
                cue_ids=[], check_meaning=False, score=1.0, made_by="x", made_at=now(),
                answer="declined",
            )
        )  # fmt: skip
        session.flush()
        putting_right.accept(session, steward, ask(story).request_id)
        [card] = meeting.look().cards
        assert card.excerpt.words == THIRD and card.excerpt.version == 2
        pulled = session.scalars(select(PackItem).where(PackItem.pulled_at.is_not(None))).all()
        assert [item.pulled_because for item in pulled] == [CHANGED]
        [one] = session.scalars(select(Suggestion).where(Suggestion.story_id == story.id))
        grown = len(NEW) - len(SECOND)
        assert (one.version, one.start, one.because[0][0]) == (
            2, place.start + grown, place.start + grown,
        )  # fmt: skip

    def test_one_changed_letter_asks_again(self, session, a, own, ask, steward):
        meeting = Meeting(a)
        place = meeting.passage(SECOND, answers={Purpose.WORKSHOP: Answer.ASK})
        story = session.get_one(Story, place.story_id)
        here = meeting.look().use
        [(_, sha)] = reading.fingerprints(session, here, [place]).items()
        asked = asking.ask(
            session, here, story.id, place.span, sha, event_title="x", audience=[],
            answer_by=now() + timedelta(days=9),
        )  # fmt: skip
        teller = own(story).actor
        asking.answer_ask(session, teller, asked.id, story.person_id, Answer.YES, a.proof(), "web")
        assert [e.words for e in reading.excerpts(session, here, [place])] == [SECOND]
        row = ask(story, words=SECOND.replace("Nobody", "nobody"))
        putting_right.accept(session, steward, row.request_id)
        new = Place(story.id, 2, place.start, place.end)
        assert reading.excerpts(session, here, [place, new]) == []
        [(there, other)] = reading.fingerprints(session, here, [new]).items()
        assert there == new and other != sha

    def test_what_was_never_read_back_is_not_read_back_by_this(self, session, a, own, ask, steward):
        story = a.story()
        actor = steward.actor
        passages.transcribed(session, actor, story.id, story.person_id, 1, 150, "phone")
        putting_right.accept(session, steward, ask(story).request_id)
        assert state_of(session, story.id).unchecked
        length = session.get_one(StoryVersion, (story.id, 2)).length
        passages.confirm_read_back(
            session, actor, story.id, story.person_id, 2, length, a.proof(), "phone"
        )
        assert not state_of(session, story.id).unchecked

    def test_whoever_told_it_too_reads_it_first(self, session, a, own, ask, steward):
        story, second = a.story(), a.story()
        parties.join(
            session, steward.actor, story.id, second.person_id, Part.CO_TELLER, a.proof(), "paper"
        )
        consent.give(
            session, steward.actor, story.id, second.person_id, dict.fromkeys(EIGHT, Answer.YES),
            a.proof(), "paper",
        )  # fmt: skip
        assert reading.may(session, a.use(Purpose.MEMBERS), story.id)
        putting_right.accept(session, steward, ask(story).request_id)
        assert state_of(session, story.id).unchecked
        assert not reading.may(session, a.use(Purpose.MEMBERS), story.id)

    def test_other_corrections_go_on_waiting(self, session, a, own, ask, steward):
        story = a.story()
        first, third = ask(story), ask(story, 3, "She sat down with us.")
        putting_right.accept(session, steward, first.request_id)
        putting_right.accept(session, steward, third.request_id)
        assert text_of(session, own(story), story).endswith("She sat down with us.")

    def test_a_text_with_bars_in_it_never_becomes_the_story(self, session, a, steward):
        story = a.story()
        with pytest.raises(BadInput):
            writing.amend(session, steward, story.id, plain(f"One {MASK * 4} two."))
        with pytest.raises(Refused):
            writing.amend(session, a.use(Purpose.STUDY), story.id, plain("Mine."))


class TestPages:
    def test_from_the_tick_to_the_new_words(self, room):
        ana, number = room.teller()
        page = f"/my/{number}/parts"
        answer = ana.post(page, on=page, version=1, sentence=[1], act="change")
        assert answer.status_code == 303
        form = ana.client.get(answer.location).text
        assert SECOND in form
        send = f"{page}/change"
        assert ana.post(send, on=page, version=1, sentence=1, words=SECOND).status_code == 422
        sent = ana.post(send, on=page, version=1, sentence=1, words=NEW, old="drop")
        assert sent.status_code == 303
        assert "You want it to say:" in ana.get(page).text
        with db.writing(room.house.sessions) as session:
            [request_id] = session.scalars(select(RightsRequest.id)).all()
        steward = room.somebody(Role.STEWARD, "steward@example.org")
        desk = steward.get(f"/steward/rights/{request_id}").text
        assert "See the words to put right" in desk and "mum" not in desk
        look = f"/steward/corrections/{request_id}"
        lines = " ".join(read_lines(steward.get(look).text))
        assert "or for my mum." in lines
        press(steward, look, "Accept, and put it in")
        assert NEW in ana.get(f"/my/{number}").text
        assert "You want it to say:" not in ana.get(page).text
        researcher = room.somebody(Role.RESEARCHER, "r@example.org")
        assert researcher.get(look).status_code == 403
