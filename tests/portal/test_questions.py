"""The agreement over HTTP: one question on a page, kept at each press, checked, then it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import factories
import pytest
import sqlalchemy as sa
import textstat
import time_machine
from bs4 import BeautifulSoup
from crawling import Person
from portal.room import Room, read_lines

from storybank import db
from storybank.clock import now
from storybank.consent import parties, third_persons, wordings
from storybank.consent import service as consent
from storybank.consent.happenings import happenings
from storybank.consent.models import ConsentDraft, ConsentEvent, Receipt, WordingVersion
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Change,
    Fact,
    Medium,
    NameStyle,
    OwnState,
    Part,
    Purpose,
    own_state,
)
from storybank.consent.standing import state_of
from storybank.mail.models import Message
from storybank.people import identity, sealing
from storybank.people.identity_rules import Details
from storybank.people.models import Person as Storyteller
from storybank.people.rules import MACHINE, Role
from storybank.portal import drafts
from storybank.portal.questions import QUESTIONS, asked
from storybank.stories.models import Story

MAY = datetime(2026, 5, 3, 9)
ORDER = [
    "intro", "who", "limits", "keep", "study", "workshop", "members", "decide", "teach", "public",
    "reuse", "formats", "name", "about", "parts", "words", "not_for", "long", "tell", "contact",
    "future", "others",
]  # fmt: skip
SEVEN = ORDER[4:11]


@dataclass
class Ana:
    """A storyteller before her pages, and what the house knows of her."""

    room: Room
    person: Person
    story_id: int

    def url(self, code: str) -> str:
        return f"/my/{self.story_id}/choices/{code}"

    def page(self, code: str, **query) -> BeautifulSoup:
        answer = self.person.get(self.url(code), **query)
        assert answer.status_code == 200, (code, answer.status_code)
        return BeautifulSoup(answer.text, "html.parser")

    def answer(self, code: str, *, then: str = "next", go: str = "on", **fields):
        """Fill in one page as a browser does, with everything that is hidden in its form."""
        form = self.page(code, then=then).main.select_one(".sb-asks__form")
        hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        return self.person.client.post(form["action"], data={**hidden, "go": go, **fields})

    def confirm(self):
        form = self.page("check").main.find("form", action=self.url("check"))
        assert form is not None, "there is nothing to confirm"
        hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        return self.person.client.post(form["action"], data=hidden)

    def own(self) -> OwnState:
        with self.room.house.sessions() as session:
            person_id = session.get_one(Story, self.story_id).person_id
            return own_state(person_id, list(happenings(session, self.story_id)))

    def answers(self) -> dict[str, str]:
        return {use.value: one.answer.value for use, one in self.own().choices.items()}

    def last_event(self) -> ConsentEvent:
        with self.room.house.sessions() as session:
            return session.scalars(
                sa.select(ConsentEvent)
                .where(ConsentEvent.story_id == self.story_id)
                .order_by(ConsentEvent.seq.desc())
            ).first()


@pytest.fixture(autouse=True)
def in_may():
    with time_machine.travel(MAY):
        yield


@pytest.fixture
def ana(room) -> Ana:
    """Somebody whose story was taken in with a yes to keeping it, and nothing else asked."""
    person, number = room.teller(title="Going in together", consented_to=[], facts=None)
    return Ana(room, person, number)


@pytest.fixture
def asked_before(room) -> Ana:
    person, number = room.teller(
        title="Going in together", name="Ana", style=NameStyle.FIRST, not_for=["Riverside Council"],
        consented_to=[Purpose.STUDY, Purpose.TEACH], facts=[Fact.CARER],
        answers={Purpose.WORKSHOP: Answer.ASK}, until=now() + timedelta(days=500),
    )  # fmt: skip
    return Ana(room, person, number)


def ticked(page: BeautifulSoup) -> list[str]:
    return [one["value"] for one in page.main.select("input[checked]")]


def heading(page: BeautifulSoup) -> str:
    return " ".join(page.main.h1.get_text().split())


class TestOrder:
    def test_one_question_stands_on_each_page_in_the_agreed_order(self, ana):
        answer, seen = ana.person.get(ana.url("all")), []
        while not answer.location.endswith("/check"):
            code = re.search(r"choices/(\w+)", answer.location)[1]
            page = ana.page(code, then="next")
            seen.append(code)
            said = page.select_one(".sb-asks__place").get_text()
            assert f"{len(seen)} of 22" in said
            assert len(page.main.find_all("h1")) == 1
            answer = ana.answer(code)
            assert answer.status_code == 303
        assert seen == ORDER == list(QUESTIONS)

    def test_back_leads_the_same_way_back(self, ana):
        assert ana.page("intro", then="next").select_one(".nhsuk-back-link")["href"] == "/my"
        for before, code in zip(ORDER, ORDER[1:], strict=False):
            link = ana.page(code, then="next").select_one(".nhsuk-back-link")["href"]
            assert link == f"{ana.url(before)}?then=next"

    def test_there_is_no_page_for_what_is_not_asked(self, ana):
        assert ana.person.get(ana.url("answers")).status_code == 404
        assert ana.person.get(ana.url("stop_all")).status_code == 404

    def test_an_answer_to_pick_is_a_sentence_of_the_published_words(self, session):
        for form in ("standard", "easy_read"):
            words = wordings.current(session, QUESTIONS, format=form)
            shared = wordings.current(session, ["answers"], format=form)["answers"].sentences
            for code, question in QUESTIONS.items():
                said = {line.rstrip(".") for line in (*words[code].sentences, *shared)}
                for pick in question.picks:
                    labels = set(pick.labels.values())
                    assert labels <= said | {"Yes", "No"}, (code, form, labels - said)
                    assert not pick.asks or pick.asks in words[code].sentences
                page = asked(question, words[code])
                assert page.heading in words[code].sentences
                assert not set(page.lines) & {f"{one}." for one in labels_of(question)}


def labels_of(question) -> set[str]:
    return {label for pick in question.picks for label in pick.labels.values()}

    def test_the_page_that_says_who_asks_tells_the_opt_out_apart(self, ana):
        assert "not to share your health records" in ana.page("who").get_text()
        assert "not to share your health records" not in ana.page("study").get_text()


class TestNothingTicked:
    def test_what_was_never_answered_has_nothing_ticked_or_filled_in(self, ana):
        for code in ORDER:
            if code not in ("keep", "name"):  # Told when the story was taken in.
                page = ana.page(code, then="next")
                typed = [one.get("value") for one in page.main.select("input[type=text]")]
                areas = [one.get_text() for one in page.main.find_all("textarea")]
                assert ticked(page) == [], code
                assert not any(typed) and not any(areas), code

    def test_a_tick_would_be_noticed(self, asked_before):
        assert ticked(asked_before.page("study")) == ["yes"]

    def test_what_was_stopped_or_ran_out_is_not_ticked_again(self, room, asked_before):
        asked_before.person.post(f"/my/{asked_before.story_id}/stop", on="/my", use="study")
        page = asked_before.page("study")
        assert ticked(page) == [] and "You stopped this." in page.main.get_text()
        old, number = room.teller("old@example.org", until=now() - timedelta(days=1))
        page = Ana(room, old, number).page("study")
        assert ticked(page) == [] and "Your yes ran out." in page.main.get_text()


UNREADABLE = (
    ("study", {"answer": "perhaps"}, "Pick one of the answers."),
    ("about", {"ticked": ["carer", "none"]}, "Pick one or the other."),
    ("name", {"style": "chosen"}, "Write the name to show."),
    ("name", {"name": "Ana"}, "Pick which kind of name this is."),
    ("name", {"style": "first", "name": "A" * 5000}, "That is too long."),
    ("not_for", {"places": "x" * 201}, "each under 200 letters"),
    ("not_for", {"places": "\n".join(map(str, range(51)))}, "at most 50 lines"),
    (
        "long",
        {"lasts": "1 year", "from-day": "31", "from-month": "2", "from-year": "2030"},
        "Write the day like this",
    ),
    (
        "long",
        {"lasts": "1 year", "from-day": "1", "from-month": "2", "from-year": "2020"},
        "still to come",
    ),
    (
        "long",
        {"lasts": "1 year", "from-day": "1", "from-month": "2", "from-year": "9999"},
        "in the next 10 years",
    ),
    ("long", {"lasts": "9 years"}, "Pick one of the answers."),
    ("future", {"future": "ask"}, "Write who we should ask."),
    ("others", {"people": "y" * 201}, "each under 200 letters"),
)


class TestSave:
    def test_each_answer_is_kept_at_once_and_counts_for_nothing(self, ana):
        ana.answer("study", answer="yes")
        assert "study" not in ana.answers()
        again = Person(ana.room.app, "ana@example.org")
        page = BeautifulSoup(again.get(ana.url("study")).text, "html.parser")
        assert ticked(page) == ["yes"]
        assert "It does not count yet." in page.main.get_text()

    def test_what_is_kept_is_sealed(self, ana):
        ana.answer("not_for", places="The Heron Ward")
        with ana.room.house.sessions() as session:
            row = session.scalars(sa.select(ConsentDraft)).one()
            assert b"Heron" not in row.answers
            assert "Heron" in sealing.unseal(session, row.answers)

    def test_coming_back_leads_to_where_they_were(self, ana):
        ana.answer("keep", answer="yes")
        answer = ana.answer("study", answer="ask", go="later")
        assert answer.status_code == 303 and answer.location == "/my"
        assert "We saved your answers." in ana.person.get("/my").text
        assert ana.person.get(ana.url("all")).location == f"{ana.url('workshop')}?then=next"

    def test_the_rest_of_the_way_is_not_lost_by_changing_one_answer(self, ana):
        ana.answer("keep", answer="yes")
        assert ana.answer("teach", then="", answer="no").location == ana.url("check")
        assert ana.person.get(ana.url("all")).location == f"{ana.url('study')}?then=next"

    def test_a_blank_answer_is_passed_by(self, ana):
        assert ana.answer("study").location.startswith(ana.url("workshop"))
        assert "No" not in ana.answers().values()
        assert "You left this blank. We take it as no." in ana.page("check").main.get_text()

    def test_what_can_not_be_read_is_asked_again_with_what_was_typed(self, ana):
        for code, fields, sentence in UNREADABLE:
            answer = ana.answer(code, **fields)
            page = BeautifulSoup(answer.text, "html.parser")
            assert answer.status_code == 422, (code, fields)
            assert sentence in page.select_one(".nhsuk-error-summary").get_text()
            link = page.select_one(".nhsuk-error-summary a")["href"]
            assert page.select_one(link) is not None, link
            assert page.title.get_text().startswith("Error: ")
            for typed in (value for value in fields.values() if isinstance(value, str)):
                assert typed in answer.text or typed in ("perhaps", "9 years")
        with ana.room.house.sessions() as session:
            assert session.scalars(sa.select(ConsentDraft)).all() == []

    def test_the_format_stays_the_one_that_was_picked(self, ana):
        page = ana.page("study", format="easy_read", then="next")
        assert len(page.select("#explained p")) > 4
        form = page.main.select_one(".sb-asks__form")
        hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        ana.person.client.post(form["action"], data={**hidden, "answer": "yes"})
        assert ana.page("workshop").select_one(".sb-asks--easy_read") is not None
        assert ana.page("workshop", format="large_print").select_one(".sb-asks--large_print")

    def test_it_comes_first_as_their_details_say(self, ana):
        with db.writing(ana.room.house.sessions) as session:
            person_id = session.get_one(Story, ana.story_id).person_id
            identity.prefer(session, person_id, preferred_format="easy_read")
        assert ana.page("study").select_one(".sb-asks--easy_read") is not None


class TestKeepNo:
    def test_a_no_ends_the_questions_and_nothing_may_be_done_any_more(self, asked_before):
        ana = asked_before
        assert ana.answer("keep", answer="no").location == ana.url("check")
        page = ana.page("check")
        assert "There are no more questions." in page.main.get_text()
        assert not page.select(".sb-answers")
        receipt = ana.person.get(ana.confirm().location).text
        assert "Should we delete it?" in receipt
        assert set(ana.answers().values()) == {"no"}
        assert "Can we" not in ana.page("check").main.get_text()

    def test_it_can_still_be_changed_before_it_counts(self, asked_before):
        asked_before.answer("keep", answer="no")
        asked_before.answer("keep", answer="yes", then="")
        assert heading(asked_before.page("check")) == "Check your answers"
        assert asked_before.answers()["study"] == "yes"


class TestConfirm:
    def test_everything_that_is_asked_is_given(self, ana):
        ana.answer("keep", answer="yes")
        for code in SEVEN:
            ana.answer(code, answer="ask" if code == "public" else "yes")
        ana.answer("formats", ticked=["words", "read aloud"])
        ana.answer("name", style="chosen", name="  Anouk ")
        ana.answer("about", ticked=["carer", "area"])
        ana.answer("words", shorten="show", translate="yes")
        ana.answer("not_for", places="Riverside  Council\n\nDr Heron")
        ana.answer("long", lasts="2 years")
        ana.answer("tell", tell="every", tell_how="letter")
        ana.answer("contact", contact=["check", "more"])
        ana.answer("future", future="ask", person="Bo Lind", reach="01632 960001")
        ana.answer("others", people="My sister\nThe nurse")
        answer = ana.confirm()
        own = ana.own()
        assert {use.value: (one.answer.value, one.until) for use, one in own.choices.items()} == {
            use.value: ("ask" if use is Purpose.PUBLIC else "yes", datetime(2028, 5, 2, 23))
            for use in EIGHT
        }
        assert own.media == {Medium.WORDS, Medium.READ_ALOUD}
        assert own.facts == {Fact.CARER, Fact.AREA}
        assert (own.shorten, own.translate) == (Change.SHOW, Change.YES)
        assert own.not_for == ("Riverside Council", "Dr Heron")
        assert own.name_style is NameStyle.CHOSEN
        assert "Anouk" in ana.person.get(f"/my/{ana.story_id}/choices").text
        event = ana.last_event()
        assert event.preferences == {
            "tell": "every", "tell_how": "letter", "contact": ["check", "more"], "future": "ask",
        }  # fmt: skip
        assert event.evidence_id and event.channel == "web"
        with ana.room.house.sessions() as session:
            person_id = session.get_one(Story, ana.story_id).person_id
            details = identity.details_of(session, person_id)
            assert details.trusted_person == "Bo Lind" and details.preferred_channel == "letter"
            known = third_persons.of_story(session, ana.story_id)
            assert [one.label for one in known] == ["My sister", "The nurse"]
            assert state_of(session, ana.story_id).third
            assert drafts.waiting(session, person_id) == {}
        receipt = ana.person.get(answer.location).text
        assert "Your receipt" in receipt and "Use short parts in workshops: Yes" in receipt

    def test_the_wordings_that_were_shown_are_those_the_event_names(self, ana):
        """T17, on the way in: what a receipt's record names is word for word what was read."""
        shown = []
        for code in ("intro", "who", "limits", "keep", "study"):
            page = ana.page(code, then="next", format="easy_read")
            text = " ".join(page.main.get_text().split())
            shown.append(text)
            form = page.main.select_one(".sb-asks__form")
            hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
            fields = {"answer": "yes"} if code in ("keep", "study") else {}
            ana.person.client.post(form["action"], data={**hidden, **fields})
        ana.confirm()
        event = ana.last_event()
        assert event.format_used == "easy_read"
        with ana.room.house.sessions() as session:
            words = wordings.text_of(session, event.wording_ids)
            assert {one.code for one in words.values()} == {
                "intro", "who", "limits", "keep", "study", "answers",
            }  # fmt: skip
            for one in words.values():
                if one.code != "answers":
                    [page] = [text for text in shown if one.question in text]
                    assert all(line.rstrip(".") in page for line in one.sentences), one.code
            record = session.scalars(
                sa.select(Receipt.record).where(Receipt.event_id == event.id)
            ).one()
            assert record["notice"]["wording_ids"] == event.wording_ids
            assert record["controllers"] == wordings.controllers(session, event.wording_ids)
            assert record["controllers"]

    def test_who_asks_stands_beside_the_answers_and_is_named(self, ana):
        ana.answer("study", then="", answer="yes")
        assert "looks after your story" in ana.page("check").select_one(".sb-asks__who").text
        ana.confirm()
        with ana.room.house.sessions() as session:
            codes = {
                w.code for w in wordings.text_of(session, ana.last_event().wording_ids).values()
            }
        assert codes == {"who", "study", "answers"}

    def test_a_number_of_another_wording_is_not_taken_for_what_was_shown(self, ana):
        ana.answer("study", then="", answer="yes", shown="1,2,999999,x")
        ana.confirm()
        with ana.room.house.sessions() as session:
            codes = {
                w.code for w in wordings.text_of(session, ana.last_event().wording_ids).values()
            }
        assert codes == {"who", "study", "answers"}

    def test_words_that_changed_since_are_asked_again(self, ana):
        ana.answer("study", then="", answer="yes")
        with db.writing(ana.room.house.sessions) as session:
            old = session.scalars(
                sa.select(WordingVersion).filter_by(code="study", format="standard")
            ).first()
            row = {c.name: getattr(old, c.name) for c in WordingVersion.__table__.columns}
            row |= {"id": None, "version": "2.0", "text": "May we study it? We read it."}
            session.execute(sa.insert(WordingVersion).values(**row))
        page = ana.page("check")
        assert "We changed the words of this question." in page.main.get_text()
        assert page.main.find("form", action=ana.url("check")) is None
        ana.answer("study", then="", answer="yes")
        assert ana.confirm().status_code == 303
        assert ana.answers()["study"] == "yes"

    def test_left_blank_a_yes_lasts_as_long_as_the_yes_to_keeping(self, asked_before):
        asked_before.answer("public", then="", answer="yes")
        asked_before.confirm()
        choices = asked_before.own().choices
        assert choices[Purpose.PUBLIC].until == choices[Purpose.KEEP].until

    def test_where_nothing_runs_a_blank_is_the_shortest_time(self, room):
        old, number = room.teller("old@example.org", until=now() - timedelta(days=1))
        ana = Ana(room, old, number)
        ana.answer("keep", answer="yes")
        ana.answer("study", answer="yes")
        assert "Your yes lasts one year." in ana.page("check").main.get_text()
        ana.confirm()
        assert ana.own().choices[Purpose.STUDY].until == datetime(2027, 5, 2, 23)
        assert ana.own().choices[Purpose.TEACH].until < now()

    def test_how_long_counts_from_the_first_day_where_the_storyteller_lives(self, asked_before):
        ana = asked_before
        with db.writing(ana.room.house.sessions) as session:
            person_id = session.get_one(Story, ana.story_id).person_id
            session.get_one(Storyteller, person_id).time_zone = "Asia/Karachi"
        day = {"from-day": "1", "from-month": "8", "from-year": "2026"}
        ana.answer("long", then="", lasts="1 year", **day)
        ana.confirm()
        choices = ana.own().choices
        for use in (Purpose.KEEP, Purpose.STUDY, Purpose.WORKSHOP, Purpose.TEACH):
            assert choices[use].since == datetime(2026, 7, 31, 19)
            assert choices[use].until == datetime(2027, 7, 31, 19)
        assert "From 1 August 2026" in ana.page("check").main.get_text()

    def test_only_what_was_answered_changes(self, asked_before):
        before = asked_before.own()
        asked_before.answer("teach", then="", answer="no")
        asked_before.confirm()
        after = asked_before.own()
        changed = {use for use in EIGHT if after.choices.get(use) != before.choices.get(use)}
        assert changed == {Purpose.TEACH}
        assert after.name_ref == before.name_ref and after.not_for == before.not_for
        assert asked_before.last_event().preferences is None

    def test_unticking_everything_is_an_answer(self, asked_before):
        asked_before.answer("about", then="")
        asked_before.answer("not_for", then="", places="")
        asked_before.confirm()
        assert asked_before.own().facts == frozenset() and asked_before.own().not_for == ()

    def test_without_an_answer_there_is_nothing_to_confirm(self, ana):
        page = ana.page("check")
        assert "You have not changed anything." in page.main.get_text()
        assert page.main.find("form", action=ana.url("check")) is None
        answer = ana.person.post(ana.url("check"), on="/me")
        assert answer.status_code == 303 and ana.last_event().seq == 1

    def test_new_answers_can_be_thrown_away(self, ana):
        ana.answer("study", then="", answer="yes")
        assert ana.person.post(ana.url("drop"), on="/me").status_code == 303
        assert ticked(ana.page("study")) == []

    def test_a_name_is_kept_with_the_words_and_nowhere_else(self, ana):
        ana.answer("name", then="", style="chosen", name="Quuxling")
        ana.confirm()
        with ana.room.house.sessions() as session:
            found = [
                table.name
                for table in db.Base.metadata.sorted_tables
                for row in session.execute(
                    sa.select(table) if table.name != "story_words" else sa.select(sa.null())
                )
                if "quuxling" in str(row).lower()
            ]
        assert found == []


