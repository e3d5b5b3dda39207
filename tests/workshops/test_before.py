"""Before a workshop: its plan, the check for real involvement, opening, closing and practising."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from workshops.meeting import Meeting
from workshops.test_pages import Facilitator, fay, stories, write  # noqa: F401

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import Purpose
from storybank.errors import NotFound, Refused
from storybank.meetings.models import MeetingState, Participant, Prompt, Response, Segment
from storybank.people.rules import Role
from storybank.workshops import (
    acts,
    balance,
    freezing,
    helping,
    opening,
    planning,
    real_involvement,
    rehearsing,
)
from storybank.workshops.models import Workshop, WorkshopHelper
from storybank.workshops.rules import ALPHABET

PLAN = "/workshops/1/plan"
FILLED = {
    "title": "Being heard", "question": "What helps?", "why": "We closed a ward.",
    "in_scope": "How we ask.", "out_of_scope": "The budget.", "decider": "The board",
    "reply_by": "2099-06-01", "held_on": "2099-05-01", "mode": "both", "template": "jury",
    "audience": "Carers Together\nHilltop Clinic", "keep_days": "14",
}  # fmt: skip
WELL = {one.key: one.well for one in real_involvement.EVERY}


def ready(meeting: Meeting) -> Workshop:
    """Everything that opening asks for."""
    one = meeting.workshop
    one.in_scope, one.out_of_scope, one.decider = "How we ask", "The budget", "The board"
    one.reply_by, one.self_check = date(2099, 6, 1), dict(WELL)
    meeting.draw(meeting.passage())
    freezing.freeze(meeting.session, meeting.use, meeting.pack.id)
    return one


class TestOpening:
    def test_it_says_all_that_is_missing_then_opens_with_a_code(self, room):
        with pytest.raises(opening.NotYet) as no:
            opening.open_for_joining(room.session, room.use, room.workshop.id)
        assert [one.key for one in no.value.missing] == [
            "in_scope", "out_of_scope", "decider", "reply_by", "pack", "check",
        ]  # fmt: skip
        ready(room)
        made = opening.open_for_joining(room.session, room.use, room.workshop.id)
        code = made.join_code
        assert code and len(code) == 6 and set(code) <= set(ALPHABET) and made.status == "open"
        assert made.wipe_on == date(2099, 5, 31)
        assert opening.open_for_joining(room.session, room.use, made.id).join_code == code

    def test_no_passages_said_on_purpose_is_enough(self, room):
        meeting = ready(room)
        meeting.pack_version_id, meeting.no_passages = None, True
        assert opening.missing(meeting) == []

    def test_closing_ends_the_code_and_opening_again_makes_another(self, room):
        meeting = ready(room)
        with pytest.raises(Refused):
            opening.close(room.session, room.use, meeting.id)
        code = opening.open_for_joining(room.session, room.use, meeting.id).join_code
        meeting.observer_hash = "x" * 64
        with time_machine.travel(date(2099, 5, 2), tick=False):
            opening.close(room.session, room.use, meeting.id)
            assert (meeting.status, meeting.join_code, meeting.observer_hash) == (
                "closed", None, None,
            )  # fmt: skip
            assert meeting.wipe_on == date(2099, 6, 1)
            again = opening.open_for_joining(room.session, room.use, meeting.id)
            assert again.join_code not in (None, code) and again.status == "open"
            opening.close(room.session, room.use, meeting.id)
            meeting.wiped_at = now()
            with pytest.raises(Refused, match="wiped"):
                opening.open_for_joining(room.session, room.use, meeting.id)

    def test_only_those_who_run_it_may(self, room, a):
        meeting = ready(room)
        other = a.use(Purpose.WORKSHOP)
        for act in (opening.open_for_joining, opening.close, rehearsing.practise):
            with pytest.raises(Refused):
                act(room.session, other, meeting.id)
            with pytest.raises(NotFound):
                act(room.session, other, 999)
        helping.set_helpers(room.session, meeting, [other.actor.account_id, meeting.made_by, 999])
        assert helping.helpers(room.session, meeting.id) == {other.actor.account_id}
        assert opening.open_for_joining(room.session, other, meeting.id).join_code


class TestPlanUndone:
    def change(self, meeting: Meeting, **values) -> None:
        before = planning.snapshot(meeting.session, meeting.workshop)
        planning.put(meeting.session, meeting.use, meeting.workshop, values)
        after = planning.snapshot(meeting.session, meeting.workshop)
        assert acts.note_plan(meeting.session, meeting.use, meeting.workshop, before, after)

    def test_only_what_still_stands_goes_back(self, room, a):
        other = a.use(Purpose.WORKSHOP).actor.account_id
        self.change(
            room, why="A", decider="The board", reply_by="2099-06-01", helpers=[other],
            audience=["Carers Together"],
        )  # fmt: skip
        room.workshop.why = "Somebody else's"
        assert a.undo(room.use).sentence.startswith("Part of the plan is back.")
        one = room.workshop
        assert (one.why, one.decider, one.reply_by, one.audience) == (
            "Somebody else's", "", None, [],
        )  # fmt: skip
        assert helping.helpers(room.session, one.id) == set()
        a.redo(room.use)
        assert (one.decider, one.reply_by) == ("The board", date(2099, 6, 1))
        assert helping.helpers(room.session, one.id) == {other}

    def test_taking_back_an_audience_asks_the_gate_like_any_change(self, room, a):
        place = room.passage(not_for=["The board"])
        room.draw(place)
        self.change(room, audience=["The board"])
        assert room.places() == []
        a.undo(room.use)
        assert room.places() == [place]

    def test_a_shorter_keeping_moves_the_day(self, room):
        ready(room)
        opening.open_for_joining(room.session, room.use, room.workshop.id)
        self.change(room, keep_days=7)
        assert room.workshop.wipe_on == date(2099, 5, 8)


class TestPractice:
    def test_it_has_the_plan_touches_nothing_and_goes_whole(self, room, a):
        meeting, session = ready(room), room.session
        helping.set_helpers(session, meeting, [a.use(Purpose.WORKSHOP).actor.account_id])
        copy = rehearsing.practise(session, room.use, meeting.id)
        assert rehearsing.practise(session, room.use, meeting.id).id == copy.id
        assert copy.rehearsal and copy.join_code and copy.pack_version_id is None
        assert (copy.question, copy.audience) == (meeting.question, meeting.audience)
        assert {card.item_id for card in rehearsing.CARDS} == {-1, -2, -3, -4, -5, -6}
        number = copy.id
        segment = Segment(workshop_id=number, position=1, kind="groups", title="x", minutes=5)
        session.add(segment)
        session.flush()
        prompt = Prompt(
            workshop_id=number, segment_id=segment.id, position=1, kind="open", text="x"
        )
        who = Participant(workshop_id=number, token_hash="y" * 64, joined_at=now())
        session.add_all([prompt, who])
        session.flush()
        session.add_all([
            MeetingState(workshop_id=number, segment_id=segment.id, prompt_id=prompt.id),
            Response(
                id="r" * 36, workshop_id=number, prompt_id=prompt.id, participant_id=who.id,
                captured="self", status="shown", made_at=now(), received_at=now(),
            ),
        ])  # fmt: skip
        session.flush()
        uses = session.scalar(sa.select(sa.func.count(UseRecord.id)))
        with pytest.raises(Refused, match="real workshop"):
            rehearsing.throw_away(session, room.use, meeting.id)
        assert rehearsing.throw_away(session, room.use, number) == meeting.id
        for table in (Segment, Prompt, Participant, MeetingState, Response, WorkshopHelper):
            rows = session.scalar(
                sa.select(sa.func.count()).select_from(table).where(table.workshop_id == number)
            )
            assert rows == 0, table
        assert session.get(Workshop, number) is None and session.get(Workshop, meeting.id)
        assert session.scalar(sa.select(sa.func.count(UseRecord.id))) == uses


class TestBalance:
    def test_roles_and_places_as_far_as_they_may_be_told(self, room):
        kinds = [("patient", "Wales"), ("patient", "England"), ("carer", "Wales")]
        places = [
            room.passage(attributes={"role": role, "country": country}) for role, country in kinds
        ]
        places.append(room.passage(attributes={"role": "worker"}, facts=[]))
        room.draw(*places)
        found = balance.balance(room.session, room.look())
        assert found.roles == (("patient", 2), ("carer", 1), (balance.NOT_KNOWN, 1))
        assert found.places == (("Wales", 2), ("England", 1), (balance.NOT_KNOWN, 1))


class TestCheck:
    def test_what_warns_and_what_waits(self):
        assert real_involvement.unanswered({}) == list(real_involvement.EVERY)
        said = real_involvement.cleaned(
            {**WELL, "seat": "yes", "paid": "not sure", "presents": "nobody", "hear": "x",
             "seat_note": " two\nnames "}
        )  # fmt: skip
        assert said["seat_note"] == "two names"
        assert [one.key for one in real_involvement.unanswered(said)] == ["hear"]
        assert [one.key for one in real_involvement.warnings(said)] == ["seat", "paid"]


class TestPages:
    def test_from_plan_to_open_and_closed(self, fay, write):  # noqa: F811
        email = "hal@example.org"
        write(lambda a: a.actor(Role.FACILITATOR, email=email) and None)
        helper = re.findall(r'name="helper" value="(\d+)"', fay.get(PLAN).text)[0]
        wrong = fay.post(PLAN, on=PLAN, **FILLED | {
            "title": " ", "reply_by": "2099-01-01", "mode": "x", "keep_days": "0",
            "why": "y" * 2001,
        })  # fmt: skip
        assert wrong.status_code == 422 and wrong.text.count("nhsuk-error-message") >= 5
        assert "Carers Together" in wrong.text and "The budget." in wrong.text
        assert fay.post(PLAN, on=PLAN, **FILLED, helper=helper).location == "/workshops/1"
        fay.post("/workshops/undo", on="/workshops/1", workshop=1)
        assert "Undone: The plan is as it was." in fay.get("/workshops/1").text
        fay.post("/workshops/redo", on="/workshops/1", workshop=1)
        hub = fay.get("/workshops/1").text
        assert "The board, reply by 1 June 2099" in hub and "Freeze a pack" in hub
        assert fay.post("/workshops/1/open", on="/workshops/1").status_code == 303
        assert "Not yet. Freeze a pack" in fay.get("/workshops/1").text
        check = "/workshops/1/check"
        fay.post(check, on=check, **WELL | {"seat": "yes"})
        page = fay.get(check).text
        assert "One person cannot speak for all" in page and "questions to go" not in page
        assert fay.post(check, on=check, seat_note="z" * 301).status_code == 422
        fay.put_in(*fay.offered())
        pack = "/packs/workshop/1"
        assert fay.get(f"{pack}/frozen").status_code == 404
        assert fay.post(f"{pack}/freeze", on=pack).location == f"{pack}/frozen"
        assert "Nothing. All of its cards" in fay.get(f"{pack}/frozen").text
        fay.post("/workshops/1/open", on="/workshops/1")
        hub = fay.get("/workshops/1").text
        assert re.search(r'sb-join-code">[A-Z2-9]{6}<', hub) and "People can join" in hub
        assert "Close the workshop?" in fay.get("/workshops/1/close").text
        fay.post("/workshops/1/close", on="/workshops/1/close")
        assert "sb-join-code" not in fay.get("/workshops/1").text

    def test_a_card_is_noted_cut_swapped_and_shown_so(self, fay, write):  # noqa: F811
        fay.put_in(*fay.offered()[:2])
        card = "/packs/workshop/1/card/1"
        fay.post(f"{card}/note", on=card, note="Speaks of <b>loss</b>")
        assert "Speaks of &lt;b&gt;loss&lt;/b&gt;" in fay.get("/packs/workshop/1").text
        assert fay.post("/workshops/undo", on=card, workshop=1).location == "/packs/workshop/1"
        assert "loss" not in fay.get("/packs/workshop/1").text
        assert fay.post(f"{card}/note", on=card, note="n" * 201).status_code == 422
        assert fay.post(f"{card}/cut", on=card).status_code == 422
        assert fay.post(f"{card}/ask", on=card, answer_by="x").status_code == 422
        assert fay.get("/packs/workshop/1/card/99").status_code == 404
        swap = f"{card}/swap"
        page = fay.get(swap, code="EN-PEER")
        place = re.findall(r'name="place" value="([\d-]+)"', page.text)[0]
        assert fay.post(swap, on=swap, code="EN-PEER").status_code == 422
        assert fay.post(swap, on=swap, code="EN-PEER", place=place).status_code == 303
        assert len(fay.cards()) == 2
        assert "What they speak about" in fay.get("/packs/workshop/1/balance").text

    def test_others_may_look_but_not_change(self, fay, app, write):  # noqa: F811
        write(lambda a: a.actor(Role.FACILITATOR, email="hal@example.org") and None)
        hal = Facilitator(app, "hal@example.org")
        page = hal.get("/workshops/1").text
        assert "Being heard" in page and "/workshops/1/plan" not in page
        for path in (PLAN, "/workshops/1/check", "/workshops/1/close", "/workshops/1/throw-away"):
            assert hal.get(path).status_code == 403, path
        for path in ("/workshops/1/open", "/workshops/1/practise", "/packs/workshop/1/freeze"):
            assert hal.post(path, on="/workshops/1").status_code == 403, path

    def test_a_practice_is_made_opened_and_deleted(self, fay):  # noqa: F811
        there = fay.post("/workshops/1/practise", on="/workshops/1").location
        page = fay.get(there).text
        assert "This is a practice." in page and "Invented person A" in page
        fay.post(f"{there}/throw-away", on=f"{there}/throw-away")
        assert fay.get(there).status_code == 404
