"""Pages of figures, of the lot and of hints: empty and full, as files, forms without JavaScript."""

from __future__ import annotations

import factories
import pytest
from crawling import Person
from suggest.answered import answered_in

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people import service as people
from storybank.people.rules import Role

TEXT = (
    "We went in together and the whole room listened to us. It was our peer group that did it. "
    "Then the pilot ended."
)
FIGURES = "/suggestions/figures"
PAGES = (
    FIGURES, f"{FIGURES}/chances", f"{FIGURES}/learning", f"{FIGURES}/people",
    f"{FIGURES}/code/EN-PEER", "/suggestions/codebook", "/suggestions/codebook/EN-PEER",
    "/suggestions/sample",
)  # fmt: skip


@pytest.fixture
def ana(app, house):
    with db.writing(house.sessions) as session:
        factories.Factory(session).actor(Role.RESEARCHER, email="ana@example.org")
    return Person(app, "ana@example.org")


@pytest.fixture
def story(house, ana):
    with db.writing(house.sessions) as session:
        return factories.Factory(session).story(TEXT, "Going in").id


def test_empty_pages_say_what_to_do(ana):
    for page in PAGES:
        answer = ana.get(page)
        assert answer.status_code == 200, page
        assert 'class="sb-empty"' in answer.text or "No passage" in answer.text, page


def test_full_pages_and_their_files(ana, house, story):
    house.runner.drain()
    with db.writing(house.sessions) as session:
        account = people.account_by_email(session, "ana@example.org")
        use = Use.claim(people.actor_for(session, account), Purpose.STUDY, now())
        answered_in(session, use, story)
    shown = {page: ana.get(page) for page in PAGES}
    assert {answer.status_code for answer in shown.values()} == {200}
    assert "too few to say" in shown[FIGURES].text
    assert "1 sentence drawn by lot" in shown[FIGURES].text
    assert "the whole room listened" in shown["/suggestions/codebook"].text
    for page in PAGES[:5]:
        table = ana.get(page, **{"as": "csv"})
        assert table.mimetype == "text/csv"
        assert table.text.count(",") > 5
    assert ana.get(FIGURES, **{"as": "xlsx"}).data.startswith(b"PK")
    assert ana.get(f"{FIGURES}/code/nothing").status_code == 404


def test_one_sentence_after_another(ana, story):
    page = "/suggestions/sample"
    assert ana.post(f"{page}/draw", on=page).status_code == 303
    answer = ana.post(f"{page}/1", on=page)
    assert answer.status_code == 422
    assert "Tick every code that applies" in answer.text
    assert ana.post(f"{page}/1", on=page, code=["1"], none="1").status_code == 422
    assert ana.post(f"{page}/1", on=page, code=["999999"]).status_code == 422
    assert ana.post(f"{page}/1", on=page, code=["1", "2"]).status_code == 303
    assert "2 codes put on in your name" in ana.get(page).text
    assert ana.post(f"{page}/1", on=page, none="1").status_code == 409
    assert ana.post(f"{page}/2/skip", on=page).status_code == 303
    assert ana.post(f"{page}/3", on=page, none="1").status_code == 303
    assert "2 done" in ana.get(page).text
    assert ana.post(f"{page}/99", on=page, none="1").status_code == 404


def test_a_hint_that_is_none(ana):
    page = "/suggestions/codebook"
    assert ana.post(f"{page}/aside", on=page, kind="cue", key="x").status_code == 422
    assert ana.post(f"{page}/aside", on=page, kind="cue", key="12").status_code == 303
    assert "1 hint was put aside" in ana.get(page).text
    assert ana.post(f"{page}/back", on=page).status_code == 303
    assert "put aside as not useful" not in ana.get(page).text
