"""One story with a word nobody else uses: who sees it where, and that a stop ends it everywhere.

Each test has a copy of one house, so that what one has seen before any stop stands for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import factories
import pytest
import sqlalchemy as sa
from agreement.together import coded_together
from analysis.matrices import matrix_in
from codebook.changed import book_changed
from crawling import PURPOSES, TOKEN, Person, Sight, a_person_of_each_role, again, crawl_for
from meetings.led import led_in
from portal.asked import asked_in
from rights.asking import requests_in
from stewardship.matters import matters_in
from stories.sounding import kept_beside
from suggest.answered import answered_in
from synthesis.answered import answer_in
from ways_in.open_ways import ways_open

from storybank import db, tables
from storybank.analysis import saved
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.consent.purposes import CLAIMS, EIGHT, Purpose
from storybank.consent.rules import NameStyle, Use
from storybank.mail import service as mail
from storybank.meetings.seats import COOKIE as SEAT
from storybank.people import identity
from storybank.people import service as people
from storybank.people.identity_rules import Details
from storybank.people.rules import MACHINE, Role
from storybank.search import keys
from storybank.search import saved as searches

SPELT = "QuokkaLantern"
WORD = SPELT.lower()
# Cue phrases of the starter codebook stand beside the word, so that suggestions touch it too.
TEXT = (
    f"We met at the {SPELT} every Thursday. Our peer group kept me going.\n\n"
    "They talked over me and it was a tick box, a done deal.\n\n"
    f"In the end they changed the letter, and the {SPELT} has a quiet room now."
)
NOISE = "Nothing here is about lamps. Our peer group met on Fridays."
REAL = "Zephyrine"
"""The storyteller's name, which nobody was told to show."""


@pytest.fixture
def scene(told, tmp_path) -> Iterator[SimpleNamespace]:
    """A copy of the house where the story was told, before anything was stopped."""
    with factories.open_copy(told.home, tmp_path / "home") as house:
        app = factories.make_app(house)
        everybody = {who: Person(app) for who in told.cookies}
        for who, cookie in told.cookies.items():
            if cookie is not None:
                everybody[who].client.set_cookie("storybank", cookie)
        everybody["participant"] = Person(app)
        everybody["participant"].client.set_cookie(SEAT, told.values["seat"][0])

        def look_for(*words: str) -> dict[str, set[Sight]]:
            return crawl_for(words, app, everybody, told.values, told.queries, told.refused)

        def before() -> dict[str, set[Sight]]:
            """Every sight of each word by everybody, as long as nothing was stopped."""
            told.before = told.before or look_for(SPELT, REAL)
            return told.before

        yield SimpleNamespace(
            app=app, house=house, everybody=everybody, story=told.story, number=told.story.id,
            before=before, look=lambda: look_for(SPELT)[SPELT], told=told,
        )  # fmt: skip


PRINTED = {"workshop": ("cards", "pdf"), "decide": ("large", "docx"), "teach": ("slides", "pptx")}


