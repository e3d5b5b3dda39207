"""Accounts: opened once for each address, signed in to, given roles, closed."""

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import passwords, reading, service
from storybank.people.models import Account, Person
from storybank.people.rules import Role

GOOD = "a door of green glass"


@pytest.fixture
def ana(session) -> Account:
    """A researcher, with an administrator and a member beside her who must not change."""
    service.add_account(session, "root@example.org", [Role.ADMINISTRATOR], password=GOOD)
    service.add_account(session, "noise@example.org", [Role.MEMBER], password="noise noise noise")
    return service.add_account(session, "ana@example.org", [Role.RESEARCHER], password=GOOD)


@pytest.fixture
def root(session, ana) -> Account:
    return service.account_by_email(session, "root@example.org")


def roles(session, account) -> set[Role]:
    return set(service.actor_for(session, account).roles)


class TestAdding:
    def test_an_account_holds_what_was_given_and_the_hash_alone(self, session):
        made = service.add_account(
            session, " Ana@Example.org", [Role.RESEARCHER, Role.MEMBER], "Ana  Mara", GOOD
        )
        assert (made.email, made.name, made.person_id) == ("ana@example.org", "Ana Mara", None)
        assert roles(session, made) == {Role.RESEARCHER, Role.MEMBER}
        assert GOOD not in made.password_hash

    def test_a_storyteller_gets_a_person(self, session):
        made = service.add_account(session, "ben@example.org", [Role.STORYTELLER])
        assert session.get(Person, made.person_id).code == made.code == "ST-0001"

    def test_or_is_joined_to_the_person_the_team_knows(self, session):
        person = service.new_person(session)
        made = service.add_account(
            session, "ben@example.org", [Role.STORYTELLER], person_id=person.id
        )
        assert made.person_id == person.id
        assert session.scalar(sa.select(sa.func.count(Person.id))) == 1

    def test_a_person_has_one_account(self, session):
        one = service.add_account(session, "ben@example.org", [Role.STORYTELLER])
        with pytest.raises(Conflict):
            service.add_account(
                session, "eve@example.org", [Role.STORYTELLER], person_id=one.person_id
            )

    def test_an_unknown_person_is_not_found(self, session):
        with pytest.raises(NotFound):
            service.add_account(session, "ben@example.org", [Role.STORYTELLER], person_id=77)

    def test_without_a_name_the_address_stands_in(self, session):
        assert service.add_account(session, "ben@example.org", [Role.MEMBER], " ").name == "ben"

    def test_an_address_is_taken_once_however_it_is_typed(self, session, ana):
        with pytest.raises(Conflict) as told:
            service.add_account(session, "ANA@example.org ", [Role.MEMBER])
        assert told.value.sentence == service.TAKEN

    def test_two_at_one_moment_leave_one_account(self, sessions, session, monkeypatch):
        # Both looked before either wrote: the second is told by the database.
        monkeypatch.setattr(service, "account_by_email", lambda session, email: None)
        service.add_account(session, "ben@example.org", [Role.MEMBER])
        with pytest.raises(Conflict):
            service.add_account(session, "ben@example.org", [Role.MEMBER])
        session.commit()
        with sessions() as later:
            assert reading.count_accounts(later) == 1

    @pytest.mark.parametrize(
        "form",
        [("ana", [Role.MEMBER]), ("a@example.org", []), ("a@example.org", [Role.MACHINE]),
         ("a@example.org", [Role.MEMBER], "\x00"), ("a@example.org", [Role.MEMBER], "A", "short")],
    )  # fmt: skip
    def test_what_cannot_be_used_is_told_and_leaves_nothing(self, session, form):
        with pytest.raises(BadInput):
            service.add_account(session, *form)
        assert reading.count_accounts(session) == 0


class TestFinding:
    def test_an_address_is_found_however_it_is_typed(self, session, ana):
        assert service.account_by_email(session, " ANA@example.org") is ana

    @pytest.mark.parametrize("typed", ["nobody@example.org", "ana", "", "a\x00@b.c"])
    def test_what_is_not_there_is_none(self, session, ana, typed):
        assert service.account_by_email(session, typed) is None

    @pytest.mark.parametrize("number", [0, 99, 2**31, 10**30])
    def test_an_unknown_number_is_not_found(self, session, ana, number):
        with pytest.raises(NotFound):
            service.account_by_id(session, number)


class TestActing:
    def test_an_actor_has_the_roles_and_the_person_of_the_account(self, session):
        made = service.add_account(
            session, "ben@example.org", [Role.STORYTELLER, Role.MEMBER], "Ben"
        )
        actor = service.actor_for(session, made)
        assert (actor.account_id, actor.person_id, actor.name) == (made.id, made.person_id, "Ben")
        assert actor.roles == {Role.STORYTELLER, Role.MEMBER} and actor.signed_in

    def test_a_disabled_account_acts_for_nobody(self, session):
        made = service.add_account(session, "ben@example.org", [Role.STORYTELLER])
        service.disable(session, made)
        actor = service.actor_for(session, made)
        assert (actor.roles, actor.person_id) == (frozenset(), None)