class TestChangedMeanwhile:
    def test_a_stop_elsewhere_is_shown_and_wins_until_it_was_looked_at(self, asked_before):
        ana = asked_before
        ana.answer("study", answer="yes")
        ana.person.post(f"/my/{ana.story_id}/stop", on="/my", use="study")
        page = ana.page("check")
        text = " ".join(page.main.get_text().split())
        assert heading(page) == "Something changed"
        assert "Before: Yes Now: You stopped this Your new answer: Yes" in text
        refused = ana.person.post(ana.url("check"), on="/me", checked="anything")
        assert refused.status_code == 409 and ana.answers()["study"] == "stopped"
        assert ana.person.post(ana.url("looked"), on="/me").location == ana.url("check")
        assert ana.confirm().status_code == 303
        assert ana.answers()["study"] == "yes"

    def test_a_steward_who_wrote_something_down_meanwhile(self, asked_before):
        ana = asked_before
        ana.answer("public", answer="yes")
        form = ana.page("check").main.find("form", action=ana.url("check"))
        hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        with db.writing(ana.room.house.sessions) as session:
            a = factories.Factory(session)
            consent.give(
                session, a.actor(Role.STEWARD), ana.story_id,
                consent.person_of(session, ana.story_id), {Purpose.TEACH: Answer.NO}, None, "phone",
            )  # fmt: skip
        answer = ana.person.client.post(ana.url("check"), data=hidden)
        assert answer.status_code == 409 and "public" not in ana.answers()
        assert "Something changed" in read_lines(answer.text)
        assert ticked(ana.page("public")) == ["yes"], "the draft is kept"

    def test_two_windows_of_the_same_person(self, ana):
        ana.answer("study", answer="yes")
        form = ana.page("check").main.find("form", action=ana.url("check"))
        hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        ana.answer("study", answer="no")
        answer = ana.person.client.post(ana.url("check"), data=hidden)
        assert answer.status_code == 409 and "another window" in answer.text
        assert "study" not in ana.answers()

    def test_confirming_twice_is_confirming_once(self, ana):
        ana.answer("study", answer="yes")
        form = ana.page("check").main.find("form", action=ana.url("check"))
        hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        first, second = (ana.person.client.post(ana.url("check"), data=hidden) for _ in range(2))
        assert "/receipts/" in first.location and second.location == "/my"
        assert ana.last_event().seq == 2

    def test_an_old_page_undoes_no_stop_of_what_it_does_not_answer(self, asked_before):
        ana = asked_before
        ana.answer("public", answer="yes")
        ana.person.post(f"/my/{ana.story_id}/stop", on="/my", use="teach")
        ana.person.post(ana.url("looked"), on="/me")
        ana.confirm()
        assert ana.answers()["teach"] == "stopped" and ana.answers()["public"] == "yes"

    def test_marks_and_details_that_changed_are_no_conflict(self, ana):
        ana.answer("study", answer="yes")
        with db.writing(ana.room.house.sessions) as session:
            person_id = consent.person_of(session, ana.story_id)
            identity.save_details(session, MACHINE, person_id, Details(email="ana@example.org"))
        assert heading(ana.page("check")) == "Check your answers"


