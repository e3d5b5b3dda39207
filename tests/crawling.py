"""Walking through every page of the house as every role, looking for a word."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pdf_files
from factories import PASSWORD
from pypdf.errors import PyPdfError

from storybank import db
from storybank.consent.rules import EIGHT
from storybank.people import service as people
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Person:
    """Somebody at a browser: a test client that signs in through the form."""

    app: object
    email: str | None = None
    client: object = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.email:
            answer = self.post("/sign-in", on="/sign-in", email=self.email, password=PASSWORD)
            assert answer.status_code == 303, "could not sign in"

    def get(self, path: str, **query):
        return self.client.get(path, query_string=query)

    def post(self, path: str, on: str = "/me", **fields):
        """Send a form with the token of the page it stands ``on``."""
        token = TOKEN.search(self.get(on).text)
        return self.client.post(path, data={"csrf_token": token[1] if token else "", **fields})


def a_person_of_each_role(app, house) -> dict[str, Person]:
    """One signed-in person for each role, and a visitor."""
    with db.writing(house.sessions) as session:
        for role in GIVEN_TO_ACCOUNTS:
            if role is not Role.STORYTELLER:
                email = f"{role}@example.org"
                people.add_account(session, email, [role], name=role.value, password=PASSWORD)
    everybody = {
        role.value: Person(app, f"{role}@example.org")
        for role in GIVEN_TO_ACCOUNTS
        if role is not Role.STORYTELLER
    }
    return everybody | {"visitor": Person(app)}


@dataclass(frozen=True)
class Sight:
    """The word was seen: by whom, at which address, on a page of which purposes."""

    who: str
    url: str
    purposes: tuple[str, ...]


def addresses(app, values: dict[str, list], queries: list[dict]) -> Iterator[tuple[str, tuple]]:
    """Every GET address of the house with these values in its places, and its purposes."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.endswith("static"):
            continue
        view = app.view_functions[rule.endpoint]
        names = sorted(rule.arguments)
        for chosen in itertools.product(*(values[name] for name in names)):
            try:
                with app.test_request_context():
                    url = app.url_for(rule.endpoint, **dict(zip(names, chosen, strict=True)))
            except ValueError:
                continue  # a word for another address, which this one does not take
            purposes = getattr(view, "purposes", ())
            if "purpose" in names:
                mine = chosen[names.index("purpose")]
                if purposes and mine not in purposes:
                    # The guard knows no such page, for anybody: tests of the guard see to that.
                    continue
                purposes = (mine,)
            yield url, purposes, queries


def crawl(app, everybody: dict[str, Person], word: str, values: dict, queries: list) -> set[Sight]:
    """Every sight of ``word``, in bodies and headers, by everybody, at every address."""
    return crawl_for((word,), app, everybody, values, queries, set())[word]


def crawl_for(
    words: tuple[str, ...],
    app,
    everybody: dict[str, Person],
    values: dict,
    queries: list,
    refused: set[tuple[str, str]],
) -> dict[str, set[Sight]]:
    """Every sight of each of the words, with each page asked for once.

    A role that may not come to an address is not asked again, neither with a query nor in a
    later crawl that is given the same ``refused``: that hangs on nobody's story.
    """
    seen: dict[str, set[Sight]] = {word: set() for word in words}
    pages = list(addresses(app, values, queries))
    for who, person in everybody.items():
        for url, purposes, asked in pages:
            for query in asked:
                if (who, url) in refused or (query and not understands(url, query)):
                    continue
                answer = person.get(url, **query)
                led = answer.headers.get("Location", "")
                if answer.status_code == 403 or "/sign-in" in led or led == "/join":
                    refused.add((who, url))
                told = said(answer) + str(answer.headers)
                for word in words:
                    if tells(told, word, query):
                        seen[word].add(Sight(who, url, purposes))
    return seen


def again(everybody: dict[str, Person], sights: set[Sight], word: str, queries: list) -> set[Sight]:
    """Those of these sights at which ``word`` is still to be seen."""
    return {
        sight
        for sight in sights
        if any(
            shows(everybody[sight.who].get(sight.url, **query), word, query)
            for query in queries
            if not query or understands(sight.url, query)
        )
    }


def shows(answer, word: str, query: dict) -> bool:
    """Is the word in what was answered to this query?

    A page may show back what the person typed. Queries type the word in small letters, the
    story has capitals in it; so on a page that was asked for the word only the story's own
    spelling counts, and on any other page every spelling does.
    """
    return tells(said(answer) + str(answer.headers), word, query)


def tells(told: str, word: str, query: dict) -> bool:
    typed = any(word.lower() in str(value) for value in query.values())
    return word in told if typed else word.lower() in told.lower()


def said(answer) -> str:
    """All that an answer says: of a zip file (a workbook or a document is one too), the names
    and the texts of the files in it; of a PDF file its words, properties and words for pictures."""
    if answer.data.startswith(b"%PDF-"):
        with suppress(PyPdfError):  # What somebody brought as a proof may be none within.
            return pdf_files.read(answer.data).everything
    if not answer.data.startswith(b"PK\x03\x04"):
        return answer.data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "\n".join(
            f"{name}\n{archive.read(name).decode('utf-8', 'replace')}"
            for name in archive.namelist()
        )


def understands(url: str, query: dict) -> bool:
    """Whether a page does anything with a query, so that others are not asked in vain."""
    if "/search/" in url and url.rsplit("/search/")[1].count("/"):
        return False  # Searches that are kept, and what is like a passage.
    if "q" in query:
        return "/search" in url or "/find" in url or url in ("/queries", "/queries/build")
    if "round" in query:
        return "/coding-together" in url
    if "order" in query:
        return "/suggestions" in url
    return "/draw" in url or "/search" in url


PURPOSES = [use.value for use in EIGHT]
