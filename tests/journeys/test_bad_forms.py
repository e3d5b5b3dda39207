"""Whatever is sent to any address, by anybody, is answered with a page and never with a fault."""

from __future__ import annotations

import itertools
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import crawling
import factories
import pytest
import sqlalchemy as sa
from fuzzing import HOSTILE, STORED_OTHERWISE, Form, Reader, kinds_for, undone
from journeys import full_house

from storybank import db, tables
from storybank.config import Config
from storybank.demo import corpus, loading
from storybank.meetings.seats import COOKIE as SEAT
from storybank.wiring import open_house

pytestmark = pytest.mark.slow

SEED = 20_261_122
NUMBERS = {"past it": 2**31, "at the edge": 2**31 - 1, "too small": 0, "far past": 10**30}
TEXTS = {
    "NUL": "%00", "long": "a" * 5_000, "dots": "..%2f..%2f", "no UTF-8": "%ff%fe",
    "a purpose": "keep", "mark-up": "%3Cscript%3E", "other digits": "%d9%a1",
}  # fmt: skip
no_matter_which_database = pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
"""The database has no part in it, so it is tried on one."""
USUAL_FORM = "application/x-www-form-urlencoded"


@dataclass
class Somebody:
    """A signed-in browser that is the same before each request, and what its pages hold."""

    who: str
    client: object
    cookie: str | None
    token: str
    seat: str | None = None
    """What a participant's phone holds."""
    forms: list[Form] = field(default_factory=list)
    queries: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass
class Trials:
    """Requests sent, each on the house as it was; what went wrong is gathered."""

    app: object
    house: object
    faults: list[str] = field(default_factory=list)
    sent: int = 0

    def send(self, somebody: Somebody, what: str, method: str, url: str, **more) -> int:
        self.sent += 1
        if somebody.cookie is not None:
            somebody.client.set_cookie("storybank", somebody.cookie)
        if somebody.seat is not None:
            somebody.client.set_cookie(SEAT, somebody.seat)
        with undone(self.house):
            try:
                answer = somebody.client.open(url, method=method, **more)
                body = crawling.said(answer)
            except Exception as fault:  # the application is under test: it hands faults on
                self.faults.append(f"{somebody.who}: {method} {url[:80]}: {what}: {fault!r:.300}")
                return 500
        if answer.status_code >= 500 or "Traceback" in body:
            self.faults.append(f"{somebody.who}: {method} {url[:80]}: {what}: {answer.status}")
        return answer.status_code


@pytest.fixture(scope="module")
def filled(invented_house, tmp_path_factory) -> tuple[Path, dict[str, list]]:
    """The data folder of a house with something on every page; what stands in its addresses."""
    home = tmp_path_factory.mktemp("filled") / "home"
    with factories.open_copy(invented_house, home) as house:
        return home, full_house.fill(house)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def demo(request, filled, tmp_path_factory):
    """That house, on a database of each kind: they bear different things."""
    home = tmp_path_factory.mktemp("demo") / "home"
    if request.param == "sqlite":
        with factories.open_copy(filled[0], home) as house:
            yield house
        return
    shutil.copytree(filled[0], home, symlinks=True)
    url = new_database(request.getfixturevalue("postgres_url"), "bad_forms")
    db.upgrade(url)
    move(Config.for_home(home).database_url, url)
    house = open_house(Config.for_home(home, database_url=url, jobs="held", testing=True))
    with house.sessions() as session:
        house.index.reindex(session)
    yield house
    house.close()


def move(one: str, other: str) -> None:
    """Every row of one database into another that has the same tables."""
    every = tables.metadata.tables.values()
    source, goal = sa.create_engine(one), sa.create_engine(other)
    with source.connect() as there, goal.begin() as here:
        here.exec_driver_sql("SET session_replication_role = replica")  # in any order, then
        names = ", ".join(here.dialect.identifier_preparer.format_table(one) for one in every)
        here.exec_driver_sql(f"TRUNCATE {names}")
        for table in every:
            rows = [dict(row) for row in there.execute(sa.select(table)).mappings()]
            if rows:
                here.execute(sa.insert(table), rows)
            for column in table.primary_key:
                sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                last = f'(SELECT max("{column.name}") FROM "{table.name}")'
                if isinstance(column.type, sa.Integer):
                    here.exec_driver_sql(f"SELECT setval({sequence}, {last})")
    source.dispose()
    goal.dispose()