class TestOthers:
    def test_a_co_teller_has_answers_of_their_own(self, asked_before):
        room, number = asked_before.room, asked_before.story_id
        with db.writing(room.house.sessions) as session:
            a = factories.Factory(session)
            ben = Storyteller(created_at=now())
            session.add(ben)
            session.flush()
            parties.join(
                session, a.actor(Role.STEWARD), number, ben.id, Part.CO_TELLER, None, "phone"
            )
            a.actor(Role.STORYTELLER, email="ben@example.org", person_id=ben.id)
            ben_id = ben.id
        ben = Ana(room, Person(room.app, "ben@example.org"), number)
        assert ticked(ben.page("study")) == []
        assert ben.person.get(ben.url("name")).status_code == 404
        ben.answer("keep", answer="yes")
        ben.answer("study", answer="yes")
        assert "/receipts/" in ben.confirm().location
        with room.house.sessions() as session:
            state = state_of(session, number)
            own = own_state(ben_id, list(happenings(session, number, ben_id)))
        assert state.choices[Purpose.STUDY].answer is Answer.YES
        assert state.choices[Purpose.TEACH].answer is Answer.WAITING
        assert set(own.choices) == {Purpose.KEEP, Purpose.STUDY}
        assert ben.last_event() is not None
        asked_before.answer("public", answer="no")

    def test_an_answer_of_the_other_is_told_before_ones_own_count(self, asked_before):
        room, number = asked_before.room, asked_before.story_id
        with db.writing(room.house.sessions) as session:
            a = factories.Factory(session)
            ben = Storyteller(created_at=now())
            session.add(ben)
            session.flush()
            parties.join(
                session, a.actor(Role.STEWARD), number, ben.id, Part.CO_TELLER, None, "phone"
            )
            ben_id = ben.id
        asked_before.answer("public", answer="yes")
        with db.writing(room.house.sessions) as session:
            proof = factories.Factory(session).proof()
            consent.give(
                session, MACHINE, number, ben_id, {Purpose.KEEP: Answer.YES}, proof, "phone"
            )
        assert "Someone else who told this story" in asked_before.page("check").main.get_text()

    def test_an_attorney_answers_for_the_teller(self, asked_before):
        room, number = asked_before.room, asked_before.story_id
        with db.writing(room.house.sessions) as session:
            a = factories.Factory(session)
            cy = Storyteller(created_at=now())
            session.add(cy)
            session.flush()
            parties.join(
                session, a.actor(Role.STEWARD), number, cy.id, Part.ATTORNEY, a.proof(), "paper"
            )
            a.actor(Role.STORYTELLER, email="cy@example.org", person_id=cy.id)
            cy_id = cy.id
        cy = Ana(room, Person(room.app, "cy@example.org"), number)
        assert ticked(cy.page("study")) == ["yes"]
        cy.answer("study", then="", answer="no")
        cy.confirm()
        event = asked_before.last_event()
        assert asked_before.answers()["study"] == "no"
        assert event.decided_by_person_id == cy_id and event.decided_in_role == Part.ATTORNEY.value

    def test_nobody_elses_agreement_opens(self, ana):
        ben, _ = ana.room.teller("ben@example.org", text="His own words.")
        for code in ("all", "check", "study"):
            assert ben.get(ana.url(code)).status_code == 404, code
        for act in ("check", "drop", "looked", "study"):
            assert ben.post(ana.url(act), on="/my").status_code == 404, act
        assert Person(ana.room.app).get(ana.url("study")).location.startswith("/sign-in")
        steward = ana.room.somebody(Role.STEWARD, "steward@example.org")
        assert steward.get(ana.url("study")).status_code == 403

    def test_no_form_is_taken_from_elsewhere(self, ana):
        answer = ana.person.client.post(ana.url("study"), data={"answer": "yes"})
        assert answer.status_code == 400 and ticked(ana.page("study")) == []


