"""Pages of the collective answer over HTTP: for those who run a workshop, and from a phone."""

from __future__ import annotations

import io
import re
import zipfile
from types import SimpleNamespace

import factories
import pypdf
import pytest
from crawling import Person
from sqlalchemy import event
from synthesis.answered import Answered

from storybank import db
from storybank.consent.rules import Purpose, Use
from storybank.meetings.models import Participant
from storybank.meetings.seats import COOKIE, hash_of
from storybank.people.models import Account
from storybank.people.rules import Role
from storybank.stories.models import Story
from storybank.synthesis import evidence
from storybank.synthesis.models import Recommendation, SupportVote

NASTY = '"><script>alert(1)</script>{{ 7*7 }}'
TOKEN = "a-token-of-a-phone"


class Facilitating(factories.Factory):
    """Makes things in the name of one facilitator."""

    def use(self, purpose: Purpose, at=None, audience=()) -> Use:
        if purpose is not Purpose.WORKSHOP:
            return super().use(purpose, at, audience)
        used = getattr(self, "_fay", None) or super().use(purpose, at, audience)
        self._fay = used
        return used


@pytest.fixture
def held(house, app) -> SimpleNamespace:
    """A workshop with a cluster, a recommendation on a passage, and somebody with a phone."""
    with db.writing(house.sessions) as session:
        a = Facilitating(session)
        a.actor(Role.FACILITATOR, email="eve@example.org")
        made = Answered(a, name="Maria")
        cluster = made.cluster(NASTY, made.answer(NASTY, made.groups[0]))
        one = made.recommend("Pay people for their time")
        evidence.choose(
            session, made.use, made.workshop, one.id, clusters=[cluster.id],
            passages=made.items[:1], shown=set(made.items),
        )  # fmt: skip
        seat = made.seat(made.groups[0], "practice")
        session.get_one(Participant, seat.participant.id).token_hash = hash_of(TOKEN)
        who = made.use.actor.name
        found = SimpleNamespace(
            app=app, house=house, id=made.workshop.id, one=one.id, items=made.items,
            cluster=cluster.id, group=made.groups[0].id, cookie=f"{seat.participant.id}.{TOKEN}",
            story=made.places[0].story_id, at=f"/meetings/workshop/{made.workshop.id}", who=who,
        )  # fmt: skip
    with house.sessions() as session:
        email = session.get_one(Account, made.use.actor.account_id).email
    found.fay = Person(app, email)
    found.phone = Person(app)
    found.phone.client.set_cookie(COOKIE, found.cookie)
    return found


def post(held, path: str, **fields):
    return held.fay.post(f"{held.at}{path}", on=f"{held.at}/answer", **fields)


