"""Web pages: what is not theirs to tell stands beside them."""

from storybank.intake.html_file import MENUS_LEFT
from storybank.intake.reading import read_file


def test_menus_of_a_page_stand_beside_it_and_its_main_heading_is_its_title():
    page = b"<html><nav><ul><li>Home</li><li>About</li></ul></nav><h2>Find</h2><h1>My year</h1>So."
    canon = read_file("a.html", page).canon
    assert (canon.text, canon.title) == ("Find\nMy year\nSo.", "My year")
    assert canon.warnings == (MENUS_LEFT,)
    assert [(note.kind, note.words) for note in canon.notes] == [("edge", "Home \u00b7 About")]
