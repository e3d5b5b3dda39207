"""The twenty tests of the design of consent, each by its number.

T8, T9 and T10 walk through the whole house: tests/journeys/test_canary.py. T6 on the web is in
tests/portal/test_pages.py and with somebody beside them in tests/stewardship/test_assisting.py;
T16 through a real backup is in tests/cli/test_backup.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from portal.room import printing
from workshops.meeting import FIRST, SECOND, Meeting

from storybank.clock import now
from storybank.consent import asking, holds, parties, passages, pausing, third_persons, wordings
from storybank.consent import service as consent
from storybank.consent.folding import Span
from storybank.consent.models import (
    ConsentChoice,
    ConsentEvent,
    Evidence,
    Receipt,
    UseRecord,
    WordingVersion,
)
from storybank.consent.permits import permits
from storybank.consent.purposes import CLAIMS
from storybank.consent.rules import (
    EIGHT,
    OUTSIDE_TEAM,
    Answer,
    Change,
    Mark,
    Medium,
    NameStyle,
    Part,
    Purpose,
    Reason,
    Use,
    Variant,
    explain,
)
from storybank.consent.standing import answers_run_out, rebuild, state_of
from storybank.consent.standing_models import STANDINGS
from storybank.consent.terms import LASTS, lasts_until, midnight
from storybank.errors import NotFound, Refused
from storybank.paper import printing as prints
from storybank.people.models import Person
from storybank.people.rules import MACHINE, Actor, Role
from storybank.portal.erasing import erase
from storybank.portal.where import been_used
from storybank.rights.rules import due_on
from storybank.stories import allowed, reading, writing
from storybank.stories.canon import plain
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.workshops import service as workshops

LATER = date(2099, 1, 1)
PART = Span(1, 0, 28)
"""The first sentence of the text that stories of these tests have."""


@dataclass
class Told:
    """A story that everything is allowed of, and what is tried with it."""

    a: object
    story: Story

    @property
    def session(self):
        return self.a.session

    @property
    def state(self):
        return state_of(self.session, self.story.id)

    def why(self, use: Use, span: Span | None = PART) -> tuple[Reason, ...]:
        """Every reason against; the door says the same, of the part and of the whole."""
        decision = explain(self.state, use, span)
        if span:
            place = Place(self.story.id, span.version, span.start, span.end)
            assert bool(reading.excerpts(self.session, use, [place])) is decision.allowed
        else:
            assert allowed.may(self.session, use, self.story.id) is decision.allowed
        return decision.reasons

    def may(self, use: Use) -> bool:
        """Whether the part may be used so: what explains and what lets out agree."""
        parts = sa.select(sa.literal(1).label("version"), sa.literal(PART.start).label("start"),
                          sa.literal(PART.end).label("end")).subquery()  # fmt: skip
        clause = permits(use, sa.literal(self.story.id), parts.c)
        by_sql = self.session.scalar(sa.select(clause).select_from(parts))
        assert bool(by_sql) is explain(self.state, use, PART).allowed
        return bool(by_sql)

    def refused(self) -> set[Purpose]:
        """The uses of the eight that are refused of the story as a whole."""
        return {use for use in EIGHT if self.why(self.a.use(use), None)}

    def join(self, part: Part, *, choices=None, **more) -> int:
        person = Person(created_at=now())
        self.session.add(person)
        self.session.flush()
        steward = self.a.actor(Role.STEWARD)
        parties.join(
            self.session, steward, self.story.id, person.id, part, self.a.proof(), "paper", **more
        )
        if choices:
            self.give(choices, person_id=person.id)
        return person.id

    def give(self, choices, person_id: int | None = None, **more) -> Receipt:
        return consent.give(
            self.session, MACHINE, self.story.id, person_id or self.story.person_id, choices,
            self.a.proof(), "paper", **more,
        )  # fmt: skip

    def hold(self, span: Span | None = None, lead: Actor | None = None):
        steward = lead or self.a.actor(Role.STEWARD)
        return holds.open_hold(
            self.session, steward, self.story.id, "safeguarding", "Made up.", LATER, span=span
        )

    def mark(self, mark: Mark, span: Span = PART) -> None:
        passages.mark_passage(
            self.session, MACHINE, self.story.id, self.story.person_id, span, mark, "web"
        )


@pytest.fixture
def told(a) -> Told:
    return Told(a, a.story())


ALL_YES = dict.fromkeys(EIGHT, Answer.YES)


# -- T1 to T3 --------------------------------------------------------------------------------------


def test_t1_standings_dropped_and_folded_again_are_the_same_rows(a, told):
    """Over random histories: test_twins.py. Here every table has a row of every sort."""
    told.give(
        {Purpose.TEACH: Answer.ASK}, not_for=["Harbour View"], media=[Medium.WORDS, Medium.VOICE],
        until=now() + timedelta(days=9), shorten=Change.SHOW,
    )  # fmt: skip
    told.join(Part.SUPPORTER)
    use = a.use(Purpose.TEACH).before([], "workshop-1")
    place = Place(told.story.id, 1, PART.start, PART.end)
    [sha] = reading.fingerprints(told.session, use, [place]).values()
    ask = asking.ask(
        told.session, use, told.story.id, PART, sha, event_title="A lesson", audience=[],
        answer_by=now() + timedelta(days=2),
    )  # fmt: skip
    asking.answer_ask(
        told.session, MACHINE, ask.id, told.story.person_id, Answer.YES, a.proof(), "phone"
    )
    told.mark(Mark.LEAVE_OUT, Span(1, 40, 50))
    told.hold(Span(1, 60, 70))

    def rows() -> list[list[str]]:
        return [
            sorted(map(repr, told.session.execute(sa.select(*table.__table__.columns)).all()))
            for table in STANDINGS
        ]

    before = rows()
    assert all(before), "a table without a row proves nothing"
    rebuild(told.session)
    assert rows() == before


@pytest.mark.parametrize("table", [ConsentEvent, ConsentChoice, Evidence, WordingVersion, Receipt])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_t2_what_is_on_record_can_not_be_changed_or_taken_out_by_sql(told, table, verb):
    column = next(iter(table.__table__.columns)).name
    many = told.session.scalar(sa.select(sa.func.count()).select_from(table))
    assert many
    statement = (
        f"UPDATE {table.__tablename__} SET {column} = {column}"
        if verb == "update"
        else f"DELETE FROM {table.__tablename__}"
    )
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), told.session.begin_nested():
        told.session.connection().exec_driver_sql(statement)
    assert told.session.scalar(sa.select(sa.func.count()).select_from(table)) == many


@pytest.mark.parametrize("use", [use for use in EIGHT if use is not Purpose.KEEP])
def test_t3_a_blank_answer_is_no(a, use):
    told = Told(a, a.story(consented_to=[one for one in EIGHT if one is not use]))
    assert told.refused() == {use}
    assert told.why(a.use(use)) == (Reason.NOT_ASKED,)


def test_t3_a_story_whose_teller_has_said_nothing_is_for_none_of_the_eight(a):
    use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
    bare = writing.take_in(a.session, use, plain("Nobody has asked yet."), "Unasked")
    assert [one for one in EIGHT if allowed.may(a.session, a.use(one), bare.id)] == []


def test_t3_every_purpose_there_is_was_thought_of(a):
    """A use added by a later hand inherits no yes: it is in this list or the test fails."""
    others = {Purpose.OWN, Purpose.TAKE_IN, Purpose.INDEX, Purpose.SUGGEST, Purpose.DETAILS}
    assert {*EIGHT, *others} == set(Purpose)
    assert CLAIMS[Role.VISITOR] == {Purpose.PUBLIC}


# -- T4 and T5 -------------------------------------------------------------------------------------


def _ethics_missing(told: Told) -> None:
    parties.note_capacity(
        told.session, MACHINE, told.story.id, told.story.person_id, True, told.a.proof()
    )


def _third(told: Told) -> None:
    third_persons.register(told.session, MACHINE, told.story.id, "My sister", parts=[PART])


LAYERS: dict[str, tuple[Callable[[Told], object], Purpose, Reason]] = {
    "erased": (
        lambda t: erase(t.session, MACHINE, t.story.id, t.story.person_id, "phone"),
        Purpose.STUDY, Reason.ERASED,
    ),
    "held": (lambda t: t.hold(), Purpose.STUDY, Reason.HELD),
    "paused": (
        lambda t: pausing.pause(t.session, MACHINE, t.story.id, t.story.person_id, "sms"),
        Purpose.STUDY, Reason.PAUSED,
    ),
    "under 16": (
        lambda t: parties.note_age(t.session, MACHINE, t.story.id, t.story.person_id, True),
        Purpose.STUDY, Reason.UNDER_16,
    ),
    "stopped all": (lambda t: t.a.stop(t.story), Purpose.STUDY, Reason.STOPPED),
    "not kept": (lambda t: t.give({Purpose.KEEP: Answer.NO}), Purpose.STUDY, Reason.NOT_KEPT),
    "said no": (lambda t: t.give({Purpose.TEACH: Answer.NO}), Purpose.TEACH, Reason.SAID_NO),
    "run out": (
        lambda t: t.give({Purpose.TEACH: Answer.YES}, until=now()), Purpose.TEACH, Reason.RUN_OUT,
    ),
    "not yet": (
        lambda t: t.give({Purpose.TEACH: Answer.YES}, since=now() + timedelta(hours=1)),
        Purpose.TEACH, Reason.NOT_YET,
    ),
    "not for": (
        lambda t: t.give({}, not_for=["Riverside Clinic"]), Purpose.WORKSHOP, Reason.NOT_FOR,
    ),
    "left out": (lambda t: t.mark(Mark.LEAVE_OUT), Purpose.STUDY, Reason.LEFT_OUT),
    "part held": (lambda t: t.hold(PART), Purpose.STUDY, Reason.HELD),
    "third person": (_third, Purpose.TEACH, Reason.THIRD_PERSON),
    "not read back": (
        lambda t: passages.transcribed(
            t.session, MACHINE, t.story.id, t.story.person_id, 1, 40, "phone"),
        Purpose.TEACH, Reason.NOT_CHECKED,
    ),
    "co-teller": (lambda t: t.join(Part.CO_TELLER), Purpose.TEACH, Reason.CO_TELLER),
    "capacity": (_ethics_missing, Purpose.STUDY, Reason.CAPACITY),
    "medium": (
        lambda t: t.give({}, media=[Medium.VOICE]), Purpose.TEACH, Reason.MEDIUM,
    ),
    "ask first": (lambda t: t.mark(Mark.ASK_FIRST), Purpose.TEACH, Reason.ASK_FIRST),
    "ask each time": (
        lambda t: t.give({Purpose.TEACH: Answer.ASK}), Purpose.TEACH, Reason.ASK_FIRST,
    ),
}  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_t4_each_layer_alone_refuses(a, told, layer):
    bite, purpose, reason = LAYERS[layer]
    audience = ["riverside  CLINIC"] if layer == "not for" else []
    use = a.use(purpose, now() + timedelta(minutes=1), audience)
    if layer == "run out":
        use = a.use(purpose, now() + timedelta(minutes=5))
    assert told.why(use) == ()
    bite(told)
    assert reason in told.why(use)
    others = set(told.why(use)) - {reason, Reason.STOPPED, Reason.NOT_KEPT, Reason.CO_TELLER}
    assert not others, "it alone stands against it"


@pytest.mark.parametrize("variant", [Variant.SHORTENED, Variant.TRANSLATED])
def test_t4_words_that_were_changed_need_their_own_yes(a, told, variant):
    def use() -> Use:
        known = a.use(Purpose.TEACH)
        return Use(known.actor, known.purpose, known.at, variant=variant, sha256="a" * 64)

    field = "shorten" if variant is Variant.SHORTENED else "translate"
    assert told.why(use()) == (Reason.CHANGED,)
    told.give({}, **{field: Change.SHOW})
    assert told.why(use()) == (Reason.ASK_FIRST,)
    told.give({}, **{field: Change.YES})
    assert told.why(use()) == ()


def test_t5_no_mark_on_a_part_lets_out_what_the_story_does_not(a):
    told = Told(a, a.story(consented_to=[Purpose.STUDY]))
    told.mark(Mark.ASK_FIRST)
    for use in OUTSIDE_TEAM:
        assert Reason.NOT_ASKED in told.why(a.use(use))
        with pytest.raises(Refused):
            asking.ask(
                told.session, a.use(use), told.story.id, PART, "0" * 64, event_title="x",
                audience=[], answer_by=now() + timedelta(days=1),
            )  # fmt: skip


def test_t5_a_part_left_out_is_not_loosened_to_ask_first_without_taking_the_mark_back(a, told):
    told.mark(Mark.LEAVE_OUT)
    told.mark(Mark.ASK_FIRST)
    assert told.why(a.use(Purpose.TEACH)) == (Reason.LEFT_OUT,)
    person = told.story.person_id
    with pytest.raises(Refused, match="evidence"):
        passages.unmark_passage(told.session, MACHINE, told.story.id, person, PART, None, "web")
    passages.unmark_passage(told.session, MACHINE, told.story.id, person, PART, a.proof(), "web")
    told.mark(Mark.ASK_FIRST)
    assert told.why(a.use(Purpose.TEACH)) == (Reason.ASK_FIRST,)


# -- T6 and T7 -------------------------------------------------------------------------------------


def test_t6_a_stop_asks_for_less_than_a_yes_whoever_writes_it_down(a, told):
    """The pages: test_pages.py of the portal, test_assisting.py of the steward's desk."""
    facilitator = a.actor(Role.FACILITATOR)
    person = told.story.person_id
    with pytest.raises(Refused):  # a yes needs a half hour with them, and evidence
        consent.give(
            told.session, facilitator, told.story.id, person, {Purpose.TEACH: Answer.YES},
            a.proof(), "phone",
        )  # fmt: skip
    consent.stop(told.session, facilitator, told.story.id, person, [Purpose.TEACH], "phone")
    assert told.why(a.use(Purpose.TEACH)) == (Reason.STOPPED,)
    teller = a.actor(Role.STORYTELLER, person_id=person)
    consent.stop(told.session, teller, told.story.id, person, EIGHT, "web")
    assert told.refused() == set(EIGHT)


