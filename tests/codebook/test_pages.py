"""Pages of the codebook: read by those who work with stories, changed by researchers."""

import io

import factories
import pytest
from bs4 import BeautifulSoup
from coding.conftest import Browser

from storybank import db
from storybank.codebook import files, loading
from storybank.coding import service as coding
from storybank.consent.rules import Purpose, Use
from storybank.people import service as people
from storybank.people.rules import Role
from storybank.stories.models import Story

BUS, LETTER = "I rang the clinic on Monday.", "she listened"


@pytest.fixture
def client_as(house, app):
    """A client signed in with a role."""

    def signed_in(role):
        email = f"{role}@example.org"
        with db.writing(house.sessions) as session:
            factories.Factory(session).actor(role, email=email)
        client = app.test_client()
        page = BeautifulSoup(client.get("/sign-in").text, "html.parser")
        token = page.select_one("main [name=csrf_token]")["value"]
        form = {"csrf_token": token, "email": email, "password": factories.PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 303
        return client

    return signed_in


@pytest.fixture
def ana(house, app):
    """A researcher, and a story on which she has put codes."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = a.story()
        a.actor(Role.RESEARCHER, email="ana@example.org")
        account = people.account_by_email(session, "ana@example.org")
        use = Use.claim(people.actor_for(session, account), Purpose.STUDY, factories.now())
        for words in (BUS, LETTER):
            coding.apply(session, use, a.place(story, words), [a.code("EN-PEER").id])
    browser = Browser(app, "ana@example.org")
    browser.story = story.id
    return browser


def text(page):
    return " ".join(page.main.get_text(" ").split())


class TestCodebook:
    def test_each_code_is_told_whole_and_can_be_linked_to(self, client_as):
        page = BeautifulSoup(client_as(Role.RESEARCHER).get("/codebook").text, "html.parser")
        entry = page.find(id="EN-PEER")
        assert entry.h3.get_text() == "People like me at my side EN-PEER"
        labels = [term.get_text() for term in entry.select("dt")]
        assert labels == ["Include", "Leave out", "Example", "Not an example"]
        assert "peer support" in entry.select_one(".sb-entry__phrases").get_text()
        for link in page.select(".sb-codebook__nav a"):
            assert page.find(id=link["href"][1:]), link

    def test_it_leads_researchers_to_passages_and_others_not(self, ana, client_as):
        page = ana.open("/codebook")
        assert "2 passages with People like me at my side in 1 story" in text(page)
        page = client_as(Role.FACILITATOR).get("/codebook").text
        assert "/codes/EN-PEER" not in page and "Add a code" not in page

    def test_it_counts_nothing_for_others(self, client_as):
        page = BeautifulSoup(client_as(Role.STEWARD).get("/codebook").text, "html.parser")
        assert "coding" not in page.main.get_text().lower().replace("encoding", "")
        assert "passages" not in page.main.get_text()

    def test_it_is_searched_by_all_that_codes_say(self, ana):
        page = ana.open("/codebook?q=Train+STATION")
        assert [one["id"] for one in page.select(".sb-entry")] == ["EN-LEARN"]
        assert "0 codes" in text(ana.open("/codebook?q=no-such-thing"))

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.STORYTELLER, Role.ADMINISTRATOR])
    def test_it_is_not_for_everybody(self, client_as, role):
        client = client_as(role)
        for path in ("", "/_about/EN-PEER", "/EN-PEER", "/changes", "/versions", "/print", "/new"):
            assert client.get(f"/codebook{path}").status_code == 403, path

    def test_facilitators_read_it_and_change_nothing(self, client_as):
        client = client_as(Role.FACILITATOR)
        assert client.get("/codebook/print").status_code == 200
        for path in ("/new", "/EN-PEER/edit", "/EN-PEER/merge", "/proposals"):
            assert client.get(f"/codebook{path}").status_code == 403, path

    def test_three_hundred_codes_stay_readable(self, house, ana):
        with db.writing(house.sessions) as session:
            content = files.content_of(session)
            content["code"] = [
                {**content["code"][0], "key": f"XX-{n}", "name": f"Code {n}"} for n in range(300)
            ]
            assert len(loading.add(session, content).codes) == 300
        page = ana.open("/codebook")
        assert len(page.select(".sb-entry")) == 335
        assert all(not more.has_attr("open") for more in page.select(".sb-entry__more"))


class TestAbout:
    def test_one_code_is_a_part_of_a_page(self, client_as):
        answer = client_as(Role.RESEARCHER).get("/codebook/_about/EN-PEER")
        assert "similar experience" in answer.text and "<html" not in answer.text

    def test_one_that_is_not_there_is_not_found(self, client_as):
        assert client_as(Role.RESEARCHER).get("/codebook/_about/NO").status_code == 404


class TestChanging:
    def test_a_code_is_added_reworded_and_undone(self, ana):
        ana.open("/codebook/new?family=enabler&under=EN-PEER")
        page = ana.send("main form", family="enabler", parent="EN-PEER", name="A mentor",
                        definition="Somebody who went before.", why="Seen often.")  # fmt: skip
        assert (
            page.h1.get_text(strip=True).endswith("A mentor") and ana.path == "/codebook/EN-MENTOR"
        )
        assert "a kind of People like me at my side" in text(page) and "“Seen often.”" in text(page)
        ana.open("/codebook/EN-MENTOR/edit")
        page = ana.send("main form", name="One mentor", definition="Somebody who went before.")
        assert [row.get_text() for row in page.select(".sb-change del, .sb-change ins")][:2] == [
            "before: A mentor", "after: One mentor"]  # fmt: skip
        page = ana.undo()
        assert ana.message == "Undone: “A mentor” reworded." and ana.path == "/codebook"
        assert page.find(id="EN-MENTOR").h3.get_text() == "A mentor EN-MENTOR"

    def test_what_was_typed_stays_where_something_is_wrong(self, ana):
        ana.open("/codebook/new")
        page = ana.send("main form", family="enabler", name="", definition="Kept words.",
                        colour="#ffff00")  # fmt: skip
        assert ana.status == 422 and "Write a name." in text(page)
        assert "Choose a darker one" in text(page)
        assert page.select_one("#definition").get_text().strip() == "Kept words."

    def test_of_two_who_write_at_once_the_second_is_told(self, ana):
        page = ana.open("/codebook/EN-PEER/edit")
        first, second = page.select_one("main form"), str(page.select_one("main form"))
        ana.send(first, name="Peers", definition="One.")
        form = BeautifulSoup(second, "html.parser").form
        form["action"] = "/codebook/EN-PEER/edit"
        page = ana.send(form, name="Pals", definition="Two.")
        assert ana.status == 409 and "Somebody else changed this code" in text(page)
        assert page.select_one("#name")["value"] == "Pals"

    def test_it_moves_by_buttons_and_by_list(self, ana):
        ana.open("/codebook/EN-PEER")
        ana.send('form[action$="/shift"]', way="up")
        assert ana.message == "“People like me at my side” is moved up."
        ana.open("/codebook/EN-PEER/move")
        page = ana.send("main form", where="under:BA-WHO")
        assert "a kind of The same few voices" in text(page)
        ana.open("/codebook/BA-WHO/move")
        page = ana.send("main form", where="under:EN-PEER")
        assert ana.status == 422 and "cannot stand below itself" in text(page)

    def test_it_is_retired_and_brought_back(self, ana):
        ana.open("/codebook/EN-PEER/retire")
        page = ana.send("main form", why="Too wide.")
        assert "This code is out of use." in text(page)
        assert ana.open("/codebook").find(id="EN-PEER") is None
        assert ana.open("/codebook?show=all").find(id="EN-PEER")
        ana.open("/codebook/EN-PEER")
        ana.send('form[action$="/bring-back"]')
        assert ana.message == "“People like me at my side” is in use again."

    def test_families_are_added_moved_and_deleted_when_empty(self, ana):
        ana.open("/codebook/families/new")
        ana.send("main form", name="New one", question="What next?")
        ana.open("/codebook/families/new-one/edit")
        ana.send('form[action$="/shift"]', way="up")
        ana.open("/codebook/families/new-one/edit")
        ana.send('form[action$="/delete"]')
        assert ana.message == "The family “New one” is deleted."
        ana.open("/codebook/families/enabler/edit")
        ana.send('form[action$="/delete"]')
        assert ana.status == 409


class TestMerging:
    def test_by_form_with_what_went_along_and_back(self, ana):
        ana.open("/codebook/EN-PEER/merge")
        page = ana.send("main form", into="EN-ALLY", why="They say the same.")
        assert ana.path == "/codebook/EN-ALLY"
        assert ana.message.endswith("is now part of “An ally on the inside”. 2 codings went along.")
        assert "took in People like me at my side" in text(page)
        ana.undo()
        assert ana.message.endswith("2 codings came back to it.")

    def test_without_a_goal_it_asks_again(self, ana):
        ana.open("/codebook/EN-PEER/merge")
        ana.send("main form", into="")
        assert ana.status == 422


class TestSplitting:
    def test_passage_by_passage_left_and_gone_on_with(self, ana):
        ana.open("/codebook/EN-PEER/split")
        page = ana.send("main form", into="EN-ALLY")
        first, second = page.select(".sb-choice")
        assert BUS in first.get_text() and LETTER in second.get_text()
        choice = first.select("input[type=radio]")[1]
        page = ana.send("main form", **{radio["name"]: "" for radio in page.select(
            "input[type=radio]")} | {choice["name"]: choice["value"]})  # fmt: skip
        assert ana.message == "1 passage chosen for." and len(page.select(".sb-choice")) == 1
        page = ana.open("/codebook/EN-PEER")
        assert "This code is being split." in text(page)
        ana.open(page.select_one(".sb-panel--care a")["href"])
        page = ana.send(ana.page.select('form[action$="/end"]')[1])
        assert "This code is out of use." in text(page)

    def test_into_nothing_is_asked_again(self, ana):
        ana.open("/codebook/EN-PEER/split")
        ana.send("main form")
        assert ana.status == 422


class TestExamples:
    def test_from_a_passage_to_the_page_and_gone_with_a_stop(self, house, ana):
        ana.open("/codes/EN-PEER")
        page = ana.send('form[action*="/examples/from/"]')
        assert BUS in page.select_one(".sb-passage").get_text()
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(session.get(Story, ana.story), Purpose.STUDY)
        assert BUS not in text(ana.open("/codebook/EN-PEER"))


class TestVersions:
    def test_kept_compared_and_taken_home(self, ana):
        ana.open("/codebook/versions")
        ana.send('form[action="/codebook/versions"]', name="after pilot", note="Twelve stories.")
        ana.open("/codebook/EN-PEER/edit")
        ana.send("main form", name="Peers", definition="Others like me.")
        ana.open("/codebook/EN-LEARN/merge")
        ana.send("main form", into="EN-PEER")
        page = ana.open("/codebook/versions/compare")
        assert "Merged (1)" in text(page) and "Chances to learn into Peers" in text(page)
        assert "Peers" not in text(ana.open("/codebook/versions/1"))
        taken = ana.client.get("/codebook/file/1.toml")
        assert taken.mimetype == "application/toml" and 'name = "Chances to learn"' in taken.text
        assert ana.client.get("/codebook/file/0.json").json["codebook"]["version"] == "0.1"
        assert ana.client.get("/codebook/file/9.json").status_code == 404
        assert ana.client.get("/codebook/file/1.exe").status_code == 404

    def test_a_file_is_loaded_and_another_refused(self, ana):
        taken = ana.client.get("/codebook/file/0.toml").text.replace('"EN-PEER"', '"EN-OTHER"')
        page = ana.open("/codebook/versions")
        token = page.select_one('form[action="/codebook/load"] [name=csrf_token]')["value"]

        def load(content):
            data = {"csrf_token": token, "file": (io.BytesIO(content), "book.toml")}
            return ana._take(ana.client.post("/codebook/load", data=data))

        load(taken.encode())
        assert ana.message == "1 code added. 34 were there already and stay as they are."
        page = load(b"\x00\xff")
        assert ana.status == 422 and "not a codebook" in text(page)


class TestProposals:
    def test_proposed_talked_about_and_taken(self, ana):
        ana.open("/codebook/proposals")
        ana.send("main form", name="Tiredness", definition="It wears people out.")
        ana.send('form[action$="/remark"]', body="I saw it, too.")
        page = ana.send('form[action$="/answer"]', answer="take", family="", why="")
        assert ana.status == 422 and "Choose a family" in text(page)
        page = ana.send('form[action$="/answer"]', answer="take", family="barrier", why="")
        assert ana.path == "/codebook/BA-TIREDNESS"

    def test_declined_with_the_reason(self, ana):
        ana.open("/codebook/proposals")
        ana.send("main form", name="Being tired", definition="It wears people out.")
        page = ana.send('form[action$="/answer"]', answer="decline", why="")
        assert ana.status == 422 and "Write why" in text(page)
        page = ana.send('form[action$="/answer"]', answer="decline", why="BA-COST has it.")
        assert "Declined by ana" in text(page) and "“BA-COST has it.”" in text(page)
