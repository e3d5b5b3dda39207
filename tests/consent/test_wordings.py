"""Wordings: published once and for good, in plain words, by people who looked at them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent import candidates as fitness
from storybank.consent import drafts, organisation, publishing, wordings
from storybank.consent.drafts import Words
from storybank.consent.organisation import Slots
from storybank.consent.purposes import EIGHT
from storybank.consent.reading_age import reading_age
from storybank.consent.wording_models import (
    Organisation,
    WordingChange,
    WordingDraft,
    WordingProposal,
    WordingRetired,
    WordingVersion,
)
from storybank.consent.wording_rules import (
    GRACE,
    Format,
    asks_again_at,
    digest,
    next_version,
    strange_slots,
)
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.rules import Actor, Role

HARD = (
    "Notwithstanding institutional considerations, authorisation of methodological analysis "
    "necessitates comprehensive understanding of organisational responsibilities."
)
FILLED = Slots(
    name="Riverside Voices", address="1 Mill Lane, Leeds", contact="0113 496 0000",
    others=(("Northbridge Trust", "2 High Street", "help@example.org"),),
    why="We want care to get better.", withdraw="Tell us at any time.",
)  # fmt: skip


@pytest.fixture
def steward(a) -> Actor:
    return a.actor(Role.STEWARD)


@pytest.fixture
def second(a) -> Actor:
    return a.actor(Role.STEWARD)


@pytest.fixture
def change(session, steward) -> Callable[..., list[int]]:
    """``change("study")``: publishes new words for it that mean something else."""

    def publish(code: str, words: str = "May we study it now?") -> list[int]:
        draft(session, steward, code, words)
        return publishing.publish_change(session, steward, [code], seal(session, code))

    return publish


class TestShipped:
    def test_every_wording_is_there_in_standard_and_in_easy_read(self, session):
        rows = session.execute(sa.select(WordingVersion.code, WordingVersion.format))
        found = {(code, form) for code, form in rows}
        assert found == {(code, form) for code in wordings.codes() for form in drafts_needed()}
        assert len(wordings.codes()) == 32 and {use.value for use in EIGHT} <= set(wordings.codes())

    def test_easy_read_is_never_harder_than_standard_and_none_is_above_nine(self, session):
        ages = {
            (row.code, row.format): row.reading_age
            for row in session.scalars(sa.select(WordingVersion))
        }
        for code in wordings.codes():
            assert ages[code, "easy_read"] <= ages[code, "standard"] <= 9, code

    def test_easy_read_has_one_short_idea_a_line(self, session):
        found = wordings.current(session, wordings.codes(), format="easy_read")
        for wording in found.values():
            for line in wording.text.splitlines():
                assert len(line.split()) <= 13, line
                assert line[-1] in ".?" and line.count(". ") == 0, line

    @pytest.mark.parametrize(
        "code, answers",
        [("formats", 4), ("name", 4), ("about", 6), ("parts", 2), ("answers", 0), ("contact", 4),
         ("counting", 2), ("tell", 3)],
    )  # fmt: skip
    def test_answers_to_choose_from_stand_word_for_word_in_both(self, session, code, answers):
        texts = wordings.shipped()
        standard = set(texts["standard"][code].replace("? ", "?|").replace(". ", ".|").split("|"))
        assert len(standard & set(texts["easy_read"][code].splitlines())) >= answers

    def test_no_slot_is_left_open_and_the_organisation_is_a_placeholder(self, session):
        for row in session.scalars(sa.select(WordingVersion)):
            assert "{" not in row.text + row.help_text, row.code
            assert row.controllers[0]["name"] == "The Storybank team"
            assert row.sha256 == digest(row.text, row.help_text)
        assert organisation.organisation(session).placeholder

    def test_publishing_them_again_changes_nothing(self, session):
        assert wordings.publish_shipped(session) == 0


class TestReading:
    def test_a_format_without_words_of_its_own_shows_the_standard_ones(self, session):
        standard = wordings.current(session, ["keep"])["keep"]
        assert wordings.current(session, ["keep"], format="large_print")["keep"] == standard
        assert wordings.current(session, ["keep"], "cy", "audio_script")["keep"] == standard
        assert wordings.current(session, ["keep"], format="easy_read")["keep"].id != standard.id

    def test_they_come_in_the_order_asked_for_and_unknown_ones_are_left_out(self, session):
        found = wordings.current(session, ["study", "nothing", "keep"])
        assert list(found) == ["study", "keep"]
        ids = wordings.current_ids(session, ["study", "nothing", "keep"], "en-GB", "standard")
        assert ids == [wording.id for wording in found.values()]

    def test_a_page_can_take_the_question_and_the_answers_apart(self, session):
        for form in ("standard", "easy_read"):
            name = wordings.current(session, ["name"], format=form)["name"]
            assert name.question == "What name should we use?"
            assert name.rest[:4] == (
                "My real name.", "Only my first name.", "A name I pick.", "No name."
            )  # fmt: skip

    def test_a_variant_does_not_outlive_the_standard_words_it_came_with(self, session, steward):
        spoken = {Format.AUDIO_SCRIPT: "Listen: may we keep it?"}
        for extra in (spoken, {}):
            draft(session, steward, "keep", f"May we keep it? {len(extra)}", extra)
            publishing.publish_change(session, steward, ["keep"], seal(session, "keep"))
            heard = wordings.current(session, ["keep"], format="audio_script")["keep"].text
            assert heard == (extra or {None: "May we keep it? 0"}).popitem()[1]

    def test_what_was_shown_is_found_by_its_number_for_ever(self, session, change):
        [(code, shown)] = wordings.current(session, ["study"]).items()
        change(code)
        kept = wordings.text_of(session, [shown.id])[shown.id]
        assert kept == shown and kept.sha256 == digest(shown.text, shown.help_text)
        assert wordings.current(session, [code])[code].text != shown.text
        with pytest.raises(NotFound):
            wordings.text_of(session, [shown.id, 10**6])


class TestKeeping:
    @pytest.mark.parametrize("table", ["wording_version", "wording_change", "wording_retired"])
    def test_sql_cannot_change_or_drop_what_was_published(self, session, change, table):
        change("study")
        column = sa.inspect(session.connection()).get_columns(table)[-1]["name"]
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
                session.execute(sa.text(statement))

    def test_nor_can_the_house_itself(self, session):
        row = session.scalars(sa.select(WordingVersion)).first()
        for spoil in (lambda: setattr(row, "text", "Other words"), lambda: session.delete(row)):
            with pytest.raises(TypeError, match="append-only"), session.begin_nested():
                spoil()
                session.flush()

    def test_a_draft_can_be_changed_and_thrown_away(self, session, steward):
        for words in ("May we keep it?", "Can we keep it?"):
            draft(session, steward, "keep", words)
        assert drafts.words_of(session, "keep")[Format.STANDARD].text == "Can we keep it?"
        drafts.drop_draft(session, steward, "keep")
        assert session.scalars(sa.select(WordingDraft)).all() == []


class TestDrafting:
    def test_without_easy_read_there_is_nothing_to_publish(self, session, steward):
        with pytest.raises(BadInput, match="easy read"):
            drafts.save_draft(session, steward, "keep", {Format.STANDARD: Words("May we?")})
        session.add(
            WordingDraft(code="keep", language="en-GB", format="standard", text="May we?",
                         help_text="", changed_at=now(), changed_by=None)
        )  # fmt: skip
        session.flush()
        with pytest.raises(BadInput, match="no words in easy read"):
            publishing.publish_change(session, steward, ["keep"], seal(session, "keep"))

    def test_a_slot_that_nobody_fills_is_refused(self, session, steward):
        with pytest.raises(BadInput, match="curly brackets"):
            draft(session, steward, "keep", "May {organization} keep it?")
        assert strange_slots("{why} is fine, {whom} and } are not") == ["{whom}", "}"]

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.STEWARD])
    def test_only_stewards_may(self, session, role):
        by = Actor(1, None, frozenset({role}), "Somebody")
        for act in (
            lambda: draft(session, by, "keep", "May we keep it?"),
            lambda: drafts.drop_draft(session, by, "keep"),
            lambda: organisation.save(session, by, FILLED),
            lambda: publishing.publish_change(session, by, ["keep"], seal(session, "keep")),
            lambda: publishing.propose_same(session, by, ["keep"], seal(session, "keep")),
        ):
            with pytest.raises(Refused):
                act()

    def test_nobody_can_write_a_wording_that_is_not_asked(self, session, steward):
        with pytest.raises(NotFound):
            draft(session, steward, "spoons", "May we?")


class TestReadingAge:
    def test_it_is_the_school_grade_plus_five_and_a_line_counts_as_a_sentence(self):
        assert reading_age("We keep it safe.") == 5
        assert reading_age(HARD) > 20
        running = "We keep it with the other stories and a person reads it when the team can meet"
        broken = running.replace(" and", "\nand").replace(" when", "\nwhen")
        assert reading_age(broken) < reading_age(running)
        assert reading_age("12 34") == 5

    def test_a_long_name_is_not_held_against_the_words(self):
        words = "{organisation} looks after your story."
        assert reading_age(words) == reading_age(words, {"organisation": "The " + "Authority " * 9})

    @pytest.mark.parametrize("form", ["standard", "easy_read"])
    def test_above_eleven_nothing_goes_live(self, session, steward, second, form):
        words = {Format.STANDARD: Words("May we?"), Format.EASY_READ: Words("May we?\nSay yes.")}
        words[Format(form)] = Words(HARD)
        drafts.save_draft(session, steward, "keep", words)
        for act in (publishing.publish_change, publishing.propose_same):
            with pytest.raises(BadInput, match="reading age"):
                act(session, steward, ["keep"], seal(session, "keep"))


class TestSlots:
    @pytest.mark.parametrize("name", ["name", "address", "contact", "why", "withdraw"])
    def test_each_must_be_filled_in(self, session, steward, name):
        left = {**vars(FILLED), name: ""}
        assert name in organisation.trouble(Slots(**left))
        with pytest.raises(BadInput):
            organisation.save(session, steward, Slots(**left))

    def test_that_there_are_no_others_must_be_said(self, session, steward):
        nobody = {**vars(FILLED), "others": ()}
        assert "others" in organisation.trouble(Slots(**nobody))
        assert organisation.trouble(Slots(**nobody | {"no_others": True})) == {}
        assert "others" in organisation.trouble(Slots(**vars(FILLED) | {"no_others": True}))

    def test_why_must_be_in_plain_words(self, session, steward):
        assert "plainer" in organisation.trouble(Slots(**vars(FILLED) | {"why": HARD}))["why"]

    @pytest.mark.parametrize("name", ["name", "address", "contact", "why", "withdraw"])
    def test_nothing_goes_live_while_one_is_empty(self, session, steward, name):
        draft(session, steward, "keep", "May we keep it?")
        setattr(session.get(Organisation, 1), name, "")
        session.flush()
        with pytest.raises(BadInput, match="organisation"):
            publishing.publish_change(session, steward, ["keep"], seal(session, "keep"))

    @pytest.mark.parametrize("slot", ["organisation", "others", "why", "withdraw"])
    def test_who_must_tell_all_four_in_every_format(self, session, steward, slot):
        source = drafts.words_of(session, "who")
        for form in (Format.STANDARD, Format.EASY_READ):
            less = Words(
                source[form].text.replace(f"{{{slot}}}", "we"),
                source[form].help_text.replace(f"{{{slot}}}", "we"),
            )
            drafts.save_draft(session, steward, "who", source | {form: less})
            with pytest.raises(BadInput, match=rf"leave out {{{slot}}}"):
                publishing.publish_change(session, steward, ["who"], seal(session, "who"))

    def test_a_new_organisation_makes_the_whole_set_stale_until_it_is_published(
        self, session, steward
    ):
        assert fitness.stale(session) == []
        before = wordings.controllers(session)
        organisation.save(session, steward, FILLED)
        stale = fitness.stale(session)
        assert set(stale) == set(wordings.codes())
        assert wordings.controllers(session) == before
        old = wordings.current_ids(session, ["who"], "en-GB", "standard")
        publishing.publish_change(session, steward, stale, seal(session, *stale))
        assert fitness.stale(session) == []
        assert [one["name"] for one in wordings.controllers(session)] == [
            "Riverside Voices", "Northbridge Trust"
        ]  # fmt: skip
        assert wordings.controllers(session, old) == before
        who = wordings.current(session, ["who"])["who"]
        assert who.text.startswith(
            "Riverside Voices looks after your story. Northbridge Trust can use it too"
        )
        assert who.help_text.endswith("How to stop: Tell us at any time.")


class TestPublishing:
    def test_old_and_new_stand_side_by_side_and_the_old_one_is_retired(self, session, change):
        old = {
            wordings.current(session, ["study"], format=form)["study"].id
            for form in ("standard", "easy_read")
        }
        new = change("study")
        assert len(new) == 2 and not old & set(new)
        assert set(session.scalars(sa.select(WordingRetired.wording_id))) == old
        row = session.get(WordingVersion, new[0])
        assert (row.version, row.format, row.no_change_of_meaning) == ("2.0", "standard", False)
        assert drafts.drafted(session) == set()

    def test_what_was_not_looked_at_is_not_published(self, session, steward):
        draft(session, steward, "keep", "May we keep it?")
        shown = seal(session, "keep")
        draft(session, steward, "keep", "May we sell it?")
        for act in (publishing.publish_change, publishing.propose_same):
            with pytest.raises(Conflict):
                act(session, steward, ["keep"], shown)

    def test_the_same_words_are_not_published_again(self, session, steward, change):
        change("keep", "May we keep it?")
        with pytest.raises(BadInput, match="nothing to publish"):
            publishing.publish_change(session, steward, ["keep"], seal(session, "keep"))

    def test_a_new_meaning_needs_new_easy_read_words_too(self, session, steward):
        words = drafts.words_of(session, "keep") | {Format.STANDARD: Words("May we sell it?")}
        drafts.save_draft(session, steward, "keep", words)
        with pytest.raises(BadInput, match="easy read words of keep"):
            publishing.publish_change(session, steward, ["keep"], seal(session, "keep"))

    def test_versions_count_up(self):
        assert next_version("1.0", False) == "1.1"
        assert next_version("1.9", False) == "1.10"
        assert next_version("1.2", True) == "2.0"


class TestMeaningTheSame:
    @pytest.fixture
    def asked(self, session, steward) -> WordingProposal:
        draft(session, steward, "keep", "Can we keep it safe?")
        return publishing.propose_same(session, steward, ["keep"], seal(session, "keep"))

    def test_one_person_alone_publishes_nothing(self, session, steward, asked):
        with pytest.raises(Refused, match="second steward"):
            publishing.confirm_same(session, steward, asked.id)
        assert wordings.current(session, ["keep"])["keep"].version == "1.0"

    def test_a_second_steward_does_and_both_are_written_down(self, session, steward, second, asked):
        publishing.confirm_same(session, second, asked.id)
        kept = wordings.current(session, ["keep"])["keep"]
        assert (kept.version, kept.text) == ("1.1", "Can we keep it safe?")
        row = session.scalars(sa.select(WordingChange)).one()
        assert (row.asked_by, row.confirmed_by) == (steward.account_id, second.account_id)
        assert not row.meaning_changed
        assert session.get(WordingVersion, kept.id).no_change_of_meaning
        assert wordings.asks_again_from(session) == {}
        assert publishing.proposals(session) == []

    def test_somebody_who_is_no_steward_does_not_count(self, session, a, asked):
        with pytest.raises(Refused):
            publishing.confirm_same(session, a.researcher(), asked.id)

    def test_a_word_changed_since_asks_again(self, session, steward, second, asked):
        draft(session, steward, "keep", "Can we sell it?")
        with pytest.raises(NotFound):
            publishing.confirm_same(session, second, asked.id)

    def test_another_organisation_since_asks_again(self, session, steward, second, asked):
        organisation.save(session, steward, FILLED)
        with pytest.raises(NotFound):
            publishing.confirm_same(session, second, asked.id)

    def test_a_second_who_disagrees_leaves_the_draft(self, session, second, asked):
        publishing.disagree(session, second, asked.id)
        assert drafts.drafted(session) == {"keep"} and publishing.proposals(session) == []


class TestAskingAgain:
    def test_a_change_of_meaning_gives_old_answers_sixty_days(self, session, change):
        change("study")
        [(code, moment)] = wordings.asks_again_from(session).items()
        [changed] = wordings.meaning_changes(session)[code]
        assert code == "study" and moment == changed + timedelta(days=60)
        assert abs(changed - now()) < timedelta(minutes=1)

    def test_what_every_answer_rests_on_bears_on_every_use(self, session, change):
        change("limits", "We may tell the police.")
        assert set(wordings.asks_again_from(session)) == {use.value for use in EIGHT}

    def test_a_change_of_other_words_bears_on_none(self, session, change):
        change("pause", "Pause it.")
        assert wordings.asks_again_from(session) == {}

    def test_the_first_change_after_an_answer_counts(self):
        first, later = datetime(2026, 3, 1), datetime(2026, 4, 1)
        assert asks_again_at(datetime(2026, 2, 1), [first, later]) == first + GRACE
        assert asks_again_at(datetime(2026, 3, 2), [first, later]) == later + GRACE
        assert asks_again_at(datetime(2026, 4, 2), [first, later]) is None


def draft(session: Session, by: Actor, code: str, words: str, extra=None) -> None:
    made = {Format.STANDARD: words, Format.EASY_READ: f"{words}\nSay yes or no.", **(extra or {})}
    drafts.save_draft(session, by, code, {form: Words(text) for form, text in made.items()})


def seal(session: Session, *codes: str) -> str:
    return fitness.seal_of(fitness.candidates(session, codes))


def drafts_needed() -> tuple[str, ...]:
    return ("standard", "easy_read")
