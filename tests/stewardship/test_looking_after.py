"""Who is who, other people in a story, holds, reading back, evidence, and what Today says."""

from __future__ import annotations

import re
from datetime import timedelta

import factories
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from crawling import Person, addresses, said
from factories import PASSWORD, TEXT, Factory, open_copy

from storybank import db
from storybank.clock import now
from storybank.consent import asking, passages
from storybank.consent.folding import Span
from storybank.consent.models import AccessRecord, EvidenceNote, Hold
from storybank.consent.rules import Answer, Part, Purpose, Reason
from storybank.people import service as accounts
from storybank.people.rules import MACHINE, Role, code_of

TOMORROW = (now() + timedelta(days=1)).date().isoformat()


def page(steward: Person, url: str) -> str:
    return " ".join(BeautifulSoup(steward.get(url).text, "html.parser").main.text.split())


def join(steward: Person, number: int, **fields):
    url = f"/steward/stories/{number}/people"
    return steward.post(url, on=url, **fields)


class TestParties:
    def test_a_co_teller_new_to_the_house_must_say_yes_too_and_can_be_taken_out(
        self, steward, tell, standing
    ):
        number, person_id = tell()
        url = f"/steward/stories/{number}/people"
        assert "Until they answer, nobody may use the story" in page(steward, url)
        assert join(steward, number, part="co-teller", new="yes").status_code == 303
        state = standing(number)
        [other] = set(state.parties) - {person_id}
        assert state.parties[other] is Part.CO_TELLER
        assert state.choices[Purpose.STUDY].answer is Answer.WAITING
        steward.post(f"{url}/leave", on=url, person=other)
        assert standing(number).choices[Purpose.STUDY].answer is Answer.YES
        join(steward, number, part="co-teller", who=code_of(other), back="yes")
        assert standing(number).parties[other] is Part.CO_TELLER, "taking out is undone"

    @pytest.mark.parametrize(
        "fields",
        [
            {"part": "attorney or deputy", "new": "yes"}, {"part": "storyteller", "new": "yes"},
            {"part": "supporter"}, {"part": "supporter", "who": "ST-9999"},
            {"part": "supporter", "who": "x"},
            {"part": "parent or guardian", "new": "yes", "evidence": "x", "evidence_kind": "y"},
        ],
    )  # fmt: skip
    def test_what_is_missing_is_said_and_changes_nothing(self, steward, tell, standing, fields):
        number, _ = tell()
        before = standing(number)
        answer = join(steward, number, **fields)
        assert answer.status_code == 422 and "There is a problem" in answer.text
        assert standing(number) == before

    def test_research_goes_on_beside_a_consultee_with_an_approval(self, steward, tell, standing):
        number, person_id = tell()
        url = f"/steward/stories/{number}/people"
        said = {"person": person_id, "what": "capacity", "so": "yes"}
        assert steward.post(f"{url}/note", on=url, **said).status_code == 422
        steward.post(f"{url}/note", on=url, **said, note="Dr Wu saw her on 3 May.")
        assert standing(number).choices[Purpose.STUDY].answer is Answer.BLOCKED
        join(
            steward, number, part="consultee", new="yes", approval="24/LO/0001",
            evidence="Letter in the blue folder.", evidence_kind="letter",
        )  # fmt: skip
        assert standing(number).choices[Purpose.STUDY].answer is Answer.YES
        steward.post(f"{url}/note", on=url, **said | {"so": "no"}, note="She can again.")
        assert "We assume that people can decide" in page(steward, url)

    def test_under_16_closes_a_story_until_a_parent_is_there(self, steward, tell, standing):
        number, _ = tell()
        url = f"/steward/stories/{number}/people"
        steward.post(f"{url}/note", on=url, what="age", so="yes")
        assert standing(number).closed is Reason.UNDER_16
        join(
            steward, number, part="parent or guardian", new="yes",
            evidence="Birth certificate seen.", evidence_kind="witness_note",
        )  # fmt: skip
        assert standing(number).closed is None