@pytest.mark.parametrize("role", [Role.STEWARD, Role.FACILITATOR])
def test_t7_staff_write_down_no_yes_without_evidence_and_every_stop_without(a, told, role):
    staff, person = a.actor(role), told.story.person_id
    consent.stop(told.session, staff, told.story.id, person, [Purpose.TEACH], "phone")
    pausing.pause(told.session, staff, told.story.id, person, "phone")
    for proof in (None, consent.Proof("witness_note", " ")):
        with pytest.raises(Refused):
            consent.give(
                told.session, staff, told.story.id, person, {Purpose.TEACH: Answer.YES}, proof,
                "phone",
            )  # fmt: skip
        with pytest.raises(Refused):
            pausing.resume(told.session, staff, told.story.id, person, proof, "phone")
    assert set(told.why(a.use(Purpose.TEACH))) == {Reason.STOPPED, Reason.PAUSED}


def test_t7_a_stop_is_on_record_as_an_objection_too(a, told):
    """Where an organisation rests on something else than consent, it says the same (R19)."""
    a.stop(told.story, Purpose.TEACH)
    kinds = sa.select(ConsentEvent.kind, ConsentEvent.treated_as_objection)
    assert {tuple(row) for row in told.session.execute(kinds)} == {
        ("given", False),
        ("withdrawn", True),
    }