def tell(app, house, home: Path) -> SimpleNamespace:
    """The story, with somebody of every role, codings, suggestions, a printed pack, receipts."""
    everybody = a_person_of_each_role(app, house)
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = a.story(
            TEXT, f"The {SPELT}", EIGHT, name=f"Ada {SPELT}", style=NameStyle.CHOSEN,
            external_id="outside-1",
        )  # fmt: skip
        kept_beside(session, story.id, SPELT)
        a.story(NOISE, "A plain story", [], external_id="outside-2")
        teller = a.actor(Role.STORYTELLER, email="teller@example.org", person_id=story.person_id)
        assert teller.person_id
        mail.send(
            session, person_id=story.person_id, subject="Your receipt", body="Look at /my.",
            about="receipt:1",
        )  # fmt: skip
        asked = requests_in(a, story.person_id, story.id)
        asked |= ways_open(a, teller.account_id)
        waits = asked_in(a, teller, story.id, f"We met at the old {SPELT}.")
        asked["request_id"] += waits["request_id"]
        asked["ask_id"] = waits["ask_id"]
        held = a.story("This one is on hold.", "On hold", [], external_id="outside-3")
        desk = people.account_by_email(session, "steward@example.org")
        asked |= matters_in(a, people.actor_for(session, desk), story.id, held.id)
        code_ids = [codebook.code(session, key).id for key in ("EN-PEER", "VA-SERVICE")]
        details = Details(legal_name=f"{REAL} {SPELT[:6]}", email="teller@example.org")
        identity.save_details(session, MACHINE, story.person_id, details)
    everybody["storyteller"] = Person(app, "teller@example.org")
    house.runner.drain()
    researcher, facilitator = everybody["researcher"], everybody["facilitator"]
    number = story.id
    assert researcher.post(
        f"/desk/{number}/codings",
        on=f"/desk/{number}",
        version=1,
        start=0,
        end=60,
        code=code_ids,
        quote=TEXT[:60],
    ).status_code in (200, 303)
    place = f"story={number}&version=1&start=0&end=60"
    assert researcher.post(
        f"/memos/new?{place}", on="/memos/new", body="Who comes there on Thursdays?"
    ).status_code == 303  # fmt: skip
    with db.writing(house.sessions) as session:
        account = people.account_by_email(session, "researcher@example.org")
        use = Use.claim(people.actor_for(session, account), Purpose.STUDY, now())
        asked |= book_changed(session, use, 1)
        asked |= matrix_in(session, use, number)
        asked["query_id"] = [saved.save(session, use, "Peers", "code:EN-PEER", shared=True).id]
        search = searches.save(session, house.index, use, "Peers", "code:EN-PEER", True)
        asked["search_id"] = [search.id]
        asked["search_key_id"] = [keys.make(session, use.actor, "A table")[0].id]
        other = Use.claim(factories.Factory(session).actor(Role.RESEARCHER), Purpose.STUDY, now())
        asked |= coded_together(session, use, other, number)
        asked |= answered_in(session, use, number)
    for purpose in ("workshop", "decide", "teach"):
        made = facilitator.post(
            "/workshops/new", on="/workshops/new", title=f"For {purpose}", question="What helps?",
            held_on="2099-05-01", purpose=purpose, audience="Riverside Council",
        )  # fmt: skip
        workshop = made.location.rstrip("/").rsplit("/", 1)[-1]
        pack = facilitator.post(
            f"/workshops/{workshop}/packs/new", on=f"/workshops/{workshop}/packs/new",
            title="Pack", use_until="2099-06-01",
        ).location.split("/draw")[0]  # fmt: skip
        facilitator.post(f"{pack}/draw", on="/workshops/new", place=f"{number}-1-0-60")
        facilitator.post(f"{pack}/freeze", on="/workshops/new")
        form, file = PRINTED[purpose]
        assert (
            facilitator.post(
                f"{pack}/paper", on="/workshops/new", form=form, file=file, copies=3
            ).status_code
            == 303
        )
    with db.writing(house.sessions) as session:
        account = people.account_by_email(session, "facilitator@example.org")
        led = led_in(session, people.actor_for(session, account), 1)
        asked["token"] += led.pop("token")
        asked |= led
        asked |= answer_in(session, 1, account.id, story.person_id)
    values = {
        "purpose": PURPOSES, "story_id": [number, number + 1], "pack_id": [1, 2, 3],
        "item_id": [1, 2, 3], "workshop_id": [1, 2, 3], "receipt_id": [1, 2, 3],
        "account_id": [1, 2],
        "key": ["EN-PEER", "VA-SERVICE", "enabler"], "suggestion_id": [1, 2, 3],
        "code": ["keep"], "proposal_id": [1], "form": ["docx", "json", "xlsx"], "shape": ["cards"],
        "run_id": [1, 2, 3], "file": ["html", "pdf", "docx", "pptx"], "card_id": [1],
        "letters": ["NOTACARDAT"],
        "paragraph": [1, 2, 3], "person_id": [1, 2],
        "message_id": [1, 2], "memo_id": [1], "link_id": [1], "coding_id": [1, 2],
        "intake_id": [1], "waiting_id": [1], "file_id": [1], "mapping_id": [1],
        "arrival_id": [1], "place": [f"{number}-1-0-60"], **asked,
    }  # fmt: skip
    queries = [
        {}, {"q": WORD}, {"q": "quokka*"}, {"q": "quokkalanterm"}, {"q": "thursday"},
        {"q": "code:EN-PEER"}, {"q": str(number)}, {"code": "EN-PEER"}, {"family": "value"},
        {"order": "strongest"}, {"round": "1"},
    ]  # fmt: skip

    kept = {who: person.client.get_cookie("storybank") for who, person in everybody.items()}
    cookies = {who: cookie and cookie.value for who, cookie in kept.items()}
    return SimpleNamespace(
        home=home, cookies=cookies, story=story, values=values, queries=queries, before=None,
        refused=set(),
    )  # fmt: skip


def stop(scene, *uses: Purpose) -> None:
    with db.writing(scene.house.sessions) as session:
        factories.Factory(session).stop(scene.story, *uses)


def strays(scene) -> list[str]:
    with scene.house.sessions() as session:
        return [line for _, line in scene.house.strays(session)]