class TestReceiptByMail:
    def test_it_goes_to_who_answered_with_a_link_and_no_story_words(self, ana):
        ana.answer("name", answer="", style="chosen", name="Quuxling")
        ana.answer("study", answer="yes")
        ana.confirm()
        with ana.room.house.sessions() as session:
            [message] = session.scalars(sa.select(Message)).all()
            body = sealing.unseal(session, message.body)
            receipt = session.scalars(sa.select(Receipt).order_by(Receipt.id.desc())).first()
        assert message.about == f"receipt:{receipt.id}" and receipt.body in body
        assert f"/my/receipts/{receipt.id}" in body
        assert "Going in together" not in body and "Quuxling" not in body

    def test_every_kind_of_act_sends_one(self, ana):
        for path in ("pause", "start-again"):
            ana.person.post(f"/my/{ana.story_id}/{path}", on="/my")
        with ana.room.house.sessions() as session:
            assert len(session.scalars(sa.select(Message)).all()) == 2

    def test_nobody_is_written_to_of_whom_we_know_only_a_code(self, session, a):
        story = a.story()
        assert session.scalars(sa.select(Message)).all() == []
        identity.prefer(session, story.person_id, email="ana@example.org")
        a.stop(story, Purpose.STUDY)
        assert len(session.scalars(sa.select(Message)).all()) == 1

    def test_what_is_written_down_late_is_not_told_a_second_time(self, session, a):
        story = a.story()
        identity.prefer(session, story.person_id, email="ana@example.org")
        a.stop(story, Purpose.STUDY, at=now() - timedelta(days=1))
        assert session.scalars(sa.select(Message)).all() == []

    def test_an_act_stands_though_its_letter_can_not_be_written(self, session, a, monkeypatch):
        story = a.story()
        identity.prefer(session, story.person_id, email="ana@example.org")
        monkeypatch.setenv("STORYBANK_PUBLIC_URL", "not an address")
        a.stop(story, Purpose.STUDY)
        assert state_of(session, story.id).choices[Purpose.STUDY].answer is Answer.STOPPED