def test_t7_nobody_s_answer_is_written_down_that_would_count_for_nothing(a, told):
    """A stop of somebody who has no say would leave a receipt and stop nothing."""
    supporter = told.join(Part.SUPPORTER)
    stranger = a.story().person_id
    for person in (supporter, stranger):
        with pytest.raises(NotFound):
            consent.stop(told.session, MACHINE, told.story.id, person, EIGHT, "phone")
        with pytest.raises(NotFound):
            pausing.pause(told.session, MACHINE, told.story.id, person, "phone")


# -- T11 -------------------------------------------------------------------------------------------


def test_t11_a_yes_to_an_asking_is_void_when_the_text_changes(a, told):
    told.give({Purpose.TEACH: Answer.ASK})
    use = a.use(Purpose.TEACH).before(["A school"], "workshop-1")
    place = Place(told.story.id, 1, PART.start, PART.end)
    [sha] = reading.fingerprints(told.session, use, [place]).values()
    ask = asking.ask(
        told.session, use, told.story.id, PART, sha, event_title="A lesson",
        audience=["A school"], answer_by=now() + timedelta(days=2),
    )  # fmt: skip
    assert told.why(use) == (Reason.ASK_FIRST,)
    asking.answer_ask(
        told.session, MACHINE, ask.id, told.story.person_id, Answer.YES, a.proof(), "phone"
    )
    assert told.why(use) == ()
    for other in (use.before(["A school", "Another"]), use.before(["A school"], "workshop-2")):
        assert told.why(other) == (Reason.ASK_FIRST,)
    told.give({}, name_style=NameStyle.REAL, name_ref=1)
    assert told.why(use) == (Reason.ASK_FIRST,), "another name asks anew"
    told.give({}, name_style=NameStyle.NONE, name_ref=0)
    assert told.why(use) == ()
    [text] = reading.stories(told.session, a.use(Purpose.KEEP), [told.story.id])
    changed = plain(text.text.replace("clinic", "clinics"))
    version = writing.amend(told.session, a.use(Purpose.KEEP), told.story.id, changed)
    assert told.why(use, Span(version, PART.start, PART.end)) == (Reason.ASK_FIRST,)
    assert reading.excerpts(told.session, use, [place]) == [], "nor is the old text let out"


