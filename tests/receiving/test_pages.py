"""The pages on which files are brought and looked at, as a steward without scripts meets them."""

from __future__ import annotations

import io
import re

import factories
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from crawling import TOKEN, Person
from word_files import paragraph, raw_docx, zipped

from storybank import db
from storybank.intake.language import Language
from storybank.people.rules import Role
from storybank.receiving import choosing, deciding, looking_over, reading
from storybank.receiving.models import Intake, IntakeItem
from storybank.stories.models import Story, StorySpeaker

OLD = "Caf\u00e9 talk\n\nI paid \u00a33.\n\nThen it shut.".encode("cp1252")
TALK = (
    b"Interviewer: Who helped you?\n\nBo: The nurse, on 0113 496 0123.\n\n"
    b"Interviewer: And then?\n\nBo: I slept.\n"
)
NEAR = " ".join(f"word{n}" for n in range(60))
CHOSEN = {
    "use-keep": "yes", "use-study": "yes", "name_style": "none", "lasts": "2 years",
    "channel": "paper", "evidence_kind": "witness_note", "evidence": "Jo Park was there.",
    "wrote": "teller", "media": "words", "country": "Wales",
}  # fmt: skip


class Steward(Person):
    """A steward at a browser that shows one page after the other."""

    at = "/take-in"
    page = BeautifulSoup("", "html.parser")

    def go(self, address: str, expected: int = 200) -> BeautifulSoup:
        answer = self.client.get(address)
        assert answer.status_code == expected, answer.text[-2000:]
        self.at, self.page = address, BeautifulSoup(answer.text, "html.parser")
        return self.page

    def send(self, address: str, expected: int = 303, **fields) -> str:
        """Send a form that stands on the page that is shown; follow where it leads."""
        token = TOKEN.search(str(self.page)) or TOKEN.search(self.get("/take-in/files").text)
        answer = self.client.post(
            address, data={"csrf_token": token[1], **fields}, content_type="multipart/form-data"
        )
        assert answer.status_code == expected, answer.text[-2000:]
        if expected == 303:
            self.go(answer.headers["Location"])
        else:
            self.page = BeautifulSoup(answer.text, "html.parser")
        return self.page.body.get_text(" ", strip=True)

    @property
    def words(self) -> list[str]:
        return [one.get_text() for one in self.page.select(".sb-look__text [data-s]")]


@pytest.fixture
def steward(house, app, monkeypatch) -> Steward:
    # A process that loads a model is tried by its own tests.
    welsh = Language("cy", "Welsh", False)
    monkeypatch.setattr(looking_over, "asked", lambda text: welsh)
    with db.writing(house.sessions) as session:
        factories.Factory(session).actor(Role.STEWARD, email="steward@example.org")
        factories.Factory(session).actor(Role.RESEARCHER, email="researcher@example.org")
    return Steward(app, "steward@example.org")


