"""The pages of coding together, without JavaScript, as two coders use them."""

from __future__ import annotations

import csv
import io

import factories
import pytest
from agreement.conftest import coder, put_on
from memos.conftest import Browser

from storybank import db
from storybank.stories.models import Story


@pytest.fixture
def people(house, app):
    """Ana and Ben at their browsers, and two stories."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        uses = [coder(a, name, f"{name.lower()}@example.org") for name in ("Ana", "Ben")]
        numbers = [a.story(title=title).id for title in ("The first", "The second")]
    browsers = [Browser(app, f"{name}@example.org") for name in ("ana", "ben")]
    return browsers, uses, numbers


def start(ana, uses):
    """Ana makes a round through the form; its address."""
    ana.open("/coding-together/new")
    chosen = [str(use.actor.account_id) for use in uses]
    ana.send("main form", name="Pilot", blind="yes", pick="all", coder=chosen)
    assert ana.message == "The round is made."
    return ana.path


def code(house, use, number, quote, key):
    with db.writing(house.sessions) as session:
        put_on(factories.Factory(session), use, session.get(Story, number), quote, key)


class TestARound:
    def test_is_made_coded_compared_and_settled(self, people, house):
        (ana, ben), uses, numbers = people
        address = start(ana, uses)
        assert "0 of 2 finished" in ana.page.get_text()
        for use in uses:
            code(house, use, numbers[0], "Nobody", "EN-PEER")
        code(house, uses[0], numbers[0], "manager", "EN-ALLY")
        for browser in (ana, ben):
            for _ in numbers:
                browser.open("/coding-together/mine")
                browser.send("main form")
                assert browser.message.startswith("Finished.")
        ana.open(address)
        assert "Everybody has finished." in ana.page.get_text()
        ana.open("/coding-together/agreement?round=1&unit=sentence")
        assert "EN-ALLY" not in ana.page.get_text()
        assert "There is no interval" in ana.page.get_text()
        ana.open(f"/coding-together/stories/{numbers[0]}?round=1")
        assert ana.page.select(".sb-besides mark.sb-differ")[0].get_text() == "manager"
        assert ana.page.select(".sb-besides mark.sb-agree")[0].get_text() == "Nobody"
        ana.open("/coding-together/differences?round=1")
        ana.send("form.sb-agree-form", applies="no")
        assert ana.status == 422
        assert "Write the reason." in ana.page.get_text()
        ana.send("form.sb-agree-form", applies="no", why="=Only named.")
        assert "Every difference is decided." in ana.page.get_text()
        ana.undo()
        ana.open("/coding-together/differences?round=1")
        assert "0 of 1 decided" in ana.page.get_text()
        ana.send("form.sb-agree-form", applies="yes", why="=She helped.")
        ana.open("/coding-together/decisions?round=1")
        assert "=She helped." in ana.page.get_text()
        rows = list(csv.reader(io.StringIO(ana.client.get("/coding-together/decisions.csv").text)))
        assert [row[7] for row in rows[1:]] == ["'=Only named.", "'=She helped."]

    def test_says_what_is_missing(self, people):
        (ana, _), _, _ = people
        ana.open("/coding-together/new")
        ana.send("main form", name="", blind="yes", pick="numbers", numbers="x")
        assert ana.status == 422
        assert "Write a name for the round." in ana.page.get_text()

    def test_is_not_settled_by_whoever_is_still_blind(self, people, house):
        (ana, ben), uses, numbers = people
        start(ana, uses)
        code(house, uses[1], numbers[0], "manager", "EN-ALLY")
        for _ in numbers:
            ben.open("/coding-together/mine")
            ben.send("main form")
        for address in (
            "differences?round=1",
            f"stories/{numbers[0]}?round=1",
            "agreement?round=1",
        ):
            ana.open(f"/coding-together/{address}")
            assert "blind" in ana.page.get_text()
            assert not ana.page.select(".sb-besides mark.sb-differ")


class TestFigures:
    def test_go_out_as_csv(self, people, house):
        (ana, _), uses, numbers = people
        for use in uses:
            code(house, use, numbers[0], "Nobody", "EN-PEER")
        ids = "&".join(f"coder={use.actor.account_id}" for use in uses)
        said = ana.client.get(f"/coding-together/agreement.csv?{ids}").text.removeprefix("\ufeff")
        head, whole, first = csv.reader(io.StringIO(said))
        assert head[:6] == ["code", "name", "unit", "units", "stories", "alpha_u"]
        assert whole[1] == "All codes together"
        assert (first[0], float(first[5])) == ("EN-PEER", 1.0)

    @pytest.mark.parametrize("query", ["", "?coder=1", "?coder=x&unit=y", "?round=x"])
    def test_ask_whom_to_compare(self, people, query):
        (ana, _), _, _ = people
        ana.open(f"/coding-together/agreement{query}")
        assert ana.status in (200, 422)
        assert "Whose codes?" in ana.page.get_text()

    def test_of_a_round_that_is_not_there_are_not_there(self, people):
        (ana, _), _, _ = people
        ana.open("/coding-together/agreement?round=99")
        assert ana.status == 404