def approved(told: Told, variant: Variant = Variant.ORIGINAL) -> Use:
    """A use that the teller was asked about and said yes to."""
    sha, known = "a" * 64, told.a.use(Purpose.TEACH).before([], "workshop-1")
    use = Use(
        known.actor, known.purpose, known.at, known.audience, known.event, Medium.WORDS, variant,
        "" if variant is Variant.ORIGINAL else sha,
    )  # fmt: skip
    ask = asking.ask(
        told.session, use, told.story.id, PART, sha, event_title="A lesson", audience=[],
        answer_by=now() + timedelta(days=2),
    )  # fmt: skip
    asking.answer_ask(
        told.session, MACHINE, ask.id, told.story.person_id, Answer.YES, told.a.proof(), "phone"
    )
    assert told.may(use)
    return use


def test_t11_a_yes_to_an_asking_is_for_one_kind_of_name(told):
    told.give({Purpose.TEACH: Answer.ASK})
    use = approved(told)
    told.give({}, name_style=NameStyle.FIRST)
    assert not told.may(use)


def test_t11_a_yes_to_an_asking_does_not_outlive_the_answer_it_rests_on(told):
    end = now() + timedelta(days=1)
    told.give({Purpose.TEACH: Answer.ASK}, until=end)
    use = approved(told)
    assert told.may(replace(use, at=end - timedelta(seconds=1)))
    assert not told.may(replace(use, at=end))