@pytest.fixture(scope="module")
def app(demo):
    return factories.make_app(demo)


@pytest.fixture
def trials(app, demo) -> Trials:
    return Trials(app, demo)


@pytest.fixture(scope="module")
def values(filled) -> dict[str, list]:
    return filled[1]


@pytest.fixture(scope="module")
def on_postgres(demo) -> bool:
    """There only what databases do not bear alike is tried again."""
    return demo.engine.dialect.name == "postgresql"


@pytest.fixture(scope="module")
def everybody(app, walked) -> list[Somebody]:
    """The same people on the database of this test."""
    return [replace(one, client=app.test_client()) for one in walked]


@pytest.fixture(scope="module")
def walked(filled, values, tmp_path_factory) -> list[Somebody]:
    """Somebody of each role, with every form that stands on the pages they may see."""
    with factories.open_copy(filled[0], tmp_path_factory.mktemp("walked") / "home") as house:
        return walk(factories.make_app(house), values)


def walk(app, values: dict[str, list]) -> list[Somebody]:
    people = {roles[0].value: email for email, _, roles in loading.PEOPLE}
    people |= {"storyteller": loading.STORYTELLER, "visitor": None, "participant": None}
    found, seen, walked = [], set(), set()
    for who, email in people.items():
        client = app.test_client()
        if email:
            token = crawling.TOKEN.search(client.get("/sign-in").text)[1]
            form = {"email": email, "password": loading.PASSWORD, "csrf_token": token}
            assert client.post("/sign-in", data=form).status_code == 303
        page = client.get("/me" if email else "/sign-in").text
        cookie = client.get_cookie("storybank")
        one = Somebody(who, client, cookie and cookie.value, crawling.TOKEN.search(page)[1])
        if who == "participant":
            one.seat = values["seat"][0]
            client.set_cookie(SEAT, one.seat)
        found.append(one)
        one.forms += only_after_an_act(who, values)
        for rule, url in may_open(app, who, values):
            url += "?code=EN-PEER" if url.endswith("/draw") else ""
            url += "?q=code:EN-ALLY" if url.endswith("/queries") else ""
            answer = client.get(url)
            assert answer.status_code < 500, url
            html = answer.mimetype == "text/html"
            if answer.status_code == 200 and (rule.endpoint, html) not in walked:
                walked.add((rule.endpoint, html))
                (one.pages if html else one.files).append(url)
            if answer.status_code == 200 and html:
                read = Reader(answer.text, url)
                one.queries |= read.queries
                for form in read.forms:
                    place = (rule_of(app, form.action), form.names)
                    if place not in seen:
                        seen.add(place)
                        one.forms.append(form)
    return found


def rule_of(app, url: str) -> str:
    rule, _ = app.url_map.bind("localhost").match(url.partition("?")[0], "POST", return_rule=True)
    return rule.rule


def may_come(app, rule, who: str) -> bool:
    roles = {str(role) for role in getattr(app.view_functions[rule.endpoint], "roles", ())}
    return bool({who, "anyone"} & roles or ("signed in" in roles and who != "visitor"))


