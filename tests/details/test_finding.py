"""Likely details in a text: by shape, by capital, by name, and everywhere once found."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storybank.details.finding import found, mentions, things
from storybank.details.patterns import is_nhs_number
from storybank.details.rules import Kind, Spot, Tier, neutral


def spots(text: str, **more) -> dict[str, tuple[str, str]]:
    return {
        text[one.start : one.end]: (one.kind.value, one.tier.value)
        for one in found(text, [(0, len(text))], **more)
    }


SHAPES = [
    ("ring 07700 900461 or", "07700 900461", "phone"),
    ("on +44 (0)20 7946 0958.", "+44 (0)20 7946 0958", "phone"),
    ("to shaz.b@example.org, mornings", "shaz.b@example.org", "email"),
    ("see www.example.org/our/page.", "www.example.org/our/page", "web"),
    ("I'm @carer_kez there", "@carer_kez", "web"),
    ("moved to HX1 5AY years", "HX1 5AY", "postcode"),
    ("number is 943 476 5919, I", "943 476 5919", "nhs"),
    ("on 03/11/2021 and", "03/11/2021", "date"),
    ("the 4th of November was", "4th of November", "date"),
    ("in March 2016 we", "March 2016", "date"),
    ("she was aged 47 then", "47", "age"),
    ("a nine-year-old boy", "nine-year-old", "age"),
    ("at 27 Bellfield Road before", "27 Bellfield Road", "address"),
    ("told Dr Lindqvist so", "Lindqvist", "person"),
    ("my sister Magdalena came", "Magdalena", "person"),
    ("in Rosewood Lodge now", "Rosewood Lodge", "organisation"),
    ("reference PAL-2291/18, and", "PAL-2291/18", "number"),
]


@pytest.mark.parametrize(("text", "words", "kind"), SHAPES)
def test_what_has_a_shape_is_likely(text, words, kind):
    assert spots(text)[words] == (kind, "likely")


@pytest.mark.parametrize(
    "text",
    [
        "On Monday the NHS sent a GP. I rang A&E in May.",
        "We asked for a seat. Nothing came. They listened in the end.",
        "It took 3 years and 42 meetings, and cost 1,200 pounds.",
        "Universal Credit and the Care Act. Mother's Day.",
    ],
)
def test_what_everybody_has_is_no_detail(text):
    assert spots(text) == {}


def test_a_capital_inside_a_sentence_is_possible_and_one_that_opens_it_is_not():
    text = "Gladly we went, and gladly came back. We met Olu there. Nobody else came."
    assert spots(text) == {"Olu": ("other", "possible")}


def test_a_name_found_once_is_found_everywhere():
    text = "My sister Edna Quill came. Edna sat. Later on Quill rang; EDNA did not."
    everywhere = [one for one in found(text, [(0, len(text))]) if one.likely]
    assert [text[one.start : one.end] for one in everywhere] == ["Edna Quill", "Edna", "Quill"]
    assert len(set(things(text, everywhere))) == 1


def test_one_name_of_two_people_is_nobodys_in_particular():
    text = "my sister Ann Bell and my friend Ann Holt and then Ann"
    numbers = things(text, [one for one in found(text, [(0, len(text))]) if one.likely])
    assert len(set(numbers)) == 3


def test_what_a_pipeline_names_is_widened_to_its_capitals_and_kept_from_common_words():
    text = "It was Carers Wales, and the NHS."
    names = [Spot(14, 19, Kind.PLACE, Tier.LIKELY), Spot(29, 32, Kind.ORGANISATION, Tier.LIKELY)]
    got = spots(text, named=lambda parts: [names])
    assert got == {"Carers Wales": ("organisation", "likely")}


def test_an_nhs_number_has_its_check():
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")
    assert not is_nhs_number("1111111111")


def test_mentions_are_whole_words_in_any_case_and_spacing():
    text = "Ann met Anna. ANN  BELL and ann bell."
    assert [text[s:e] for s, e in mentions(text, "ann bell")] == ["ANN  BELL", "ann bell"]
    assert len(mentions(text, "Ann")) == 3
    assert mentions(text, " ") == []


def test_neutral_words_tell_what_kind_and_nobody_which():
    assert neutral(Kind.PERSON, 2, "Edna Quill") == "[name 2]"
    assert neutral(Kind.ORGANISATION, 1, "Wythenshawe Hospital") == "[a hospital]"
    assert neutral(Kind.PHONE, 1) == "[phone number]"


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="aAbB zZ09@.,-/'\n\u2019\u00c9\u2592", max_size=200))
def test_places_are_in_order_apart_and_inside_whatever_the_text(text):
    every = found(text, [(0, len(text))])
    assert all(0 <= one.start < one.end <= len(text) for one in every)
    assert all(a.end <= b.start for a, b in zip(every, every[1:], strict=False))


@pytest.mark.parametrize("piece", ["0 ", "A ", "a@", "1.", "Mr ", "the only a ", "St. A ", "9-"])
def test_no_text_takes_long(piece):
    text = piece * (24_000 // len(piece))
    began = time.process_time()
    found(text, [(0, len(text))])
    assert time.process_time() - began < 1.5