class TestPlainWords:
    GRADE, LONGEST = 6, 20

    def test_every_page_is_for_readers_of_nine_to_eleven(self, asked_before):
        ana = asked_before
        pages = {code: ana.page(code, then="next") for code in ORDER}
        pages |= {f"{code} alone": ana.page(code) for code in ORDER}
        pages |= {f"{code} easy": ana.page(code, format="easy_read") for code in ORDER}
        ana.answer("study", answer="no")
        pages["study saved"] = ana.page("study")
        pages["check"] = ana.page("check")
        pages["name wrong"] = BeautifulSoup(
            ana.answer("name", style="chosen", name="").text, "html.parser"
        )
        ana.answer("keep", answer="no")
        pages["no"] = ana.page("check")
        ana.person.post(f"/my/{ana.story_id}/stop", on="/my", use="teach")
        pages["changed"] = ana.page("check")
        for name, page in pages.items():
            lines = read_lines(str(page), ("[dir=auto]", "option"))
            sentences = [
                line if line.endswith((".", "?", "!", ":")) else f"{line}." for line in lines
            ]
            text = " ".join(sentences).replace(":", ".")
            assert textstat.flesch_kincaid_grade(text) <= self.GRADE, (name, lines)
            cut = re.split(r"[.?!] ", text)
            assert [one for one in cut if len(one.split()) > self.LONGEST] == [], name