def test_the_whole_way_without_a_script(house, app, steward):
    with db.writing(house.sessions) as session:
        near = factories.Factory(session).story(NEAR + " then", "Told before").id
    files = [
        ("old.txt", OLD), ("talk.txt", TALK), ("none.txt", b""),
        ("both.zip", zipped({"a.txt": NEAR.encode(), "b.docx": raw_docx(paragraph("Bo wrote."))})),
    ]  # fmt: skip
    assert "Choose one file" in steward.send("/take-in/files", 422)
    steward.send("/take-in/files", files=[(io.BytesIO(data), name) for name, data in files])
    at = steward.at
    assert "being read" in str(steward.page) and "Look again" in str(steward.page)
    assert 'hx-trigger="every 2s"' in steward.get(f"{at}/_progress").text
    house.runner.errands.drain()
    shown = steward.go(at).main.get_text(" ", strip=True)
    assert "4 ready" in shown and "1 refused" in shown and "The file is empty." in shown
    assert "When the choices are written down." in shown
    old, talk, plain, word = [a["href"] for a in steward.page.select(".sb-brought__title a")]

    # Before anybody said what was chosen, nothing can be taken in.
    assert "What the storytellers chose" in steward.send(f"{at}/take")
    steward.go(talk)
    steward.send(f"{talk}/take")
    assert steward.at == f"{at}/choices"
    problem = steward.send(f"{at}/choices", 422, **(CHOSEN | {"use-keep": "", "wrote": ""}))
    assert "without a yes to keeping it" in problem and "who wrote these words" in problem
    steward.send(f"{at}/choices", **CHOSEN)
    assert steward.go(f"{at}/choices").select_one("#evidence").text.strip() == CHOSEN["evidence"]

    # The letters of an old file, side by side.
    steward.go(old)
    assert steward.words == ["Caf\u00e9 talk", "I paid \u00a33.", "Then it shut."]
    ways = {one["value"]: one.parent.text for one in steward.page.select("[name=encoding]")}
    assert {"cp1252", "mac_roman"} <= set(ways) and "\u00a33" in ways["cp1252"]
    steward.send(f"{old}/encoding", encoding="mac_roman")
    assert "\u00e9" not in "".join(steward.words)
    steward.send(f"{old}/encoding", 422, encoding="rot13")
    steward.go(old)
    steward.send(f"{old}/encoding", encoding="cp1252")

    # Split, joined, taken apart again.
    places = [one["value"] for one in steward.go(f"{old}?split=yes").select("[name=place]")]
    assert len(places) == 2
    steward.send(f"{old}/split", 422, place="3")
    steward.go(old)
    steward.send(f"{old}/split", place=places)
    assert steward.words == ["Caf\u00e9 talk"] and "There are 3 stories" in str(steward.page)
    steward.send(f"{old}/join")
    assert len(steward.words) == 2
    undo = steward.page.select_one(".sb-message__undo")
    steward.send(undo["action"], place=undo.select_one("[name=place]")["value"])
    assert len(steward.words) == 1
    after = next(a["href"] for a in steward.page.select(".sb-look__acts a") if a.text == "Next")
    assert steward.go(after).h1.text == "Untitled story (2)"
    steward.send(f"{after}/leave-out")
    steward.go(after)
    assert "You left it out" in steward.page.main.text
    steward.send(f"{after}/back")

    # Who is who, likely details, what is alike.
    steward.go(talk)
    roles = {one["id"]: one.select_one("[selected]") for one in steward.page.select("select")}
    assert {name: one["value"] for name, one in roles.items()} == {
        "role-1": "interviewer", "role-2": "teller",
    }  # fmt: skip
    assert [one.text for one in steward.page.select("mark.cue")] == ["0113 496 0123"]
    steward.send(f"{talk}/who", 422, **{"role-1": "king"})
    steward.go(talk)
    steward.send(f"{talk}/who", **{"role-1": "other", "role-2": "teller"})
    steward.send(f"{talk}/title", title="A talk on the ward", teller="")
    assert steward.page.h1.text == "A talk on the ward"
    assert f"Story {near}" in steward.go(plain).select_one("#alike").parent.text
    assert re.search(r"9\d % the same", steward.page.main.text)

    # One who chose otherwise; one taken in alone; the rest together.
    steward.go(f"{word}/choices")
    steward.send(f"{word}/choices", **(CHOSEN | {"use-study": "no", "wrote": "somebody"}))
    assert "Its own choices" in steward.page.main.text
    steward.go(talk)
    assert "is taken in" in steward.send(f"{talk}/take")
    assert "Taken in." in steward.go(talk).main.text
    steward.send(f"{talk}/title", 409, title="Too late")
    steward.go(at)
    steward.send(f"{at}/take")
    house.runner.drain()
    house.runner.errands.drain()
    done = steward.go(at).main.get_text(" ", strip=True)
    assert "6 taken in" in done and "All done." in done
    report = steward.go(f"{at}/report").table
    assert len(report.select("tbody tr")) == 7 and "talk.txt" in report.text
    assert steward.get(f"{at}/report.csv").text.count("\n") >= 8
    with house.sessions() as session:
        assert session.scalar(sa.select(sa.func.count(Story.id))) == 7
        assert session.scalars(sa.select(StorySpeaker.role)).first() in ("other", "teller")
        assert session.scalar(sa.select(sa.func.count()).where(IntakeItem.read.is_not(None))) == 0
        intake = session.scalars(sa.select(Intake)).one()
        assert b"Park" not in (intake.choices or b"")

    # All of it out again, once somebody is sure.
    assert "6 stories will be deleted" in steward.go(f"{at}/undo").main.text
    assert "Tick that you are sure" in steward.send(f"{at}/undo", 422)
    assert "Taken out again: 6 stories" in steward.send(f"{at}/undo", sure="yes")
    assert "taken out again" in steward.go("/take-in/intakes").main.text


def test_only_stewards_and_only_what_is_there(house, app, steward):
    steward.send("/take-in/files", text="Words that were pasted in.")
    house.runner.errands.drain()
    at, item = steward.at, f"{steward.at}/1"
    assert "pasted" in steward.go(item).main.text
    steward.go("/take-in/77", 404)
    steward.go(f"{at}/77", 404)
    steward.go(f"{at}?only=nothing&page=zz")
    with db.writing(house.sessions) as session:
        row = session.get_one(IntakeItem, 1)
        read, chosen = reading.of(session, row), deciding.decided(session, row)
        assert (read.title, chosen.title, chosen.choices) == ("Untitled story", None, None)
        assert choosing.of_item(session, row) is None
        row.status, row.reason = "refused", "Write the name to show."
    assert "Change it and try again" in steward.go(item).main.text
    steward.send(f"{item}/back")
    assert "Take this one in" in steward.page.main.text
    other = Person(app, "researcher@example.org")
    assert {other.get(one).status_code for one in (at, item, f"{at}/choices")} == {403}
    assert app.test_client().get(item).status_code == 303