def claimable(who: str) -> set[str]:
    # Somebody in a workshop is a visitor everywhere else.
    roles = [Role(who), Role.VISITOR] if who == "participant" else [Role(who)]
    return {purpose.value for role in roles for purpose in CLAIMS[role]}


MUST_SEE = {
    ("researcher", "/desk/{n}"), ("researcher", "/desk/{n}/sentences"),
    ("researcher", "/desk/{n}/codings"), ("researcher", "/codes/EN-PEER"),
    ("researcher", "/codebook/EN-PEER"),
    ("researcher", "/memos"), ("researcher", "/memos/1"), ("researcher", "/memos/story/{n}"),
    ("researcher", "/pictures/lines"), ("researcher", "/pictures/lines/{n}"),
    ("researcher", "/pictures/frameworks/1"), ("researcher", "/pictures/frameworks/1/{n}/2"),
    ("researcher", "/codings.csv"), ("researcher", "/search/study"), ("researcher", "/queries"),
    *(("researcher", f"/files/{use}/codings.{form}") for use in ("study", "reuse")
      for form in ("docx", "json", "xlsx")),
    ("researcher", "/search/reuse"), ("researcher", "/stories/study"),
    ("researcher", "/stories/reuse/{n}"), ("researcher", "/suggestions"),
    ("researcher", "/suggestions/story/{n}"), ("researcher", "/suggestions/sample"),
    ("researcher", "/suggestions/codebook"), ("facilitator", "/packs/workshop/1"),
    *(("facilitator", f"/packs/{pack}/{file}") for pack, files in (
        ("workshop/1/paper/1", ("html", "pdf", "docx")), ("decide/2/paper/2", ("html", "docx")),
        ("teach/3/paper/3", ("html", "pptx"))) for file in files),
    ("facilitator", "/packs/decide/2"), ("facilitator", "/packs/workshop/1/draw"),
    ("facilitator", "/packs/workshop/1/card/1"), ("facilitator", "/packs/teach/3/card/3"),
    ("facilitator", "/packs/workshop/1/card/1/swap"),
    ("facilitator", "/meetings/workshop/1/report"),
    ("facilitator", "/meetings/workshop/1/clusters"),
    ("facilitator", "/meetings/workshop/1/wall"), ("visitor", "/watch/look-on-here"),
    ("participant", "/seat"), ("participant", "/seat/now"),
    ("facilitator", "/meetings/workshop/1/report/docx"),
    ("facilitator", "/meetings/workshop/1/recommendations/1"),
    ("researcher", "/search/study/like/{n}-1-0-60"), ("facilitator", "/packs/workshop/1/find"),
    ("facilitator", "/packs/workshop/add/{n}-1-0-60"),
    ("facilitator", "/search/workshop"), ("member", "/stories/members"),
    ("member", "/stories/members/{n}"), ("member", "/search/members"),
    ("steward", "/details/keep"), ("steward", "/details/keep/{n}"),
    ("steward", "/details/keep/{n}/original"), ("storyteller", "/my/{n}/taken-out"),
    ("researcher", "/details/study"), ("researcher", "/details/study/{n}"),
    ("steward", "/stories/keep"), ("steward", "/stories/keep/{n}"),
    ("steward", "/stories/keep/{n}/choices"), ("steward", "/steward/stories/{n}/others"),
    ("storyteller", "/my"), ("storyteller", "/my/{n}/parts"), ("storyteller", "/my/asks/1"),
    ("storyteller", "/my/{n}/parts/change"), ("storyteller", "/my/{n}/codes"),
    ("steward", "/steward/asks/1"), ("steward", "/steward/corrections/3"),
    ("storyteller", "/my/{n}"), ("visitor", "/search/public"),
}  # fmt: skip


def must_see(scene) -> set[tuple[str, str]]:
    return {(who, url.format(n=scene.number)) for who, url in MUST_SEE}


