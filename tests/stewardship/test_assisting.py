"""Half an hour with a storyteller: what is written down, what is refused, what always goes."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from crawling import TOKEN

from storybank import db
from storybank.clock import now
from storybank.consent import evidence
from storybank.consent.models import AssistedWindow, ConsentEvent, ThirdPerson
from storybank.consent.rules import EIGHT, Answer, Part, Purpose, Reason
from storybank.people.rules import Role, code_of

WORD = "Zanzibarquux"
SAID = {
    "use-keep": "yes", "use-study": "yes", "use-teach": "ask", "media": "words",
    "name_style": "none", "lasts": "1 year", "evidence_kind": "witness_note",
    "evidence": "Said so beside me.", "understanding": "That you may read it and teach with it.",
}  # fmt: skip


def begin(person, code: str, **fields):
    more = {"channel": "face_to_face", "format_used": "easy_read", **fields}
    return person.post("/assist", on="/assist", who=code, **more)


def seen_on(person, number: int) -> str:
    page = person.get(f"/assist/{number}").text
    found = re.search(r'name="seen" value="(\d*)"', page)
    return found[1] if found else ""


def record(person, number: int, **fields):
    page = f"/assist/{number}"
    return person.post(page, on=page, **(SAID | {"seen": seen_on(person, number)} | fields))


def run_out(house) -> None:
    with db.writing(house.sessions) as session:
        session.execute(sa.update(AssistedWindow).values(closes_at=now() - timedelta(seconds=1)))


def windows(house) -> list[AssistedWindow]:
    with house.sessions() as session:
        return list(session.scalars(sa.select(AssistedWindow).order_by(AssistedWindow.id)))


def last_event(house) -> ConsentEvent:
    with house.sessions() as session:
        query = sa.select(ConsentEvent).order_by(ConsentEvent.at.desc(), ConsentEvent.seq.desc())
        return session.scalars(query).first()


class TestBegin:
    def test_by_code_with_how_and_who_helps_and_the_way_leads_to_their_story(
        self, house, facilitator, tell
    ):
        number, person_id = tell(consented_to=[])
        answer = begin(facilitator, code_of(person_id), helped=["supporter", "interpreter"])
        assert answer.location == f"/assist/{number}"
        [row] = windows(house)
        assert (row.person_id, row.channel, row.format_used) == (
            person_id, "face_to_face", "easy_read",
        )  # fmt: skip
        assert row.helped_by == ["supporter", "interpreter"]
        assert row.closes_at - row.opened_at == timedelta(minutes=30)

    def test_a_line_on_every_page_says_so_until_it_ends(self, house, facilitator, people, tell):
        _, person_id = tell()
        begin(facilitator, code_of(person_id))
        for page in ("/workshops", "/me", "/about", "/no-such-page"):
            found = BeautifulSoup(facilitator.get(page).text, "html.parser")
            line = found.select_one(".sb-assisted")
            assert f"You are with {code_of(person_id)}. 30 minutes left." in " ".join(
                line.text.split()
            ), page
        assert "sb-assisted" not in people("two@example.org").get("/steward").text
        assert facilitator.post("/assist/end", on="/workshops").status_code == 303
        assert "sb-assisted" not in facilitator.get("/workshops").text
        assert windows(house)[0].closed_at is not None

    def test_it_is_gone_when_the_half_hour_is_over(self, house, facilitator, tell):
        _, person_id = tell()
        begin(facilitator, code_of(person_id))
        run_out(house)
        assert "sb-assisted" not in facilitator.get("/workshops").text

    def test_another_begun_ends_the_first(self, house, facilitator, tell):
        (_, one), (_, two) = tell(), tell()
        begin(facilitator, code_of(one))
        begin(facilitator, code_of(two))
        first, second = windows(house)
        assert first.closed_at is not None and second.closed_at is None

    def test_a_contact_finds_somebody_for_a_steward_only(self, house, steward, facilitator, tell):
        from storybank.people import identity

        number, person_id = tell()
        with db.writing(house.sessions) as session:
            identity.prefer(session, person_id, email="ana@example.org")
        assert begin(steward, "ana@example.org").location == f"/assist/{number}"
        assert begin(facilitator, "ana@example.org").status_code == 422

    @pytest.mark.parametrize(
        "wrong", [{"channel": "email"}, {"channel": ""}, {"format_used": "x"}, {"helped": "x"}]
    )
    def test_what_is_not_offered_begins_nothing(self, house, facilitator, tell, wrong):
        _, person_id = tell()
        assert begin(facilitator, code_of(person_id), **wrong).status_code == 422
        assert windows(house) == []

    @pytest.mark.parametrize("role", [Role.RESEARCHER, Role.MEMBER, Role.ADMINISTRATOR])
    def test_only_stewards_and_facilitators_come_in(self, people, tell, role):
        number, _ = tell()
        other = people("other@example.org", role)
        for page in ("", "/find", f"/{number}", f"/{number}/paper", "/receipts/1"):
            assert other.get(f"/assist{page}").status_code == 403
        for page in ("", "/end", f"/{number}", f"/{number}/stop"):
            assert other.post(f"/assist{page}").status_code == 403


class TestRecord:
    def test_what_they_said_is_kept_with_how_and_evidence_and_there_is_a_receipt(
        self, house, facilitator, tell, standing
    ):
        number, person_id = tell(consented_to=[])
        begin(facilitator, code_of(person_id), helped="supporter")
        answer = record(facilitator, number, others="My sister\nThe nurse", tell="every")
        assert answer.status_code == 303
        state = standing(number)
        assert state.choices[Purpose.STUDY].answer is Answer.YES
        assert state.choices[Purpose.TEACH].answer is Answer.ASK
        assert state.third, "nothing is decided about those it speaks of"
        event = last_event(house)
        assert (event.channel, event.format_used) == ("face_to_face", "easy_read")
        assert event.helped_by == [Part.SUPPORTER.value]
        assert event.recorded_by_account_id == windows(house)[0].account_id
        assert event.preferences == {"tell": "every"}
        with house.sessions() as session:
            shown = evidence.shown(session, event.evidence_id)
            assert shown.understanding == SAID["understanding"]
            assert len(session.scalars(sa.select(ThirdPerson)).all()) == 2
        receipt = facilitator.get(answer.location).text
        assert "Study my story: Yes" in receipt and "Who helped: supporter" in receipt

    def test_no_word_of_the_story_and_no_name_stands_before_a_facilitator(self, facilitator, tell):
        number, person_id = tell(title=WORD, text=f"{WORD} rang.", name=f"{WORD} Ana")
        begin(facilitator, code_of(person_id))
        for page in ("/assist", f"/assist/{number}", f"/assist/{number}/paper"):
            assert WORD.lower() not in facilitator.get(page).text.lower()
        assert WORD.lower() not in record(facilitator, number, lasts="").text.lower()
        answer = record(facilitator, number, name_style="chosen")
        assert WORD.lower() not in facilitator.get(answer.location).text.lower()

    def test_a_name_that_stands_stays_unless_another_is_told(self, facilitator, tell, standing):
        number, person_id = tell(name="Ana")
        begin(facilitator, code_of(person_id))
        before = standing(number).name_ref
        assert record(facilitator, number, name_style="chosen").status_code == 303
        assert standing(number).name_ref == before
        record(facilitator, number, name_style="chosen", name="Bea")
        assert standing(number).name_ref != before

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"evidence": ""}, "evidence"), ({"evidence_kind": ""}, "evidence_kind"),
            ({"understanding": " "}, "understanding"), ({"lasts": ""}, "lasts"),
            ({"others": "x\n" + "y" * 201}, "others"), ({"media": "smell"}, "media"),
        ],
    )  # fmt: skip
    def test_a_yes_without_what_it_needs_is_refused(
        self, facilitator, tell, standing, change, field
    ):
        number, person_id = tell(consented_to=[])
        begin(facilitator, code_of(person_id))
        before = standing(number)
        answer = record(facilitator, number, **change)
        assert answer.status_code == 422 and f'href="#{field}"' in answer.text
        assert standing(number) == before

    def test_on_paper_nobody_is_asked_for_their_own_words(self, facilitator, tell):
        number, person_id = tell(consented_to=[])
        begin(facilitator, code_of(person_id), channel="paper")
        assert record(facilitator, number, understanding="").status_code == 303

    def test_without_a_half_hour_nothing_is_given(self, facilitator, steward, tell, standing):
        number, _ = tell(consented_to=[])
        before = standing(number)
        for person in (facilitator, steward):
            answer = person.post(f"/assist/{number}", on="/assist", **SAID)
            assert answer.status_code == 409
        assert standing(number) == before

    def test_when_it_is_over_nothing_is_given_and_nothing_typed_is_lost(
        self, house, facilitator, tell, standing
    ):
        number, person_id = tell(consented_to=[])
        begin(facilitator, code_of(person_id))
        seen, before = seen_on(facilitator, number), standing(number)
        run_out(house)
        page = f"/assist/{number}"
        more = SAID | {
            "seen": seen, "person": person_id, "channel": "face_to_face",
            "format_used": "easy_read", "others": "My sister",
        }  # fmt: skip
        answer = facilitator.post(page, on="/assist", **more)
        assert answer.status_code == 409 and "The half hour is over" in answer.text
        assert standing(number) == before
        soup = BeautifulSoup(answer.text, "html.parser")
        assert soup.find(id="understanding").text.strip() == SAID["understanding"]
        assert soup.find(id="others").text.strip() == "My sister"
        assert soup.select_one("[name=use-teach][checked]")["value"] == "ask"
        again = facilitator.post(page, on="/assist", again="yes", **more)
        assert again.status_code == 303, "they go on, in another half hour"
        assert len(windows(house)) == 2
        assert standing(number).choices[Purpose.STUDY].answer is Answer.YES

    def test_a_stop_meanwhile_is_never_undone(self, house, facilitator, tell, standing):
        number, person_id = tell()
        begin(facilitator, code_of(person_id))
        seen = seen_on(facilitator, number)
        facilitator.post(f"/assist/{number}/stop", on="/assist", what="teach")
        answer = record(facilitator, number, seen=seen)
        assert answer.status_code == 409
        assert standing(number).choices[Purpose.TEACH].answer is Answer.STOPPED

    def test_only_the_one_they_are_with_is_written_down(self, facilitator, tell, standing):
        (one, _), (_, other_teller) = tell(consented_to=[]), tell()
        begin(facilitator, code_of(other_teller))
        before = standing(one)
        assert "has no say in this story" in facilitator.get(f"/assist/{one}").text
        assert facilitator.post(f"/assist/{one}", on="/assist", **SAID).status_code == 409
        assert standing(one) == before

    def test_a_scan_is_kept_sealed_and_anything_else_is_refused(
        self, house, facilitator, steward, tell
    ):
        number, person_id = tell(consented_to=[])
        begin(facilitator, code_of(person_id))
        for content, status in ((b"MZ not a scan", 422), (b"%PDF-1.7 signed", 303)):
            page = facilitator.get(f"/assist/{number}").text
            data = SAID | {
                "csrf_token": TOKEN.search(page)[1], "seen": seen_on(facilitator, number),
                "evidence_file": (io.BytesIO(content), "scan.pdf"),
            }  # fmt: skip
            answer = facilitator.client.post(
                f"/assist/{number}", data=data, content_type="multipart/form-data"
            )
            assert answer.status_code == status
        number_of = last_event(house).evidence_id
        url = f"/steward/stories/{number}/evidence/{number_of}"
        assert steward.get(url).data == b"%PDF-1.7 signed"
        assert facilitator.get(url).status_code == 403


class TestStop:
    def test_no_half_hour_no_evidence_no_reason_and_one_press(
        self, facilitator, steward, tell, standing
    ):
        for person in (facilitator, steward):
            number, _ = tell()
            answer = person.post(f"/assist/{number}/stop", on=f"/assist/{number}", what="teach")
            assert answer.status_code == 303
            stopped = [
                use for use, one in standing(number).choices.items()
                if one.answer is Answer.STOPPED
            ]  # fmt: skip
            assert stopped == [Purpose.TEACH]
            assert "You stopped this use" in person.get(answer.location).text

    def test_it_works_when_the_half_hour_is_over(self, house, facilitator, tell, standing):
        number, person_id = tell()
        begin(facilitator, code_of(person_id))
        run_out(house)
        facilitator.post(f"/assist/{number}/stop", on=f"/assist/{number}", what="all")
        assert {standing(number).choices[use].answer for use in EIGHT} == {Answer.STOPPED}

    def test_a_pause_and_a_deletion_are_one_press_too(self, house, facilitator, tell, standing):
        number, _ = tell(title=WORD)
        page = f"/assist/{number}"
        facilitator.post(f"{page}/stop", on=page, what="pause", channel="sms")
        assert standing(number).closed is Reason.PAUSED
        assert last_event(house).channel == "sms"
        assert facilitator.post(f"{page}/stop", on=page, what="delete").status_code == 303
        assert standing(number).closed is Reason.ERASED
        assert "was deleted" in facilitator.get(page).text

    @pytest.mark.parametrize("what", ["", "own", "keep", "DELETE"])
    def test_anything_else_stops_nothing(self, facilitator, tell, standing, what):
        number, _ = tell()
        before = standing(number)
        page = f"/assist/{number}"
        assert facilitator.post(f"{page}/stop", on=page, what=what).status_code == 422
        assert standing(number) == before

    def test_it_takes_no_more_steps_than_a_yes(self, facilitator, tell):
        """Pages opened and buttons pressed, from the first page to the receipt."""
        number, person_id = tell()
        stop = ["/assist", "find the story", "stop this"]
        page = facilitator.get("/assist/find", q=str(number)).location
        assert page == f"/assist/{number}"
        assert "Stop this" in facilitator.get(page).text
        give = ["/assist", "begin", "write these down"]
        assert begin(facilitator, code_of(person_id)).location == page
        assert "Write these down" in facilitator.get(page).text
        assert len(stop) <= len(give)
        soup = BeautifulSoup(facilitator.get(page).text, "html.parser")
        forms = soup.select("main form[method=post]")
        assert "stop" in forms[0]["action"], "the way to stop stands before the questions"

    def test_a_receipt_is_for_who_wrote_it_down_and_for_stewards(
        self, facilitator, steward, people, tell
    ):
        number, _ = tell()
        page = f"/assist/{number}"
        location = facilitator.post(f"{page}/stop", on=page, what="teach").location
        assert steward.get(location).status_code == 200
        other = people("other@example.org", Role.FACILITATOR)
        assert other.get(location).status_code == 404


class TestStartingAgain:
    def test_a_paused_story_starts_again_with_evidence_in_a_half_hour_only(
        self, facilitator, tell, standing
    ):
        number, person_id = tell()
        page = f"/assist/{number}"
        facilitator.post(f"{page}/stop", on=page, what="pause")
        said = {"evidence_kind": "witness_note", "evidence": "She rang."}
        assert facilitator.post(f"{page}/resume", on=page, **said).status_code == 422
        begin(facilitator, code_of(person_id))
        for missing in said:
            answer = facilitator.post(f"{page}/resume", on=page, **said | {missing: ""})
            assert answer.status_code == 422
        assert standing(number).closed is Reason.PAUSED
        assert facilitator.post(f"{page}/resume", on=page, **said).status_code == 303
        assert standing(number).closed is None


class TestPaper:
    def test_every_question_stands_there_with_boxes_lines_and_the_code(self, facilitator, tell):
        number, person_id = tell()
        for form in ("standard", "easy_read"):
            page = facilitator.get(f"/assist/{number}/paper", format=form).text
            sheet = BeautifulSoup(page, "html.parser").select_one(".sb-paper")
            text = " ".join(sheet.text.split())
            assert code_of(person_id) in text and f"Story {number}" in text
            assert len(sheet.select("section")) == len(EIGHT) + 12
            assert text.count("Ask me each time") == 8, "seven uses, and how to answer"
            assert "Sign here" in text and len(sheet.select(".sb-paper__line")) > 8
            assert "Your story is yours." in text and "Can anyone see short parts?" in text
            assert text.count("They can hear my voice.") == 1

    def test_the_half_hours_stand_on_the_steward_s_page_of_the_story(self, steward, tell):
        number, person_id = tell()
        begin(steward, code_of(person_id), channel="phone")
        page = steward.get(f"/stories/keep/{number}/choices").text
        assert "Written down with them" in page and "by phone" in page
