"""When an answer is due, and what a refusal needs: pure, tried on many days at random."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.errors import BadInput, NotReady, Refused
from storybank.rights import rules, working_days
from storybank.rights.kinds import Exemption, Kind, Outcome
from storybank.rights.rules import Pause, due_on, months_after

ENGLAND = working_days.holidays_of("England")
DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))
NATIONS = st.sampled_from(["England", "Wales", "Scotland", "Northern Ireland"])
PAUSES = st.lists(
    st.tuples(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(0, 60)), max_size=4
).map(lambda some: [Pause(first, first + timedelta(days=days)) for first, days in some])


def never(day: date) -> bool:
    return False


class TestMonthsAfter:
    @pytest.mark.parametrize(
        ("day", "months", "corresponding"),
        [
            (date(2026, 11, 21), 1, date(2026, 12, 21)),
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2027, 3, 31), 1, date(2027, 4, 30)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
        ],
    )
    def test_it_is_the_corresponding_date_or_the_last_of_the_month(
        self, day, months, corresponding
    ):
        assert months_after(day, months) == corresponding

    @given(DAYS, st.integers(0, 3))
    def test_the_month_is_always_the_right_one_and_the_day_never_later(self, day, months):
        after = months_after(day, months)
        assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
        last = monthrange(after.year, after.month)[1]
        assert after.day == min(day.day, last)


class TestT18DueDates:
    """T18: due date 31 January gives 28 or 29 February, moved off weekends."""

    def test_31_january_is_due_at_the_end_of_february_moved_off_the_weekend(self):
        # 28 February 2026 is a Saturday; in 2028 the 29th is a Tuesday; in 2027 the 28th a Sunday.
        assert due_on(date(2026, 1, 31), ENGLAND) == date(2026, 3, 2)
        assert due_on(date(2027, 1, 31), ENGLAND) == date(2027, 3, 1)
        assert due_on(date(2028, 1, 31), ENGLAND) == date(2028, 2, 29)
        assert due_on(date(2029, 1, 31), ENGLAND) == date(2029, 2, 28)

    def test_christmas_and_the_new_year_are_passed_over(self):
        # 25 December 2026 is a Friday; the 28th is Boxing Day's substitute.
        assert due_on(date(2026, 11, 25), ENGLAND) == date(2026, 12, 29)
        assert due_on(date(2026, 12, 1), ENGLAND) == date(2027, 1, 4)

    def test_each_nation_keeps_its_own_holidays(self):
        due = {
            nation: due_on(date(2026, 10, 30), working_days.holidays_of(nation))
            for nation in ("England", "Wales", "Scotland", "Northern Ireland")
        }
        # St Andrew's Day, Monday 30 November 2026, is a holiday in Scotland alone.
        assert due.pop("Scotland") == date(2026, 12, 1)
        assert set(due.values()) == {date(2026, 11, 30)}

    def test_without_weekends_and_holidays_it_is_the_corresponding_date(self):
        assert due_on(date(2026, 11, 21), never) == date(2026, 12, 21)

    def test_the_days_that_the_clock_stood_still_are_added_before_the_weekend_is_passed(self):
        pause = Pause(date(2026, 12, 1), date(2026, 12, 6))
        # 21 December and five days is the 26th, a Saturday; the 28th is a holiday.
        assert due_on(date(2026, 11, 21), ENGLAND, [pause]) == date(2026, 12, 29)

    def test_an_extension_counts_months_from_the_day_it_came(self):
        assert due_on(date(2026, 11, 30), ENGLAND, more_months=1) == date(2027, 2, 1)
        assert due_on(date(2026, 11, 30), ENGLAND, more_months=2) == date(2027, 3, 1)

    @given(DAYS, NATIONS, PAUSES, st.integers(0, 2))
    def test_it_is_a_working_day_not_before_and_not_long_after_the_reckoned_one(
        self, day, nation, pauses, months
    ):
        is_holiday = working_days.holidays_of(nation)
        due = due_on(day, is_holiday, pauses, months)
        reckoned = months_after(day, 1 + months) + timedelta(days=sum(p.days for p in pauses))
        assert due.weekday() < 5 and not is_holiday(due)
        assert reckoned <= due
        between = [reckoned + timedelta(days=n) for n in range((due - reckoned).days)]
        assert all(one.weekday() >= 5 or is_holiday(one) for one in between)

    @given(DAYS, PAUSES, st.integers(0, 2))
    def test_who_asks_later_is_never_answered_sooner(self, day, pauses, months):
        later = day + timedelta(days=1)
        assert due_on(day, ENGLAND, pauses, months) <= due_on(later, ENGLAND, pauses, months)

    @given(DAYS, PAUSES, st.integers(0, 1))
    def test_more_time_is_never_less_time(self, day, pauses, months):
        due = due_on(day, ENGLAND, pauses, months)
        assert due <= due_on(day, ENGLAND, pauses, months + 1)
        assert due <= due_on(day, ENGLAND, [*pauses, Pause(day, day + timedelta(days=9))], months)

    def test_a_pause_that_lasts_adds_nothing_yet(self):
        assert Pause(date(2026, 5, 1), None).days == 0


class TestLocalDay:
    def test_the_day_is_that_of_the_united_kingdom_over_summer_time(self):
        assert rules.local_day(datetime(2026, 6, 30, 23, 30)) == date(2026, 7, 1)
        assert rules.local_day(datetime(2026, 12, 30, 23, 30)) == date(2026, 12, 30)


class TestAcknowledge:
    @given(DAYS)
    def test_a_complaint_is_acknowledged_within_30_days(self, day):
        assert (rules.acknowledge_by(day) - day).days == 30


class TestExtension:
    def test_it_needs_to_be_before_the_answer_is_due_and_at_most_two_months_once(self):
        due = date(2026, 12, 21)
        rules.check_extension(2, 0, due - timedelta(days=1), due)
        for months, already, today, wrong in (
            (0, 0, date(2026, 12, 1), BadInput),
            (3, 0, date(2026, 12, 1), BadInput),
            (1, 1, date(2026, 12, 1), Refused),
            (1, 0, due, Refused),
            (1, 0, due + timedelta(days=1), Refused),
        ):
            with pytest.raises(wrong):
                rules.check_extension(months, already, today, due)


class TestRefusal:
    """R11, R12: a refusal names its reason, and the grave ones take two people."""

    @given(st.sampled_from(Kind), st.sampled_from(Outcome), st.sampled_from([None, *Exemption]))
    def test_two_people_are_needed_for_what_cannot_be_undone_and_for_research(
        self, kind, outcome, exemption
    ):
        grave = kind in (Kind.ERASURE, Kind.OBJECTION, Kind.RESTRICTION)
        no = outcome in (Outcome.REFUSED, Outcome.PARTLY)
        expected = no and (grave or exemption is Exemption.RESEARCH)
        assert rules.needs_sign_off(kind, outcome, exemption) is expected

    @pytest.mark.parametrize("kind", [k for k in Kind if k is not Kind.COMPLAINT])
    def test_no_reason_no_refusal(self, kind):
        with pytest.raises(BadInput, match="reason"):
            rules.check_answer(kind, Outcome.REFUSED, None, "harm", "No.")

    @pytest.mark.parametrize("kind", [Kind.ERASURE, Kind.OBJECTION, Kind.RESTRICTION])
    def test_no_harm_written_down_no_refusal(self, kind):
        with pytest.raises(BadInput, match="harm"):
            rules.check_answer(kind, Outcome.REFUSED, Exemption.LAW, " ", "No.")
        with pytest.raises(BadInput, match="harm"):
            rules.check_answer(Kind.ACCESS, Outcome.PARTLY, Exemption.RESEARCH, "", "Part.")

    def test_nobody_is_refused_without_a_word(self):
        with pytest.raises(BadInput, match="tell the person"):
            rules.check_answer(Kind.ACCESS, Outcome.REFUSED, Exemption.OTHERS, "", " ")


class TestNation:
    def test_the_setting_chooses_whose_holidays_count(self, monkeypatch):
        monkeypatch.setenv("STORYBANK_NATION", "Northern Ireland")
        assert working_days.here()(date(2026, 3, 17))
        monkeypatch.delenv("STORYBANK_NATION")
        assert not working_days.here()(date(2026, 3, 17))

    def test_another_name_is_refused_in_a_sentence(self, monkeypatch):
        monkeypatch.setenv("STORYBANK_NATION", "Atlantis")
        with pytest.raises(NotReady, match="Northern Ireland"):
            working_days.here()


class TestDaysReceived:
    def test_a_day_to_come_or_long_past_is_a_slip(self):
        today = date(2026, 11, 22)
        rules.check_received(today, today)
        rules.check_received(date(2026, 10, 1), today)
        for day in (date(2026, 11, 23), date(1, 1, 1), date(9999, 12, 31)):
            with pytest.raises(BadInput):
                rules.check_received(day, today)