def may_open(app, who: str, values: dict[str, list]) -> Iterator[tuple]:
    """Every page that is open to somebody, with each of the values in its address."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and may_come(app, rule, who):
            names = sorted(rule.arguments)
            for chosen in itertools.product(*(values[name] for name in names)):
                yield rule, address(app, rule, dict(zip(names, chosen, strict=True)))


def post_rules(app) -> list:
    return [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]


def test_every_address_that_takes_a_form_is_tried_with_one(app, everybody):
    found = {rule_of(app, form.action) for one in everybody for form in one.forms}
    assert {rule.rule for rule in post_rules(app)} == found


def test_most_forms_are_taken_as_they_stand(trials, everybody):
    """So that a field gone bad is what is tried, and not the first of many."""
    answers = [
        trials.send(
            one, "as it is", "POST", form.action, data=form.body(csrf_token=one.token),
            content_type=USUAL_FORM,
        )
        for one in everybody
        for form in one.forms
    ]  # fmt: skip
    assert trials.faults == []
    # A slip and what a script asked for are shown at once; all else leads on.
    taken = answers.count(303) + answers.count(200)
    assert taken > len(answers) * 0.8


class TestForms:
    def test_each_field_of_each_form_may_hold_anything(self, trials, everybody, on_postgres):
        chance = random.Random(SEED)
        turn = defaultdict(lambda: chance.randrange(100))
        kinds = STORED_OTHERWISE if on_postgres else tuple(sorted(HOSTILE))
        for one, form, name in each_field(trials.app, everybody):
            likely = kinds_for(dict(form.fields)[name], kinds)
            turn[likely] += 1
            what = likely[turn[likely] % len(likely)]
            body = form.body(**{name: HOSTILE[what]}, csrf_token=one.token)
            trials.send(
                one, f"{name}: {what}", "POST", form.action, data=body, content_type=USUAL_FORM
            )  # fmt: skip
        assert trials.faults == []
        assert trials.sent > 350

    @no_matter_which_database
    def test_fields_may_come_twice_or_as_a_list(self, trials, everybody):
        for one in everybody:
            for form in one.forms:
                again = "".join(f"&{name}=7&{name}[]=8" for name in form.names)
                body = form.body(csrf_token=one.token) + again.encode()
                trials.send(
                    one, "all again", "POST", form.action, data=body, content_type=USUAL_FORM
                )  # fmt: skip
        assert trials.faults == []

    def test_everything_may_be_sent_everywhere(self, trials, app, everybody, values, on_postgres):
        names = sorted({name for one in everybody for form in one.forms for name in form.names})
        form = Form("", ())
        chance = random.Random(SEED)
        kinds = STORED_OTHERWISE if on_postgres else sorted(HOSTILE)
        for one, rule in senders(app, everybody):
            url = address(app, rule, {name: values[name][0] for name in rule.arguments})
            what = chance.choice(kinds)
            value = HOSTILE[what] and HOSTILE[what][:400]
            body = form.body(**dict.fromkeys(names, value), csrf_token=one.token)
            trials.send(one, f"all: {what}", "POST", url, data=body, content_type=USUAL_FORM)
        assert trials.faults == []
        assert trials.sent > 100

    @no_matter_which_database
    def test_a_body_may_be_of_any_kind(self, trials, app, everybody, values):
        chance = random.Random(SEED)
        for one, rule in senders(app, everybody):
            url = address(app, rule, {name: values[name][0] for name in rule.arguments})
            for body, kind in chance.sample(BODIES, 1):
                trials.send(
                    one, kind, "POST", url, data=body, content_type=kind,
                    headers={"X-CSRFToken": one.token},
                )  # fmt: skip
        assert trials.faults == []


def each_field(app, everybody) -> Iterator[tuple[Somebody, Form, str]]:
    """Each field of the forms that go to one address, once for each kind of thing it holds."""
    seen = set()
    for one in everybody:
        for form in one.forms:
            held = dict(form.fields)
            for name in form.names:
                place = (rule_of(app, form.action), name, kinds_for(held[name], sorted(HOSTILE)))
                if place not in seen:
                    seen.add(place)
                    yield one, form, name


def senders(app, everybody) -> Iterator[tuple]:
    """For each address that takes a form, the first who may send it and one who may not."""
    for rule in post_rules(app):
        may = [one for one in everybody if may_come(app, rule, one.who)]
        yield from ((one, rule) for one in may[:1])
        yield from ((one, rule) for one in [one for one in everybody if one not in may][-1:])


class TestAddresses:
    def test_any_number_or_word_may_stand_in_an_address(
        self, trials, app, everybody, values, on_postgres
    ):
        for rule in app.url_map.iter_rules():
            method = "POST" if "POST" in rule.methods else "GET"
            may = [one for one in everybody if may_come(app, rule, one.who)][:1]
            for one in [*may, *(one for one in everybody if one.who == "visitor")]:
                for name in sorted(rule.arguments):
                    numbers = isinstance(values[name][0], int)
                    kinds = NUMBERS if numbers else TEXTS
                    # A door that stays shut is tried once; what a database minds, on both.
                    few = one not in may or on_postgres
                    for what, value in list(kinds.items())[
                        : (1 if one not in may else 2) if few else None
                    ]:
                        given = {other: values[other][0] for other in rule.arguments}
                        trials.send(
                            one, f"{name}: {what}", method,
                            path(rule, given | {name: value}), data={"csrf_token": one.token},
                        )  # fmt: skip
        assert trials.faults == []
        assert trials.sent > 300

    def test_any_question_may_be_asked_of_a_page(self, trials, everybody, on_postgres):
        chance = random.Random(SEED)
        # A server takes no longer line than this.
        kinds = [
            what for what in (STORED_OTHERWISE if on_postgres else sorted(HOSTILE))
            if HOSTILE[what] and len(HOSTILE[what]) < 4_000
        ]  # fmt: skip
        for one in everybody:
            for url in one.pages:
                what = chance.choice(kinds)
                fields = dict.fromkeys(sorted(QUERIES), HOSTILE[what])
                query = Form("", ()).body(**fields).decode()
                sign = "&" if "?" in url else "?"
                trials.send(one, f"all: {what}", "GET", f"{url}{sign}{query}")
                if on_postgres:  # where nobody walked them
                    trials.send(one, "as it is", "GET", url)
            for url in one.files if on_postgres else ():
                trials.send(one, "a file", "GET", url)
        assert trials.faults == []
        assert trials.sent > 80

    def test_the_questions_asked_here_are_those_that_pages_ask(self, everybody):
        assert {name for one in everybody for name in one.queries} <= QUERIES


QUERIES = {
    "q", "page", "code", "family", "order", "show", "at", "p", "start", "end", "next", "email",
    "copies", "role", "country", "year", "age_group", "condition", "first", "back", "csrf_token",
    "what", "who", "number", "since", "then", "use", "kind", "format", "story", "held", "until",
    "writer", "named", "talk", "version", "coding", "a", "across", "as", "attribute", "b", "by",
    "check", "coder", "do", "down", "join", "of", "open", "percent", "round", "stories", "typed",
    "under", "unit", "table", "sort", "each", "same", "longest", "move",
    "prompt", "group", "mode", "status", "part", "question", "thing", "edit", "cluster", "purpose",
    "sheet", "heads", "saved", "only", "look", "split",
}  # fmt: skip
BODIES = [
    (b"{}", "application/json"),
    (b'{"a": [1, {"b": null}]', "application/json"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"", "multipart/form-data"),
    (b"\xff\xfe\x00", "text/plain; charset=nonsense"),
    (b"&".join([b"a=1"] * 5_000), USUAL_FORM),
]
ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


def new_database(server: str, name: str) -> str:
    """An empty database beside the one that other tests use; its address."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)