class TestSigningIn:
    def test_address_and_password_open_the_account(self, session, ana):
        assert service.sign_in(session, "Ana@example.org ", GOOD) is ana

    def test_every_refusal_is_the_same_sentence(self, session, ana):
        service.add_account(session, "new@example.org", [Role.MEMBER])
        gone = service.add_account(session, "gone@example.org", [Role.MEMBER], password=GOOD)
        service.disable(session, gone)
        told = set()
        for email, password in [
            ("ana@example.org", "wrong wrong wrong"),
            ("ana@example.org", ""),
            ("nobody@example.org", GOOD),
            ("not an address", GOOD),
            ("new@example.org", GOOD),
            ("gone@example.org", GOOD),
        ]:
            with pytest.raises(Refused) as refusal:
                service.sign_in(session, email, password)
            told.add(refusal.value.sentence)
        assert told == {service.WRONG}

    def test_an_old_hash_is_made_anew_with_the_parameters_of_today(self, session, ana, monkeypatch):
        old = ana.password_hash
        monkeypatch.setattr(passwords, "hasher", PasswordHasher(2, 8, 1))
        assert service.has_old_hash(ana)
        service.renew_hash(session, ana, GOOD)
        assert ana.password_hash != old and not passwords.is_outdated(ana.password_hash)
        assert service.sign_in(session, ana.email, GOOD) is ana

    def test_a_hash_of_today_is_left_alone(self, session, ana):
        assert not service.has_old_hash(ana)


class TestChangingThePassword:
    def test_the_new_one_opens_and_the_old_one_does_not(self, session, ana):
        service.set_password(session, ana, "ten paper cranes")
        assert service.sign_in(session, ana.email, "ten paper cranes") is ana
        with pytest.raises(Refused):
            service.sign_in(session, ana.email, GOOD)

    def test_sessions_from_before_end(self, session, ana, root):
        service.set_password(session, ana, "ten paper cranes")
        assert (ana.session_version, root.session_version) == (2, 1)

    def test_a_short_one_changes_nothing(self, session, ana):
        with pytest.raises(BadInput):
            service.set_password(session, ana, "short")
        assert service.sign_in(session, ana.email, GOOD) and ana.session_version == 1


class TestGivingRoles:
    def test_the_account_holds_these_and_no_others(self, session, ana, root):
        service.set_roles(session, ana, [Role.RESEARCHER, Role.STEWARD])
        assert roles(session, ana) == {Role.RESEARCHER, Role.STEWARD}
        service.set_roles(session, ana, [Role.MEMBER])
        assert roles(session, ana) == {Role.MEMBER}
        assert roles(session, root) == {Role.ADMINISTRATOR}

    def test_somebody_who_becomes_a_storyteller_gets_a_person_once(self, session, ana):
        service.set_roles(session, ana, [Role.STORYTELLER])
        person_id = ana.person_id
        service.set_roles(session, ana, [Role.MEMBER])
        service.set_roles(session, ana, [Role.STORYTELLER])
        assert person_id is not None and ana.person_id == person_id

    @pytest.mark.parametrize("none", [[], [Role.VISITOR], [Role.MEMBER, Role.MACHINE]])
    def test_none_and_those_nobody_may_hold_are_told(self, session, ana, none):
        with pytest.raises(BadInput):
            service.set_roles(session, ana, none)
        assert roles(session, ana) == {Role.RESEARCHER}

    def test_the_last_administrator_stays_one(self, session, root):
        with pytest.raises(Refused) as told:
            service.set_roles(session, root, [Role.MEMBER])
        assert told.value.sentence == service.LAST
        assert roles(session, root) == {Role.ADMINISTRATOR}

    def test_a_disabled_administrator_does_not_count_as_another(self, session, ana, root):
        service.set_roles(session, ana, [Role.ADMINISTRATOR])
        service.disable(session, ana)
        with pytest.raises(Refused):
            service.set_roles(session, root, [Role.MEMBER])

    def test_one_of_two_may_step_down(self, session, ana, root):
        service.set_roles(session, ana, [Role.ADMINISTRATOR])
        service.set_roles(session, root, [Role.MEMBER])
        assert roles(session, root) == {Role.MEMBER}


class TestClosing:
    def test_a_closed_account_opens_to_nobody_and_its_sessions_end(self, session, ana):
        service.disable(session, ana)
        with pytest.raises(Refused):
            service.sign_in(session, ana.email, GOOD)
        assert ana.session_version == 2

    def test_closing_twice_changes_nothing_more(self, session, ana):
        service.disable(session, ana)
        since = ana.disabled_at
        service.disable(session, ana)
        assert (ana.disabled_at, ana.session_version) == (since, 2)

    def test_the_last_administrator_cannot_be_closed(self, session, root):
        with pytest.raises(Refused):
            service.disable(session, root)
        assert root.disabled_at is None

    def test_an_opened_account_works_again_and_old_sessions_stay_ended(self, session, ana):
        service.disable(session, ana)
        service.enable(session, ana)
        assert service.sign_in(session, ana.email, GOOD) is ana
        assert ana.session_version == 3


class TestListing:
    def test_accounts_come_by_address_with_their_roles(self, session, ana):
        service.set_roles(session, ana, [Role.STEWARD, Role.STORYTELLER])
        rows = reading.list_accounts(session)
        assert [row.email for row in rows] == [
            "ana@example.org",
            "noise@example.org",
            "root@example.org",
        ]
        assert rows[0].roles == (Role.STORYTELLER, Role.STEWARD)

    def test_a_page_is_a_part_of_the_list(self, session, ana):
        rows = reading.list_accounts(session, offset=1, limit=1)
        assert [row.email for row in rows] == ["noise@example.org"]

    def test_a_part_of_the_address_finds_it(self, session, ana):
        assert [row.email for row in reading.list_accounts(session, search=" ANA@")] == [
            "ana@example.org"
        ]
        assert reading.count_accounts(session, "ana@") == 1
        assert reading.count_accounts(session) == 3

    @pytest.mark.parametrize("search", ["%", "_", "a_a", "\x00", "nobody"])
    def test_signs_of_the_database_mean_nothing_in_a_search(self, session, ana, search):
        assert reading.list_accounts(session, search=search) == []

    def test_a_closed_account_is_marked(self, session, ana):
        service.disable(session, ana)
        assert [row.disabled for row in reading.list_accounts(session)] == [True, False, False]