class TestOthers:
    def test_ticked_sentences_stay_inside_the_team_until_a_decision(
        self, steward, people, tell, standing
    ):
        number, _ = tell()
        member = people("member@example.org", Role.MEMBER)
        url = f"/steward/stories/{number}/others"
        found = BeautifulSoup(steward.get(url).text, "html.parser")
        sentences = [one.text for one in found.select(".sb-ticks__one label")]
        olu = next(n for n, words in enumerate(sentences) if "Olu" in words)
        fields = {
            "label": "Olu of the group", "relationship": "friend", "living": "yes",
            "version": 1, "sentence": olu,
        }  # fmt: skip
        assert steward.post(url, on=url, **fields).status_code == 303
        assert not standing(number).third and len(standing(number).kept_back) == 1
        assert "Olu" not in member.get(f"/stories/members/{number}").text
        text = page(steward, url)
        assert "Olu of the group" in text and "Tell them, or write down why not, by" in text
        assert "1 story speaks of somebody not decided about" in page(steward, "/steward")
        assert f"Story {number}" in page(steward, "/steward/waiting/undecided")
        decide = f"{url}/1"
        for wrong in ({}, {"outcome": "said yes"}, {"outcome": "said yes", "informed": "told"}):
            assert steward.post(decide, on=url, **wrong).status_code == 422
        said = {"outcome": "said yes", "informed": "told", "note": "Rang him on Monday."}
        assert steward.post(decide, on=url, **said).status_code == 303
        assert "Olu" in member.get(f"/stories/members/{number}").text
        assert "not decided about" not in page(steward, "/steward")

    def test_without_a_ticked_sentence_the_whole_story_waits(self, steward, tell, standing):
        number, _ = tell()
        url = f"/steward/stories/{number}/others"
        steward.post(url, on=url, label="My sister", relationship="other", living="unknown")
        assert standing(number).third

    def test_a_closed_story_shows_no_sentence_and_a_changed_one_is_refused(
        self, house, steward, tell
    ):
        number, _ = tell(text="Zanzibarquux rang.")
        url = f"/steward/stories/{number}/others"
        sent = {"label": "x", "relationship": "other", "living": "yes", "version": 2}
        assert steward.post(url, on=url, sentence=0, **sent).status_code == 409
        steward.post(f"/assist/{number}/stop", on=url, what="all")
        assert "Zanzibar" not in steward.get(url).text

    def test_one_of_another_story_cannot_be_decided_from_here(self, steward, tell):
        (one, _), (two, _) = tell(), tell()
        url = f"/steward/stories/{one}/others"
        steward.post(url, on=url, label="My sister", relationship="other", living="unknown")
        said = {"outcome": "said yes", "informed": "told", "note": "Yes."}
        assert steward.post(f"/steward/stories/{two}/others/1", on=url, **said).status_code == 404


def hold(steward: Person, number: int, **fields):
    said = {"kind": "safeguarding", "why": "A child may be hurt.", "review_on": TOMORROW}
    return steward.post("/steward/holds", on="/steward/holds", held=number, **said | fields)


class TestHolds:
    def test_it_hides_a_story_at_once_from_all_but_its_lead(self, steward, people, tell):
        number, _ = tell(title="Going in together")
        other = people("two@example.org")
        assert hold(steward, number).status_code == 303
        assert "Going in together" in steward.get("/stories/keep").text
        assert "A child may be hurt." in steward.get("/steward/holds").text
        assert "Going in together" not in other.get("/stories/keep").text
        assert "child may be hurt" not in other.get("/steward/holds").text
        for part in ("people", "others", "evidence", "read-back"):
            url = f"/steward/stories/{number}/{part}"
            assert (steward.get(url).status_code, other.get(url).status_code) == (200, 404)
        for act in ("close", "review"):
            assert other.post(f"/steward/holds/1/{act}", on="/steward").status_code == 404

    def test_a_stop_is_written_down_by_anybody_all_the_same(self, steward, people, tell, standing):
        number, _ = tell()
        hold(steward, number)
        people("two@example.org").post(f"/assist/{number}/stop", on="/assist", what="teach")
        assert standing(number).choices[Purpose.TEACH].answer is Answer.STOPPED

    def test_the_lead_lets_it_go_or_looks_again_later(self, house, steward, people, tell):
        number, _ = tell(title="Going in together")
        other = people("two@example.org")
        hold(steward, number)
        later = (now() + timedelta(days=9)).date()
        for day, status in (("", 422), ("1999-01-01", 422), (later.isoformat(), 303)):
            url = "/steward/holds/1/review"
            assert steward.post(url, on="/steward", review_on=day).status_code == status
        with house.sessions() as session:
            assert session.get_one(Hold, 1).review_on == later
        steward.post("/steward/holds/1/close", on="/steward")
        assert "Going in together" in other.get("/stories/keep").text

    def test_it_may_be_led_by_another_and_then_the_opener_sees_nothing(
        self, house, steward, people, tell
    ):
        number, _ = tell(title="Going in together")
        other = people("two@example.org")
        with house.sessions() as session:
            lead = accounts.account_by_email(session, "two@example.org").id
        hold(steward, number, lead=lead)
        assert "Going in together" not in steward.get("/stories/keep").text
        assert "Going in together" in other.get("/stories/keep").text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"held": 99}, {"held": "x"}, {"kind": "boredom"}, {"why": " "},
            {"review_on": "1999-01-01"}, {"review_on": ""}, {"lead": 999},
        ],
    )  # fmt: skip
    def test_what_is_missing_is_said_and_holds_nothing(self, steward, tell, standing, wrong):
        number, _ = tell()
        fields = {"held": number} | wrong
        answer = hold(steward, fields.pop("held"), **fields)
        assert answer.status_code == 422 and not standing(number).held

    def test_only_the_lead_is_reminded(self, house, steward, people, tell):
        number, _ = tell()
        other = people("two@example.org")
        hold(steward, number)
        with db.writing(house.sessions) as session:
            session.execute(sa.update(Hold).values(review_on=now().date()))
        assert "1 hold is to be looked at again" in page(steward, "/steward")
        assert "looked at again" not in page(other, "/steward")