@pytest.mark.parametrize("variant", [Variant.SHORTENED, Variant.TRANSLATED])
def test_t11_a_yes_to_changed_words_is_for_that_text_and_until_changes_are_refused(told, variant):
    field = "shorten" if variant is Variant.SHORTENED else "translate"
    told.give({}, **{field: Change.SHOW})
    use = approved(told, variant)
    assert not told.may(replace(use, sha256="b" * 64))
    told.give({}, **{field: Change.NO})
    assert not told.may(use)


# -- T12 -------------------------------------------------------------------------------------------

ZONES = {
    "Europe/London": date(2026, 3, 29), "America/Santiago": date(2026, 9, 6),
    "Africa/Cairo": date(2026, 4, 24), "Asia/Beirut": date(2026, 3, 29),
    "America/Havana": date(2026, 11, 1), "Australia/Lord_Howe": date(2026, 10, 4),
    "Asia/Kathmandu": date(2026, 5, 1),
}  # fmt: skip
"""Zones and a day on which clocks change; in Santiago, Cairo and Beirut 00:00 is not on the clock
that day, and in Havana it is there twice (01:00 goes back to it)."""


@pytest.mark.parametrize("zone", ZONES)
def test_t12_a_yes_runs_out_as_its_last_day_begins_where_the_teller_lives(a, told, zone):
    home, day = ZoneInfo(zone), ZONES[zone]
    until = midnight(day, zone)
    told.give({Purpose.TEACH: Answer.YES}, until=until)

    def local(moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(home)

    last = until - timedelta(seconds=1)
    assert (local(last).date(), local(until).date()) == (day - timedelta(days=1), day)
    assert told.why(a.use(Purpose.TEACH, last)) == ()
    for later in (until, until + timedelta(seconds=1), until + timedelta(hours=2)):
        assert told.why(a.use(Purpose.TEACH, later)) == (Reason.RUN_OUT,)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    zone=st.sampled_from(sorted(ZONES)),
    given_at=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)),
    lasts=st.sampled_from([words for words, years in LASTS.items() if years]),
)
def test_t12_however_long_it_lasts_no_moment_of_the_last_day_is_in_it(zone, given_at, lasts):
    home = ZoneInfo(zone)
    until = lasts_until(lasts, given_at, zone)

    def day(moment: datetime) -> date:
        return moment.replace(tzinfo=UTC).astimezone(home).date()

    assert day(until - timedelta(seconds=1)) < day(until)
    assert day(until).year == day(given_at).year + LASTS[lasts]


