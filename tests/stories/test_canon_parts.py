"""A text cut into parts, and parts joined into one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storybank.errors import BadInput
from storybank.stories.canon import Note, Part, Run, from_blocks
from storybank.stories.canon_parts import OTHER_TIMES, cut, joined, names, people


def _talk(*said, kind="p", ms=None):
    return from_blocks(
        [
            Part(kind, [Run(words, strong=at % 2 == 0, ms=None if ms is None else ms + at)],
                 speaker=who)
            for at, (who, words) in enumerate(said)
        ],
        title="A talk",
    )  # fmt: skip


def test_each_part_holds_its_own_places_and_people():
    canon = _talk(("Ann", "How was it?"), ("Bo", "Long."), ("Bo", "Very."), ("Ann", "And?"), ms=5)
    begins = [block.start for block in canon.blocks]
    first, second = cut(canon, [begins[2]])
    assert [first.text, second.text] == ["Ann: How was it?\nBo: Long.", "Very.\nAnn: And?"]
    assert (first.title, second.title) == ("A talk", None)
    assert [(t.start, t.said, t.speaker) for t in second.turns] == [(0, 0, 1), (6, 11, 2)]
    assert second.text[second.turns[1].said :] == "And?"
    assert [second.text[m.start : m.end] for m in second.marks] == ["Very."]
    assert [time.ms for time in second.times] == [7, 8]
    assert people(canon, begins[2], len(canon.text)) == {2: 1, 1: 2}
    assert names(first) == {1: "Ann", 2: "Bo"}


def test_a_note_goes_with_its_place():
    canon = from_blocks([Part("p", [Run("One.")]), Part("p", [Run("Two.")])])
    there = Note("comment", "Is it?", "Jo", 5, 8)
    canon = type(canon)(canon.text, canon.blocks, notes=(there, Note("edge", "Page 1")))
    first, second = cut(canon, [5])
    assert first.notes == (Note("edge", "Page 1"),)
    assert second.notes == (Note("comment", "Is it?", "Jo", 0, 3),)
    assert set(joined([first, second]).notes) == set(canon.notes)


def test_only_where_a_block_begins():
    with pytest.raises(BadInput, match="beginning of a paragraph"):
        cut(_talk(("Ann", "How was it?")), [3])


def test_the_same_name_is_one_person_and_other_recordings_lose_their_times():
    one = _talk(("Ann", "How?"), ("Bo", "So."), ms=900)
    both = joined([one, _talk(("Bo", "More."), ("Cy", "Less."), ms=3)])
    assert [turn.speaker for turn in both.turns] == [1, 2, 2, 3]
    assert [time.ms for time in both.times] == [900, 901]
    assert OTHER_TIMES in both.warnings


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["", "Ann", "Bo"]), st.sampled_from(["Yes.", "No, no."])),
             min_size=1, max_size=7),
    st.data(),
)  # fmt: skip
def test_what_is_cut_and_joined_is_as_it_was(said, data):
    canon = _talk(*said, ms=0)
    places = data.draw(st.sets(st.sampled_from([block.start for block in canon.blocks])))
    again = joined(cut(canon, places))
    assert (again.text, again.blocks, again.marks) == (canon.text, canon.blocks, canon.marks)
    assert again.times == canon.times
    assert [(t.start, t.end, t.said) for t in again.turns] == [
        (t.start, t.end, t.said) for t in canon.turns
    ]