def path(rule, values: dict) -> str:
    """The address of a rule with these values in it, though they may not fit."""
    return ARGUMENT.sub(lambda found: str(values[found[1]]), rule.rule)


def address(app, rule, values: dict) -> str:
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def only_after_an_act(who: str, values: dict[str, list]) -> list[Form]:
    """Forms that stand on a page only when something was done before, or that a script sends."""
    quote = next(corpus.stories()).arrival.canon.text[:9]
    desk = (("version", "1"), ("start", "0"), ("end", "9"), ("quote", quote), ("code", "1"))
    coding = values["coding_id"][0]
    forms = {
        "researcher": [
            Form("/undo", (("back", "sentences"), ("story", "1"), ("page", "1"))),
            Form("/suggestions/1/undo", (("back", "/suggestions"),)),
            Form("/suggestions/sample/draw", ()),
            Form(f"/suggestions/sample/{values['sample_id'][0]}", (("none", "1"),)),
            Form(f"/suggestions/sample/{values['sample_id'][0]}/skip", ()),
            Form("/suggestions/codebook/aside", (("kind", "cue"), ("key", "1"))),
            Form(f"/suggestions/story/{values['story_id'][0]}/first-pass", (("back", "/desk/1"),)),
            Form("/desk/1/codings", desk),
            Form("/desk/1/codes", (*desk[:4], ("name", "Late"), ("family", "barrier"))),
            Form("/redo", (("back", "acts"), ("story", "1"))),
            *(
                Form(f"/codings/{coding}/{act}", (*desk[:3], field))
                for act, field in (
                    ("nudge", ("move", "end on")),
                    ("split", ("words", "the")),
                    ("merge", ("other", "2")),
                    ("flags", ("flag-stance", "happened")),
                    ("fits", ("taken", "1")),
                )
            ),
            *coding_together(values),
        ],
        "facilitator": [
            Form("/packs/workshop/1/put-back", (("item", "1"), ("items", "1"))),
            Form("/meetings/workshop/1/notes/send", (("entries", "[]"),)),
            Form("/meetings/workshop/1/stage/fill", ()),
            *(Form(f"/workshops/{act}", (("workshop", "1"),)) for act in ("undo", "redo")),
            Form("/packs/workshop/1/draw", (("place", "1-1-0-60"), ("code_id", "1"))),
            Form("/packs/workshop/1/whole", ()),
            Form("/packs/workshop/1/card/1/ask", (("stays", "0"), ("answer_by", "2099-01-01"))),
            *(Form(f"/workshops/1/{act}", ()) for act in ("open", "throw-away")),
        ],
        "administrator": [
            Form("/people/1/enable", (("again", "1"),)),
            Form(f"/house/work/{values['job_id'][0]}/again", ()),
        ],
        "storyteller": [
            Form(f"/my/receipts/{values['receipt_id'][1]}/put-back", ()),
            Form("/me/passkeys/begin", ()),
            Form("/me/passkeys/1/name", (("name", "My phone"),)),
            Form("/me/passkeys/1/remove", ()),
        ],
        "steward": [
            Form("/steward/recipients/1/not-told", (("again", "1"),)),
            Form("/steward/wordings/all/publish", (("seal", "x"), ("meaning", "same"))),
            Form("/mail/send-kept", ()),
            *files_brought(values),
            Form(f"/people/tellers/{values['person_id'][1]}/invite", ()),
            Form(f"/stories/keep/{values['story_id'][0]}/recording/back", (("file", "1"),)),
        ],
        "participant": [Form(f"/seat/answers/{values['response_id'][0]}/bring-back", ())],
        "visitor": [
            Form("/sign-in/passkey/begin", ()),
            Form("/sign-in/passkey", (("answer", "{}"), ("next", "/"), ("own_device", "yes"))),
        ],
    }
    return forms.get(who, [])


def files_brought(values: dict[str, list]) -> list[Form]:
    """What can be done with files while they are read, split, or left out."""
    intake, item = (values[name][0] for name in ("intake_id", "waiting_id"))
    return [
        Form(f"/take-in/{intake}/pause", ()),
        Form(f"/take-in/{intake}/go-on", ()),
        Form(f"/take-in/{intake}/{item}/split", (("place", "23"),)),
        Form(f"/take-in/{intake}/{item}/part", (("place", "23"),)),
        Form(f"/take-in/{intake}/{item}/back", ()),
        Form(f"/take-in/mappings/{values['mapping_id'][0]}/back", ()),
    ]


def coding_together(values: dict[str, list]) -> list[Form]:
    """Forms that stand in a list of what is to do, or on a page that an address asks for."""
    story = (("round_id", str(values["round_id"][0])), ("story_id", str(values["story_id"][0])))
    difference = (("round", story[0][1]), ("at", values["at"][0]))
    return [
        Form("/coding-together/finish", story),
        Form("/coding-together/reopen", story),
        Form("/coding-together/decide", (*difference, ("applies", "yes"), ("why", "It is so."))),
    ]
