"""What somebody reads on their way in is written for readers of nine to eleven years."""

from __future__ import annotations

import re

from portal.room import read_lines
from portal.test_plain_words import GRADE, LONGEST, grade

from storybank.mail import ways_in


def test_every_page_and_letter_on_the_way_in_is_in_plain_words(scene):
    page = f"/people/tellers/{scene.person_id}"
    slip = scene.browser("steward@example.org").post(f"{page}/slip", on=f"{page}/invite").text
    code = re.search(r'sb-slip__code">([^<]+)<', slip)[1]
    visitor, teller = scene.browser(), scene.browser()
    teller.post("/come-in", on="/come-in", code=code)
    visitor.post("/sign-in/link", on="/sign-in", email="ada@example.org")
    scene.address("ada@example.org")
    pages = {
        "slip": slip[slip.index('<section class="sb-slip"') :].join(("<main>", "</main>")),
        "ways": teller.get("/me/ways").text,
        "my address": teller.get("/me/address").text,
        "come in": visitor.get("/come-in").text,
        "dead invitation": visitor.get("/come-in/x").text,
        "sign in": visitor.get("/sign-in").text,
        "sent": visitor.get("/sign-in/sent").text,
        "dead link": visitor.get("/sign-in/link/x").text,
        "private": visitor.get("/my/private").text,
    }
    read = {name: read_lines(text, (".sb-slip__code", "svg")) for name, text in pages.items()}
    for name in ("LINK", "ADDRESS", "INVITATION"):
        read[name] = [line for line in getattr(ways_in, name).splitlines() if line]
    assert {name: grade(lines) for name, lines in read.items() if grade(lines) > GRADE} == {}
    sentences = {
        sentence
        for lines in read.values()
        for line in lines
        for sentence in line.replace("?", ".").split(". ")
    }
    assert [one for one in sentences if len(one.split()) > LONGEST] == []
    assert "There is nothing to remember." in " ".join(read["ways"])