@pytest.mark.slow
class TestCanary:
    def test_each_role_sees_it_where_its_purpose_allows_and_nowhere_else(self, scene, capfd):
        scene.told.before = None  # What the logs say of it is read here.
        scene.told.refused.clear()
        seen = scene.before()[SPELT]
        assert must_see(scene) <= {(sight.who, sight.url) for sight in seen}
        outside = {s for s in seen if not set(s.purposes) & claimable(s.who)}
        assert outside == set()
        told = capfd.readouterr()
        assert [
            word for word in (WORD, REAL.lower()) if word in (told.out + told.err).lower()
        ] == []

    def test_a_stop_of_one_use_is_true_at_its_commit_with_the_queue_held_back(self, scene):
        before = scene.before()[SPELT]
        stop(scene, Purpose.WORKSHOP)
        after = again(scene.everybody, before, SPELT, scene.told.queries)

        def there(sight: Sight) -> bool:
            return sight.purposes == ("workshop",) or sight.url.startswith("/seat")

        assert {s for s in after if there(s)} == set()
        untouched = {s for s in before if not there(s)}
        assert untouched <= after
        assert any("pack" in line for line in strays(scene))
        scene.house.runner.drain()
        assert strays(scene) == []

    def test_t8_a_stop_of_all_is_true_at_its_commit_with_the_index_left_stale(self, scene):
        stop(scene)
        seen = scene.look()
        assert {s.who for s in seen} == {"storyteller"}
        named = strays(scene)
        assert any(line.startswith("search index") for line in named)
        assert any("pack" in line for line in named)
        assert any("suggestion" in line for line in named)
        assert WORD not in " ".join(named).lower()

    def test_after_a_stop_a_page_answers_as_if_the_story_had_never_been(self, scene):
        """No count, hint or suggestion differs between the stopped word and a made-up one."""
        stop(scene)
        made_up = "z" * len(WORD)
        for who, purpose in (
            ("researcher", "study"), ("facilitator", "workshop"), ("member", "members"),
            ("steward", "keep"), ("visitor", "public"),
        ):  # fmt: skip
            person = scene.everybody[who]
            person.get("/about")  # a sentence that waits for the next page is said here
            real, fake = (
                TOKEN.sub("", person.get(f"/search/{purpose}", q=word).text).replace(word, "?")
                for word in (WORD, made_up)
            )
            assert real == fake, purpose

    def test_nothing_can_be_done_with_it_after_a_stop(self, scene):
        researcher = scene.everybody["researcher"]
        page, n = "/stories/study", scene.number
        stop(scene)
        for path, fields in (
            (
                f"/desk/{n}/codings",
                {"version": 1, "start": 0, "end": 9, "code": [1], "quote": TEXT[:9]},
            ),
            (f"/desk/{n}/sentences", {"sentence": ["0-9"], "code": [1]}),
            ("/codings/1/remove", {}),
            ("/suggestions/1/confirm", {}),
        ):
            answer = researcher.post(path, on=page, **fields)
            assert answer.status_code in (404, 409), path
            assert WORD not in answer.text.lower()
        facilitator = scene.everybody["facilitator"]
        answer = facilitator.post(
            "/packs/workshop/1/draw", on="/workshops/new", place=f"{n}-1-0-60"
        )
        assert WORD not in facilitator.get("/packs/workshop/1").text.lower()
        assert WORD not in answer.text.lower()

    def test_after_the_cleaning_job_the_word_is_in_one_table_and_no_file(self, scene):
        stop(scene)
        scene.house.runner.drain()
        assert strays(scene) == []
        assert tables_holding(scene.house, WORD) == {"story_words"}
        assert files_holding(scene.house.config.home, WORD) == set()
        assert WORD not in scene.everybody["researcher"].get("/codings.csv").text.lower()

    def test_before_a_stop_the_index_does_hold_it_so_the_search_for_files_can_find(self, scene):
        assert files_holding(scene.house.config.home, WORD)
        assert tables_holding(scene.house, WORD) == {"story_words"}

    def test_t10_without_the_permit_clause_this_crawl_fails(self, scene, monkeypatch):
        before = scene.before()[SPELT]
        stop(scene)
        for door in ("reading", "allowed"):
            monkeypatch.setattr(
                f"storybank.stories.{door}.permits", lambda use, story_id: sa.true()
            )
        assert len({s.who for s in again(scene.everybody, before, SPELT, [{}])}) > 1


def tables_holding(house, word: str) -> set[str]:
    """Tables with the word in any column of any row."""
    found = set()
    with house.engine.connect() as connection:
        for table in tables.metadata.tables.values():
            rows = connection.exec_driver_sql(
                f'SELECT * FROM "{table.name}"'
            ) if table.name != "story_words" else connection.execute(
                sa.select(table), execution_options={"use": _anybody()}
            )  # fmt: skip
            if any(word in " ".join(map(str, row)).lower() for row in rows):
                found.add(table.name)
    return found


def files_holding(home, word: str) -> set[str]:
    """Files of the data folder, but for the database, with the word's letters in them."""
    return {
        path.name
        for path in home.rglob("*")
        if path.is_file()
        and not path.name.startswith("storybank.db")
        and word.encode() in path.read_bytes().lower()
    }


def _anybody():
    from storybank.clock import now
    from storybank.consent.rules import Use
    from storybank.people.rules import MACHINE

    return Use.claim(MACHINE, Purpose.INDEX, now())


# At the end, for they stand on what is above.
from journeys.canary_states import *  # noqa: E402, F403