def test_t12_a_yes_begins_at_the_very_second_it_was_said_to(told):
    since = now() + timedelta(days=1)
    told.give({Purpose.TEACH: Answer.YES}, since=since)
    use = told.a.use(Purpose.TEACH, since)
    assert told.may(use)
    assert not told.may(replace(use, at=since - timedelta(seconds=1)))


def test_t12_a_missed_job_keeps_no_use_alive(a, told):
    """Nothing ran between: the rule itself compares the moment."""
    soon = now() + timedelta(days=1)
    told.give(ALL_YES, until=soon)
    assert told.refused() == set()
    for use in EIGHT:
        assert Reason.RUN_OUT in told.why(a.use(use, soon))


def test_t12_answers_to_words_whose_meaning_changed_run_out_after_60_days(a, told):
    changed = now()
    answers_run_out(told.session, ["teach"], changed)
    before, after = changed + timedelta(days=60, seconds=-1), changed + timedelta(days=60)
    assert told.why(a.use(Purpose.TEACH, before)) == ()
    assert told.why(a.use(Purpose.TEACH, after)) == (Reason.RUN_OUT,)
    assert told.why(a.use(Purpose.STUDY, after)) == ()
    told.give({Purpose.TEACH: Answer.YES}, at=changed + timedelta(seconds=1))
    assert told.why(a.use(Purpose.TEACH, after)) == ()


# -- T13 to T16 ------------------------------------------------------------------------------------


def test_t13_a_place_that_is_not_for_it_keeps_a_part_out_of_a_workshop_and_pulls_it_later(a):
    closed = Meeting(a, audience=["riverside CLINIC"])
    place = closed.passage(not_for=["Riverside  Clinic"])
    assert closed.draw(place) == []
    opened = Meeting(a)
    opened.draw(opened.code(place))
    assert opened.places() == [place]
    workshops.change_audience(a.session, opened.use, opened.workshop.id, ["Riverside Clinic"])
    assert opened.places() == []
    works_there = Actor(
        1, None, frozenset({Role.FACILITATOR}), "x", frozenset({"Riverside Clinic"})
    )
    use = Use.claim(works_there, Purpose.WORKSHOP, now())
    assert not allowed.may(a.session, use, place.story_id)


def test_t14_both_tellers_must_say_yes_and_either_can_stop(a, told):
    other = told.join(Part.CO_TELLER)
    assert told.refused() == set(EIGHT)
    told.give({use: Answer.YES for use in EIGHT if use is not Purpose.PUBLIC}, person_id=other)
    assert told.refused() == {Purpose.PUBLIC}
    actor = a.actor(Role.STORYTELLER, person_id=other)
    consent.stop(told.session, actor, told.story.id, other, [Purpose.TEACH], "web")
    assert told.refused() == {Purpose.PUBLIC, Purpose.TEACH}
    told.give({Purpose.TEACH: Answer.YES})
    assert Purpose.TEACH in told.refused(), "the first teller's yes does not undo the other's stop"
    own = Use.claim(actor, Purpose.OWN, now())
    assert told.why(own, None) == ()
    pausing.pause(told.session, actor, told.story.id, other, "web")
    assert told.refused() == set(EIGHT)


def test_t15_a_story_of_somebody_under_16_waits_for_a_parent_and_for_both_answers(a, told):
    parties.note_age(told.session, MACHINE, told.story.id, told.story.person_id, True)
    assert told.why(a.use(Purpose.KEEP), None)[0] is Reason.UNDER_16
    parent = told.join(Part.PARENT)
    assert told.refused() == set(EIGHT), "the child's yes is not enough"
    told.give(ALL_YES, person_id=parent)
    assert told.refused() == set()
    consent.stop(told.session, MACHINE, told.story.id, parent, [Purpose.STUDY], "phone")
    a.stop(told.story, Purpose.TEACH)
    assert told.refused() == {Purpose.STUDY, Purpose.TEACH}, "either can stop"


def test_t15_research_with_somebody_who_can_not_decide_needs_a_consultee_and_an_approval(a, told):
    _ethics_missing(told)
    assert told.refused() == {Purpose.STUDY, Purpose.REUSE}
    told.join(Part.CONSULTEE)
    assert told.refused() == {Purpose.STUDY, Purpose.REUSE}
    told.join(Part.CONSULTEE, approval="REC 26/0001")
    assert told.refused() == set()