ROLES = (Role.RESEARCHER, Role.FACILITATOR, Role.MEMBER, Role.STEWARD, Role.ADMINISTRATOR)
QUERIES = ("", "?q=clinic")


class TestCounts:
    """T19: a held story is in no number on any page, for anybody but its lead."""

    def test_every_page_is_as_if_it_had_never_come(self, empty_house, tmp_path):
        """A house with the story on hold, beside one with the story stopped for good."""
        sights = []
        for how in ("hold", "stop", "nothing"):
            with open_copy(empty_house, tmp_path / how) as house:
                sights.append(self.sights(house, how))
        held, stopped, before = sights
        assert held == stopped
        differing = {url for url in held if held[url] != before[url]}
        assert {"/stories/keep", "/stories/study", "/stories/members"} <= {
            url.partition(" ")[2].partition("?")[0] for url in differing
        }

    def sights(self, house, how: str) -> dict[str, str]:
        """{who and where: the page}, numbers that differ by chance taken out."""
        app = factories.make_app(house)
        with db.writing(house.sessions) as session:
            a = Factory(session)
            story = a.story(until=now() + timedelta(days=30), external_id="one")
            a.story("Nothing rang at the clinic here.", "Another", external_id="two")
            spoken = a.story("Somebody wrote this down.", "Spoken", external_id="three")
            passages.transcribed(session, MACHINE, spoken.id, spoken.person_id, 1, 24, "phone")
            lead = a.actor(Role.STEWARD, email="lead@example.org")
            for role in ROLES:
                accounts.add_account(
                    session, f"{role}@example.org", [role], name=role.value, password=PASSWORD
                )
            if how == "stop":
                a.stop(story), a.stop(spoken)
            if how == "hold":
                from storybank.consent.holds import open_hold

                later = (now() + timedelta(days=9)).date()
                for one in (story, spoken):
                    open_hold(session, lead, one.id, "safeguarding", "Why.", later)
        house.runner.drain()
        seen = {}
        purposes = ["keep", "study", "members", "workshop", "decide", "teach", "public", "reuse"]
        values = {"purpose": purposes, "key": ["EN-PEER"], "kind": ["running-out", "read-back"]}
        urls = [
            url
            for url, _, _ in addresses(app, Anything(values), [{}])
            if "{" not in url and not re.search(r"/\d", url)
        ]
        for role in (*ROLES, None):
            person = Person(app, f"{role}@example.org" if role else None)
            person.get("/about")
            for url in dict.fromkeys(urls):
                if url.startswith(("/sign-in", "/healthz", "/me", "/steward/audit", "/people")):
                    continue
                for query in QUERIES if "/search" in url else QUERIES[:1]:
                    text = said(person.client.get(url + query))
                    seen[f"{role} {url}{query}"] = BY_CHANCE.sub("", text)
        return seen


BY_CHANCE = re.compile(
    r'name="csrf_token" value="[^"]*"|\d{4}-\d\d-\d\d[T ][\d:.]+Z?|\d\d?:\d\d\b'
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|<td>\d+ s</td>",
    re.IGNORECASE,
)
"""Tokens, times, and numbers that other programs know things by: of each house its own."""


class Anything(dict):
    """Values for arguments; an address with any other argument has none."""

    def __missing__(self, name: str) -> list:
        return []


