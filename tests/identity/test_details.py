"""A storyteller's details: sealed, read by few, and each reading written down."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from storybank import tables
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import identity, service
from storybank.people.identity_models import PersonIdentity
from storybank.people.identity_rules import Details, clean_phone, places
from storybank.people.rules import GIVEN_TO_ACCOUNTS, MACHINE, VISITOR, Role

DETAILS = Details(
    legal_name="Petronella Quillfeather",
    email="petronella@quillfeather.example",
    phone="07700 900 123",
    address="7 Lantern Row\nMarrowby",
    trusted_person="Osbert Quillfeather",
    trusted_contact="osbert@elsewhere.example",
    preferred_channel="letter",
    preferred_format="large_print",
    language="cy",
)
WORDS = ("petronella", "quillfeather", "900123", "lantern row", "marrowby", "osbert")


@pytest.fixture
def teller(session) -> int:
    return service.new_person(session).id


@pytest.fixture
def steward(a):
    return a.actor(Role.STEWARD)


@pytest.fixture
def kept(session, steward, teller) -> int:
    """A storyteller whose details are kept."""
    identity.save_details(session, steward, teller, DETAILS)
    return teller


class TestSave:
    def test_they_come_back_as_they_were_written(self, session, kept):
        session.expunge_all()
        assert identity.details_of(session, kept) == replace(DETAILS, phone="07700900123")

    def test_no_table_holds_a_word_of_them(self, session, kept):
        session.flush()
        for table in tables.metadata.tables.values():
            for row in session.execute(sa.select(table)) if table.name != "story_words" else ():
                told = repr(tuple(row)).lower()
                assert [word for word in WORDS if word in told] == [], table.name

    def test_their_own_text_form_tells_nothing(self):
        assert "Petronella" not in repr(DETAILS) + str(DETAILS)

    def test_nobody_has_details_until_somebody_writes_them(self, session, teller):
        assert identity.details_of(session, teller) is None

    def test_an_emptied_field_is_gone(self, session, steward, kept):
        identity.save_details(session, steward, kept, replace(DETAILS, phone="", email=" "))
        row = session.get(PersonIdentity, kept)
        assert (row.phone, row.phone_mark, row.email, row.email_mark) == (None,) * 4

    @pytest.mark.parametrize(
        ("field", "value"),
        [("email", "nobody"), ("phone", "call me"), ("preferred_channel", "pigeon"),
         ("preferred_format", "film"), ("language", "xx"), ("address", "x" * 501),
         ("legal_name", "a\x00b"), ("legal_name", "x" * 201)],
    )  # fmt: skip
    def test_what_cannot_be_used_is_refused(self, session, steward, teller, field, value):
        with pytest.raises(BadInput):
            identity.save_details(session, steward, teller, replace(DETAILS, **{field: value}))

    def test_two_who_change_them_at_once_do_not_lose_each_others_words(
        self, session, steward, kept
    ):
        seen = identity.stamp(session, kept)
        identity.save_details(session, steward, kept, replace(DETAILS, phone=""), seen)
        with pytest.raises(Conflict):
            identity.save_details(session, steward, kept, DETAILS, seen)

    def test_the_way_to_hear_from_us_alone_can_be_changed(self, session, kept):
        identity.prefer(session, kept, preferred_channel="call", trusted_person="Ida")
        found = identity.details_of(session, kept)
        assert (found.preferred_channel, found.trusted_person) == ("call", "Ida")
        assert found.legal_name == DETAILS.legal_name


class TestRead:
    def test_a_reading_by_the_team_is_written_down_and_ones_own_is_not(
        self, session, a, steward, kept
    ):
        mine = a.actor(Role.STORYTELLER, person_id=kept)
        assert identity.read_details(session, mine, kept) is not None
        assert [reading.act for reading in identity.readings(session, kept)] == ["change"]
        identity.read_details(session, steward, kept)
        latest = identity.readings(session, kept)[0]
        assert (latest.who, latest.act) == (steward.name, "read")

    @pytest.mark.parametrize(
        "role", [role for role in GIVEN_TO_ACCOUNTS if role is not Role.STEWARD]
    )
    def test_nobody_else_reads_or_changes_them(self, session, a, kept, role):
        other = a.actor(role)
        for act in (
            lambda: identity.read_details(session, other, kept),
            lambda: identity.save_details(session, other, kept, DETAILS),
            lambda: identity.set_time_zone(session, other, kept, "Europe/Paris"),
        ):
            with pytest.raises(Refused):
                act()
        with pytest.raises(Refused):
            identity.read_details(session, VISITOR, kept)
        assert [reading.act for reading in identity.readings(session, kept)] == ["change"]

    def test_a_reading_is_never_taken_back(self, session, kept):
        for statement in ("DELETE FROM identity_reading", "UPDATE identity_reading SET act = ''"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
                session.execute(sa.text(statement))

    def test_a_storyteller_who_is_not_there_is_not_found(self, session, steward):
        with pytest.raises(NotFound):
            identity.read_details(session, steward, 2_000_000)


class TestForget:
    def test_nothing_is_left_but_who_once_read_them(self, session, kept):
        identity.forget(session, kept)
        identity.forget(session, kept)
        assert identity.details_of(session, kept) is None
        assert len(identity.readings(session, kept)) == 1


class TestFind:
    @pytest.mark.parametrize(
        "words",
        ["PETRONELLA@quillfeather.example", "petronella  quillfeather", "07700 900123",
         "+44 (0)7700 900123", "0044 7700 900 123"],
    )  # fmt: skip
    def test_by_the_whole_address_name_or_number(self, session, steward, kept, words):
        assert [person.id for person in identity.find(session, steward, words)] == [kept]

    @pytest.mark.parametrize("words", ["quillfeather", "petronella@", "900123", "", "ST-999999"])
    def test_a_part_finds_nobody(self, session, steward, kept, words):
        assert identity.find(session, steward, words) == []

    def test_by_code_and_by_the_address_of_an_account(self, session, a, steward, kept):
        a.actor(Role.STORYTELLER, person_id=kept, email="mine@example.org")
        for words in (f"ST-{kept:04d}", "mine@example.org"):
            assert [person.id for person in identity.find(session, steward, words)] == [kept]

    def test_only_a_steward_looks(self, session, a, kept):
        for role in (Role.RESEARCHER, Role.FACILITATOR, Role.ADMINISTRATOR, Role.STORYTELLER):
            with pytest.raises(Refused):
                identity.find(session, a.actor(role), DETAILS.email)


class TestTimeZone:
    def test_it_is_london_until_another_is_chosen(self, session, teller):
        person = identity.find_person(session, teller)
        assert person.time_zone == "Europe/London"
        identity.set_time_zone(session, MACHINE, teller, "Asia/Karachi")
        assert person.time_zone == "Asia/Karachi"

    @pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd"])
    def test_a_place_that_is_none_is_refused(self, session, teller, zone):
        with pytest.raises(BadInput):
            identity.set_time_zone(session, MACHINE, teller, zone)

    def test_every_place_offered_fits_its_column(self):
        assert places()[0] == "Europe/London" and len(places()) > 300
        assert max(map(len, places())) <= 40


def test_a_number_is_kept_in_one_spelling():
    assert clean_phone("0044 (0)20 7946-0018") == "+442079460018"
