"""Pages of the codebook: no words of stories, and for those who work with stories."""

import factories
import pytest
from bs4 import BeautifulSoup

from storybank import db
from storybank.people.rules import Role


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

    def test_it_leads_researchers_to_passages_and_others_not(self, client_as):
        link = "/codes/EN-PEER"
        assert link in client_as(Role.RESEARCHER).get("/codebook").text
        assert link not in client_as(Role.FACILITATOR).get("/codebook").text

    def test_it_counts_nothing(self, client_as):
        page = BeautifulSoup(client_as(Role.STEWARD).get("/codebook").text, "html.parser")
        assert "coding" not in page.main.get_text().lower().replace("encoding", "")

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.STORYTELLER, Role.ADMINISTRATOR])
    def test_it_is_not_for_everybody(self, client_as, role):
        client = client_as(role)
        assert client.get("/codebook").status_code == 403
        assert client.get("/codebook/_about/EN-PEER").status_code == 403


class TestAbout:
    def test_one_code_is_a_part_of_a_page(self, client_as):
        answer = client_as(Role.RESEARCHER).get("/codebook/_about/EN-PEER")
        assert "similar experience" in answer.text and "<html" not in answer.text

    def test_one_that_is_not_there_is_not_found(self, client_as):
        assert client_as(Role.RESEARCHER).get("/codebook/_about/NO").status_code == 404