class TestTheTeam:
    def test_nobody_else_comes_here_not_even_another_facilitator(self, held):
        pages = (f"{held.at}/answer", f"{held.at}/recommendations/{held.one}",
                 f"{held.at}/report", f"{held.at}/report/docx", f"{held.at}/told")  # fmt: skip
        assert {held.fay.get(page).status_code for page in pages} == {200}
        eve = Person(held.app, "eve@example.org")
        for page in pages:
            assert eve.get(page).status_code == 404, page
            assert eve.get(page.replace("workshop", "teach", 1)).status_code == 404
            assert held.phone.get(page).status_code == 303
        assert eve.post(f"{held.at}/answer/part", part="room", text="x").status_code == 404

    def test_nothing_typed_becomes_a_part_of_a_page(self, held):
        assert post(held, "/answer/recommend", kind="resolution", words=NASTY).status_code == 303
        post(held, "/answer/part", part="room", text=NASTY, seen="e3b0c44298fc1c14")
        for page in ("/answer", f"/recommendations/{held.one}", "/report", "/told"):
            assert "<script>alert" not in held.fay.get(held.at + page).text
        assert "<script>alert" not in held.phone.get("/seat/recommendations").text

    def test_two_who_write_at_once_are_shown_both_texts(self, held):
        first = dict(part="room", text="Mine", seen="e3b0c44298fc1c14")
        assert post(held, "/answer/part", **first).status_code == 303
        answer = post(held, "/answer/part", **first | {"text": "Theirs"})
        assert answer.status_code == 409
        assert ">Mine</p>" in answer.text and ">Theirs</textarea>" in answer.text

    def test_what_cannot_be_used_is_said_in_a_sentence(self, held):
        for path, fields in (
            ("/answer/part", {"part": "nothing"}),
            ("/answer/part", {"part": "room", "text": "a" * 10_001}),
            ("/answer/recommend", {"kind": "x", "words": "y"}),
            ("/answer/recommend", {"kind": "resolution", "words": "\x00 "}),
            (f"/recommendations/{held.one}/words", {"words": "", "n": "1"}),
            (f"/recommendations/{held.one}/move", {"way": "sideways"}),
            (f"/recommendations/{held.one}/support", {"group": "1", "n": "1", "for_n": "many"}),
        ):
            assert post(held, path, **fields).status_code == 422, (path, fields)

    def test_a_stop_takes_the_words_from_every_page_and_file_at_once(self, held):
        words = "I rang the clinic on Monday."
        pages = (f"/recommendations/{held.one}", "/report")
        assert all(words in held.fay.get(held.at + page).text for page in pages)
        with db.writing(held.house.sessions) as session:
            factories.Factory(session).stop(session.get_one(Story, held.story))
        for page in pages:
            assert words not in held.fay.get(held.at + page).text
        assert "was taken away" in held.fay.get(f"{held.at}/report").text
        assert words.encode() not in _document(held)

    def test_figures_of_a_group_are_not_written_over_unseen(self, held):
        path = f"/recommendations/{held.one}"
        page = held.fay.get(held.at + path, group=held.group).text
        found = re.search(r'value="1"><input type="hidden" name="seen" value="(\w+)"', page)
        sent = dict(group=held.group, n=1, seen=found[1])
        assert post(held, f"{path}/support", for_n=4, **sent).status_code == 303
        answer = post(held, f"{path}/support", for_n=9, minority="Wait", **sent)
        assert answer.status_code == 409 and ">Wait</textarea>" in answer.text
        assert 'name="for_n" value="9"' in answer.text and "Somebody else" in answer.text

    def test_closing_waits_until_storytellers_are_told(self, held):
        close, told = f"/workshops/{held.id}/close", f"{held.at}/told"
        assert held.fay.post(close, on=close).location == told
        page = held.fay.get(told).text
        assert "Before you close the workshop" in page and "Tell 1 storyteller" in page
        assert held.fay.post(told, on=told).location == told
        assert held.fay.post(close, on=close).location == f"/workshops/{held.id}"
        assert post(held, "/answer/recommend", kind="resolution", words="Late").status_code == 409
        assert held.fay.get(f"{held.at}/report").status_code == 200

    def test_a_file_names_nobody_and_is_not_kept(self, held):
        answer = held.fay.get(f"{held.at}/report/docx")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == "attachment; filename=report.docx"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
            core = file.read("docProps/core.xml").decode()
        assert "Maria" not in core and held.who not in core
        assert b"Maria" in _document(held)  # the name she chose stands beside her words
        assert held.fay.get(f"{held.at}/report/odt").status_code == 404

    def test_the_pdf_is_tagged_and_has_a_title(self, held):
        file = pypdf.PdfReader(io.BytesIO(held.fay.get(f"{held.at}/report/pdf").data))
        assert file.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert (file.metadata.title, file.metadata.author) == ("Report: Being heard", None)
        assert "I rang the clinic on Monday." in "".join(one.extract_text() for one in file.pages)

    def test_pages_ask_the_database_as_often_however_much_there_is(self, held):
        def asks(path: str) -> int:
            count = []
            listen = lambda *_: count.append(1)  # noqa: E731
            event.listen(held.house.engine, "before_cursor_execute", listen)
            assert held.fay.get(held.at + path).status_code == 200
            event.remove(held.house.engine, "before_cursor_execute", listen)
            return len(count)

        before = [asks("/answer"), asks("/report")]
        for number in range(5):
            post(held, "/answer/recommend", kind="recommendation", words=f"More {number}")
        held.fay.get(f"{held.at}/answer")
        assert [asks("/answer"), asks("/report")] == before
        assert max(before) < 60


class TestAPhone:
    def test_reads_says_and_changes_it_without_scripts(self, held):
        assert "Pay people for their time" in held.phone.get("/seat/recommendations").text
        page = f"/seat/recommendations/{held.one}"
        sent = dict(n=1, says="for", agrees="yes")
        answer = held.phone.post(page, on=page, **sent)
        assert answer.location == "/seat/recommendations"
        assert "I am for it" in held.phone.get("/seat/recommendations").text
        held.phone.post(page, on=page, n=1, says="against")
        with held.house.sessions() as session:
            assert [vote.says for vote in session.query(SupportVote)] == ["against"]

    def test_sees_no_story_and_no_figures_of_others(self, held):
        text = held.phone.get(f"/seat/recommendations/{held.one}").text
        assert "I rang the clinic" not in text and "Maria" not in text

    def test_is_told_where_the_words_changed_and_where_nothing_was_chosen(self, held):
        page = f"/seat/recommendations/{held.one}"
        assert held.phone.post(page, on=page, n=1).status_code == 422
        answer = held.phone.post(page, on=page, n=7, says="for")
        assert answer.status_code == 409 and "The words changed" in answer.text
        assert held.phone.get("/seat/recommendations/2147483647").status_code == 404

    def test_nobody_without_a_seat_comes_here(self, held):
        assert Person(held.app).get("/seat/recommendations").status_code == 303

    def test_another_workshops_are_not_there(self, held):
        with db.writing(held.house.sessions) as session:
            other = Answered(factories.Factory(session)).recommend("Elsewhere").id
            assert isinstance(session.get(Recommendation, other), Recommendation)
        assert held.phone.get(f"/seat/recommendations/{other}").status_code == 404


def _document(held) -> bytes:
    with zipfile.ZipFile(io.BytesIO(held.fay.get(f"{held.at}/report/docx").data)) as file:
        return file.read("word/document.xml")