class TestReadBack:
    @pytest.fixture
    def transcript(self, house, tell) -> int:
        number, person_id = tell()
        with db.writing(house.sessions) as session:
            passages.transcribed(session, MACHINE, number, person_id, 1, len(TEXT), "phone")
        return number

    def test_until_they_say_it_is_right_nobody_outside_sees_it(
        self, steward, people, transcript, standing
    ):
        member = people("member@example.org", Role.MEMBER)
        url = f"/steward/stories/{transcript}/read-back"
        assert member.get(f"/stories/members/{transcript}").status_code == 404
        assert "1 story waits to be read back" in page(steward, "/steward")
        assert "I rang the clinic on Monday." in page(steward, url)
        said = {
            "channel": "phone", "evidence_kind": "witness_note", "evidence": "Read it to her.",
            "understanding": "That is how it was.",
        }  # fmt: skip
        for field in ("channel", "evidence", "evidence_kind"):
            assert steward.post(url, on=url, **said | {field: ""}).status_code == 422
        assert standing(transcript).unchecked
        assert steward.post(url, on=url, **said).status_code == 303
        assert member.get(f"/stories/members/{transcript}").status_code == 200
        assert "read back" not in page(steward, "/steward")
        assert "That is how it was." in page(steward, f"/steward/stories/{transcript}/evidence")
        assert steward.post(url, on=url, **said).status_code == 409


class TestEvidence:
    def test_who_looked_is_written_down(self, house, steward, tell):
        number, _ = tell()
        url = f"/steward/stories/{number}/evidence"
        assert "Said yes out loud; Jo Park was there." in page(steward, url)
        with house.sessions() as session:
            [row] = session.scalars(
                sa.select(AccessRecord).where(AccessRecord.page == "stewardship.evidence")
            )
            assert (row.story_id, row.what, row.purpose) == (number, "read", "keep")

    def test_that_of_another_story_and_none_are_the_same(self, steward, tell):
        (one, _), (two, _) = tell(), tell()
        for number in (1, 2, 99):
            assert steward.get(f"/steward/stories/{one}/evidence/{number}").status_code == 404
        assert two


class TestToday:
    def test_it_says_nothing_where_nothing_waits(self, steward, tell):
        tell(until=now() + timedelta(days=90))
        for kind in ("running-out", "unanswered", "undecided", "read-back", "evidence"):
            assert "Nothing waits here." in page(steward, f"/steward/waiting/{kind}")
        assert steward.get("/steward/waiting/tea").status_code == 404

    def test_a_yes_that_runs_out_within_60_days(self, steward, tell):
        number, _ = tell(until=now() + timedelta(days=59))
        tell(until=now() + timedelta(days=61)), tell(until=now() - timedelta(days=1)), tell()
        assert "1 story has a yes that runs out within 60 days" in page(steward, "/steward")
        assert f"Story {number}" in page(steward, "/steward/waiting/running-out")

    def test_a_yes_of_which_nothing_shows_any_more(self, house, steward, tell):
        number, _ = tell()
        assert "without evidence" not in page(steward, "/steward")
        with db.writing(house.sessions) as session:
            session.execute(sa.delete(EvidenceNote))
        assert "1 story has a yes without evidence" in page(steward, "/steward")
        steward.post(f"/assist/{number}/stop", on="/assist", what="delete")
        assert "without evidence" not in page(steward, "/steward"), "it was deleted"

    def test_a_question_without_an_answer_past_half_its_time(self, house, steward, tell):
        number, person_id = tell(answers={Purpose.WORKSHOP: Answer.ASK})
        with db.writing(house.sessions) as session:
            a = Factory(session)
            use = a.use(Purpose.WORKSHOP).before(["Riverside Council"], event="workshop-1")
            request = asking.ask(
                session, use, number, Span(1, 0, 9), "0" * 64, event_title="A meeting",
                audience=["Riverside Council"], answer_by=now() + timedelta(days=10),
            )  # fmt: skip
            ask_id = request.id
        assert "no answer yet" not in page(steward, "/steward")
        with db.writing(house.sessions) as session:
            from storybank.consent.models import AskRequest

            row = session.get_one(AskRequest, ask_id)
            row.asked_at = now() - timedelta(days=11)
        assert "1 question to a storyteller has no answer yet" in page(steward, "/steward")
        with db.writing(house.sessions) as session:
            asking.answer_ask(session, MACHINE, ask_id, person_id, Answer.NO, None, "phone")
        assert "no answer yet" not in page(steward, "/steward")
