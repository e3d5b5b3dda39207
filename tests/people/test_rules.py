"""What may be typed into an account, and where a sign-in may lead back to."""

import pytest

from storybank.errors import BadInput
from storybank.people.rules import (
    GIVEN_TO_ACCOUNTS,
    MAX_NAME,
    MAX_PASSWORD,
    MIN_PASSWORD,
    Role,
    check_password,
    clean_email,
    clean_name,
    code_of,
    local_path,
    path_asked,
    path_of,
    person_id_of,
    read_role,
)


class TestEmail:
    def test_capitals_and_spaces_around_make_no_difference(self):
        assert clean_email("  Ana@Example.ORG ") == "ana@example.org"

    @pytest.mark.parametrize(
        "typed",
        ["", "ana", "@example.org", "ana@", "ana@example", "a b@example.org", "a@b@example.org",
         "ana@example.org\x00", "\u202eana@example.org", "a" * 250 + "@example.org",
         "ana@example.org,bo@example.org", "\ud800@example.org"],
    )  # fmt: skip
    def test_what_is_no_address_is_told_so(self, typed):
        with pytest.raises(BadInput):
            clean_email(typed)


class TestName:
    def test_spaces_are_put_in_order(self):
        assert clean_name("  Ana \t Maria ") == "Ana Maria"

    @pytest.mark.parametrize("typed", ["", "  ", "A\x00na", "\u202eana", "a" * (MAX_NAME + 1)])
    def test_what_is_no_name_is_told_so(self, typed):
        with pytest.raises(BadInput):
            clean_name(typed)


class TestPassword:
    def test_length_is_all_that_is_asked(self):
        check_password("a" * MIN_PASSWORD)
        check_password("a" * MAX_PASSWORD)

    @pytest.mark.parametrize("length", [0, MIN_PASSWORD - 1, MAX_PASSWORD + 1])
    def test_too_short_and_too_long_are_told_so(self, length):
        with pytest.raises(BadInput):
            check_password("a" * length)


class TestRole:
    def test_every_role_has_a_sentence(self):
        assert all(role.sentence.endswith(".") for role in Role)

    def test_each_role_that_can_be_given_is_read_by_its_name(self):
        assert [read_role(f" {role.upper()} ") for role in GIVEN_TO_ACCOUNTS] == list(
            GIVEN_TO_ACCOUNTS
        )

    @pytest.mark.parametrize("word", ["", "visitor", "machine", "root"])
    def test_no_other_word_is_a_role_to_give(self, word):
        with pytest.raises(BadInput):
            read_role(word)


class TestCode:
    @pytest.mark.parametrize("typed", ["ST-0012", "st-12", " st 0012", "12"])
    def test_a_code_is_read_however_it_is_written(self, typed):
        assert person_id_of(typed) == 12 == person_id_of(code_of(12))

    @pytest.mark.parametrize("typed", ["", "ST-", "ST-1.5", "-", "ST-9999999999", "AB-12"])
    def test_anything_else_is_told_so(self, typed):
        with pytest.raises(BadInput):
            person_id_of(typed)


class TestWayBack:
    @pytest.mark.parametrize("path", ["/", "/stories/3", "/search?q=kind%20nurse&page=2"])
    def test_a_path_of_this_house_is_kept(self, path):
        assert local_path(path) == path

    @pytest.mark.parametrize(
        "address",
        [None, "", "stories", "//evil.example", "/\\evil.example", "\\\\evil.example",
         "https://evil.example/", "javascript:alert(1)", "/\t/evil.example", "/a\r\nSet-Cookie:x",
         " /stories", "/" + "a" * 1000],
    )  # fmt: skip
    def test_any_other_address_is_dropped(self, address):
        assert local_path(address) is None

    def test_a_full_address_counts_only_on_our_own_host(self):
        assert path_of("http://bank.example/stories?page=2", "bank.example") == "/stories?page=2"
        assert path_of("http://evil.example/stories", "bank.example") is None
        assert path_of("http://bank.example//evil.example", "bank.example") is None
        assert path_of(None, "bank.example") is None
        assert path_of("http://[", "bank.example") is None

    def test_a_path_that_was_asked_is_written_as_it_was_sent(self):
        assert path_asked("/stories/é 1", b"page=2") == "/stories/%C3%A9%201?page=2"
        assert path_asked("//evil.example", b"") is None