def test_t16_a_deleted_story_stays_deleted_whoever_leaves_and_whatever_is_rebuilt(a, told):
    """Through a backup and back: TestRestore in tests/cli/test_backup.py."""
    other = told.join(Part.CO_TELLER, choices=ALL_YES)
    erase(told.session, MACHINE, told.story.id, other, "phone")
    parties.leave(told.session, MACHINE, told.story.id, other, "phone")
    rebuild(told.session)
    assert told.state.closed is Reason.ERASED
    for use in Purpose:
        role = next(role for role in Role if use in CLAIMS.get(role, ()))
        actor = Actor(None, told.story.person_id, frozenset({role}), "x")
        assert not allowed.may(told.session, Use.claim(actor, use, now()), told.story.id)


# -- T17 to T20 ------------------------------------------------------------------------------------


def test_t17_a_receipt_names_word_for_word_what_was_asked(a, told):
    """On the way in, page by page: test_questions.py of the portal."""
    receipt = told.give({Purpose.TEACH: Answer.YES, Purpose.PUBLIC: Answer.NO})
    event = told.session.get_one(ConsentEvent, receipt.event_id)
    asked = wordings.text_of(told.session, receipt.record["notice"]["wording_ids"])
    shown = wordings.current(told.session, ["teach", "public"])
    by_code = {one.code: one.text for one in asked.values()}
    assert {code: by_code[code] for code in shown} == {c: one.text for c, one in shown.items()}
    assert receipt.record["notice"]["wording_ids"] == event.wording_ids
    assert receipt.record["purposes"][5]["answer"] == "yes"
    assert "Use short parts to teach: Yes" in receipt.body


@pytest.mark.parametrize(
    ("year", "due"),
    [(2025, date(2025, 2, 28)), (2026, date(2026, 3, 2)), (2028, date(2028, 2, 29))],
)
def test_t18_what_came_on_31_january_is_due_at_the_end_of_february_off_the_weekend(year, due):
    """28 February 2026 is a Saturday. All the rest: tests/rights/test_rules.py."""
    assert due_on(date(year, 1, 31), lambda day: False) == due


def test_t19_a_hold_hides_a_story_from_every_count_but_for_its_lead(a, told):
    lead, other = a.actor(Role.STEWARD), a.actor(Role.STEWARD)
    a.story()
    counts = {use: len(allowed.permitted_ids(told.session, a.use(use))) for use in EIGHT}
    room = Meeting(a)
    place = room.code(Place(told.story.id, 1, PART.start, PART.end))
    room.draw(place)
    hold = told.hold(lead=lead)
    for use, many in counts.items():
        assert len(allowed.permitted_ids(told.session, a.use(use))) == many - 1, use
    assert room.places() == [] and sum(room.look().hidden.values()) == 0
    assert allowed.hidden(told.session, a.use(Purpose.WORKSHOP), [told.story.id]).total() == 0
    assert allowed.may(told.session, Use.claim(lead, Purpose.KEEP, now()), told.story.id)
    assert not allowed.may(told.session, Use.claim(other, Purpose.KEEP, now()), told.story.id)
    assert holds.open_holds(told.session, other) == []
    with pytest.raises(NotFound):
        holds.close_hold(told.session, other, hold.id)
    holds.close_hold(told.session, lead, hold.id)
    assert told.refused() == set()


def test_t20_where_words_were_used_is_what_was_written_down_no_more_no_less(a):
    room = Meeting(a, Purpose.TEACH)
    first, second = room.passage(FIRST), room.passage(SECOND)
    room.draw(first, second)
    prints.make(room.session, room.use, room.pack.id, 12)
    room.session.add(printing(first.story_id, now() - timedelta(days=40), copies=3))
    room.session.flush()
    story = room.session.get_one(Story, first.story_id)
    teller = a.actor(Role.STORYTELLER, person_id=story.person_id)
    told = been_used(room.session, Use.claim(teller, Purpose.OWN, now()), story.id)
    rows = room.session.scalars(sa.select(UseRecord).where(UseRecord.story_id == story.id)).all()
    assert len(rows) == 2
    assert [(one.at, one.use, one.place, one.copies) for one in told] == sorted(
        ((row.at, row.use, row.place, row.copies) for row in rows), reverse=True
    )
    assert [part.words for one in told for part in one.parts] == [FIRST, FIRST]
