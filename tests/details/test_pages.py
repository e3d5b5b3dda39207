"""Checking a story over HTTP, without JavaScript: found, answered, signed, opened, asked back."""

from __future__ import annotations

import re

import pytest
from crawling import Person
from details.conftest import TOLD, plainly
from factories import Factory
from sqlalchemy import select

from storybank import db
from storybank.coding import service as coding
from storybank.consent.rules import Purpose
from storybank.details import looking
from storybank.details.models import OriginalOpened, ReplacedDetail
from storybank.people.rules import Role
from storybank.rights.models import RightsRequest
from storybank.stories.models import Story
from storybank.stories.rules import Place

PLAIN = {"text": TOLD, "title": "What I saw"}
CHECK = "/details/keep/{}"


@pytest.fixture
def people(house, app, monkeypatch):
    """A steward, a researcher and a storyteller; the house looks without a pipeline."""
    monkeypatch.setitem(
        house.worker.extra, looking.LOOK,
        lambda session, jobs: looking.look_through(session, jobs, plainly),
    )  # fmt: skip
    with db.writing(house.sessions) as session:
        a = Factory(session)
        story = a.story(**PLAIN)
        a.actor(Role.STEWARD, email="s@example.org")
        a.actor(Role.RESEARCHER, email="r@example.org")
        a.actor(Role.STORYTELLER, email="t@example.org", person_id=story.person_id)
        number = story.id
    return (number, *(Person(app, f"{who}@example.org") for who in "srt"))


def things(page: str) -> list[str]:
    return re.findall(r'class="sb-details__words"><strong dir="auto">([^<]+)<', page)


def forms(page: str) -> list[dict[str, list[str]]]:
    """What each answer form on the page would send."""
    found = []
    for form in re.findall(r'<form class="sb-details__answer".*?</form>', page, re.S):
        sent: dict[str, list[str]] = {}
        for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
            if name not in ("said", "csrf_token"):
                sent.setdefault(name, []).append(value)
        found.append(sent)
    return found


def test_from_looking_to_having_it_back(house, people):
    number, steward, researcher, teller = people
    url = CHECK.format(number)
    page = steward.get(url).text
    assert "has not looked through this story" in page and not things(page)
    assert steward.post(f"{url}/look", on=url).status_code == 303
    assert "comes anew by itself" in steward.get(url).text
    assert house.worker.drain() == 1
    page = steward.get(url).text
    assert things(page)[:4] == ["Edna Quill", "Rosewood Lodge", "3 May 2019", "07700 900461"]
    assert "anonymis" not in page.lower() and "suggestions to check" in page
    assert page.count("<mark>") >= 6 and 'href="#thing-' in page

    # The storyteller's words are in the page for whoever may read them, and in no address.
    listed = researcher.get("/details/study").text
    assert "5 likely details" in listed and f"/details/study/{number}" in listed
    assert researcher.get(f"/details/keep/{number}").status_code == 403
    assert steward.post(f"{url}/sign", on=url, version=1).status_code == 422
    early = steward.post(f"{url}/sign", on=url, version=1, looked="yes")
    assert early.status_code == 409 and "wait for an answer" in early.text

    study = f"/details/study/{number}"
    for _ in range(8):
        waiting = [f for f in forms(researcher.get(study).text) if f["instead"][0] != "[detail]"]
        if not waiting:
            break
        sent = researcher.post(f"{study}/answer", on=study, said="replace", **waiting[0])
        assert sent.status_code == 303 and "Edna" not in sent.location
    assert researcher.post("/details/study/undo", on=study).status_code == 303
    assert researcher.post("/details/study/redo", on=study).status_code == 303
    assert "A steward makes the new version" in researcher.get(study).text

    assert steward.post(f"{url}/sign", on=url, version=1, looked="yes").status_code == 303
    page = steward.get(url).text
    assert "Checked by" in page and "Edna" not in page and "[name 1]" in page
    assert "[name 1]" in steward.get(f"/stories/keep/{number}").text

    taken = f"/my/{number}/taken-out"
    assert "See what we took out" in teller.get(f"/my/{number}").text
    page = teller.get(taken).text
    assert "[name 1]" in page and "in 3 places" in page and "Edna" not in page
    assert teller.post(taken, on=taken).status_code == 422
    which = re.search(r'name="which" type="checkbox" value="(\d+)"', page)[1]
    assert teller.post(taken, on=taken, which=which).status_code == 303
    with house.sessions() as session:
        assert session.scalars(select(RightsRequest.kind)).all() == ["correction"]

    original = f"{url}/original"
    assert "Edna" not in steward.get(original).text
    assert steward.post(original, on=original, version=1, reason="no").status_code == 422
    opened = steward.post(original, on=original, version=1, reason="The storyteller asked us to.")
    assert opened.status_code == 200 and "Edna Quill" in opened.text
    assert "The storyteller asked us to." in teller.get(taken).text
    assert researcher.get(original).status_code == 403
    box = re.search(r'name="replaced" type="checkbox" value="([\d ]+)"', opened.text)[1]
    assert steward.post(f"{url}/put-back", on=original, replaced=box).status_code == 303
    assert "Edna Quill" in teller.get(f"/my/{number}").text
    with house.sessions() as session:
        assert session.scalar(select(Story.current_version).where(Story.id == number)) == 3
        assert len(session.scalars(select(ReplacedDetail)).all()) == 3
        assert len(session.scalars(select(OriginalOpened)).all()) == 1


def test_by_hand_and_what_is_wrong_is_told_beside_the_field(people):
    number, steward, _, _ = people
    url = CHECK.format(number)
    wrong = steward.post(f"{url}/add", on=url, version=1, words="nowhere", kind="person")
    assert wrong.status_code == 422 and "just as they stand" in wrong.text
    assert steward.post(f"{url}/add", on=url, version=1, words="Tamsin", kind="person").location
    page = steward.get(url).text
    assert things(page) == ["Tamsin"] and "added by hand" in page
    [sent] = forms(page)
    bad = steward.post(f"{url}/answer", on=url, said="replace", **sent | {"instead": ["x" * 99]})
    assert bad.status_code == 422 and "under 60 letters" in bad.text
    assert steward.post(f"{url}/answer", on=url, said="sell", **sent).status_code == 422
    assert steward.post(f"{url}/answer", on=url, said="keep", **sent).status_code == 303
    assert steward.post(f"{url}/title", on=url, title=" ").status_code == 422
    assert steward.post(f"{url}/title", on=url, title="Another").status_code == 303
    assert steward.get(CHECK.format(999_999)).status_code == 404


def test_a_stop_shuts_the_page_and_the_list(house, people):
    number, steward, researcher, _ = people
    with db.writing(house.sessions) as session:
        Factory(session).stop(session.get_one(Story, number))
    assert steward.get(CHECK.format(number)).status_code == 404
    assert "What I saw" not in researcher.get("/details/study").text


def test_what_leaves_says_whether_somebody_checked(house, people):
    number, _, researcher, _ = people
    with db.writing(house.sessions) as session:
        a = Factory(session)
        coding.apply(session, a.use(Purpose.STUDY), Place(number, 1, 0, 40), [a.code().id])
    page = researcher.get("/files").text
    assert "1 of 1 passage" in page and f"/details/study/{number}" in page
