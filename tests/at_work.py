"""People at work in a house on several machines: they read, search, code, confirm, take in, stop
and answer in a workshop, at whichever node.

What was acknowledged is written down. Every story has a word of its own, so that every page that
comes back is looked through for stories stopped before it was asked for.
"""

from __future__ import annotations

import random
import re
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from urllib.parse import urlencode

import bed as beds
import sqlalchemy as sa
from bed import WEB, Bed, Node
from factories import PASSWORD, Factory
from visitors import Answer, Visitor

from storybank import db
from storybank.clock import now
from storybank.codebook.service import codes_by_id
from storybank.consent.rules import Purpose, Use
from storybank.meetings import agenda, grouping, joining, running
from storybank.meetings.agenda import Asking
from storybank.meetings.seats import COOKIE as SEAT
from storybank.people.rules import Role
from storybank.stories.rules import Place
from storybank.suggest.models import Suggestion
from storybank.wiring import House
from storybank.workshops import freezing, opening, real_involvement
from storybank.workshops import service as workshops

WORD = re.compile(r"zq(\d+)lamp")
AWAY = re.compile(r"/(sign-in|join)\b")
TEXT = (
    "A lantern, zq{}lamp, stood by the door. Our peer group kept me going.\n\n"
    "They talked over me and it was a tick box, a done deal. In the end they changed the letter."
)
FORM = {
    "use-keep": "yes", "use-study": "yes", "name_style": "none", "lasts": "5 years",
    "channel": "face_to_face", "evidence_kind": "signed_paper", "evidence": "Blue folder.",
    "media": "words", "wrote": "teller",
}  # fmt: skip
RESEARCHERS = ("ann", "bo", "cy", "di")
STEADY = 12
"""Stories that nobody stops."""
NEW = 100_000
"""Stories taken in under way have numbers from here on in their words."""
KINDS = {"read": 20, "desk": 16, "list": 6, "search": 14, "code": 14, "confirm": 8, "take in": 3,
         "stop": 4, "poll": 10, "answer": 8}  # fmt: skip


@dataclass
class Ground:
    """Who and what the load works with."""

    stories: list[int]
    """Numbers of stories: the first ones stay."""
    words: dict[int, int]
    """The number in each story's word -> the story."""
    codes: list[int]
    seats: list[str]
    prompt: int
    suggestions: list[int] = field(default_factory=list)


def furnish(bed: Bed, many: int, seats: int = 6) -> Ground:
    """A house with people, ``many`` stories and a running workshop; its jobs wait for the bed."""
    house = beds.house_on(bed)
    try:
        with db.writing(house.sessions) as session:
            a = Factory(session)
            for name in RESEARCHERS:
                a.actor(Role.RESEARCHER, email=f"{name}@example.org")
            a.actor(Role.STEWARD, email="stu@example.org")
            words = {
                number: a.story(TEXT.format(number), f"Lantern {number}").id
                for number in range(1, many + 1)
            }
            codes = list(codes_by_id(session))
        cookies, prompt = meeting(house, seats)
        return Ground(list(words.values()), words, codes, cookies, prompt)
    finally:
        house.close()


def meeting(house: House, seats: int) -> tuple[list[str], int]:
    """A workshop that runs, with an open question; what each phone holds, and the question."""
    with db.writing(house.sessions) as session:
        a = Factory(session)
        use = Use.claim(a.actor(Role.FACILITATOR, email="fay@example.org"), Purpose.WORKSHOP, now())
        day = now().date() + timedelta(days=30)
        told = a.story("A bench stood by the river, and we sat on it.", "A bench")
        planned = workshops.plan(session, use, title="Faults", question="What helps?", held_on=day,
                                 purpose=Purpose.WORKSHOP, audience=[])  # fmt: skip
        pack = workshops.new_pack(session, use, planned.id, title="Pack", use_until=day)
        workshops.draw(session, use, pack.id, [Place(told.id, 1, 0, 20)], None)
        planned.in_scope = planned.out_of_scope = planned.decider = "As agreed"
        planned.reply_by = day + timedelta(days=60)
        planned.self_check = {one.key: "yes" for one in real_involvement.unanswered({})}
        freezing.freeze(session, use, pack.id)
        agenda.ensure(session, planned)
        grouping.usual(session, use, planned)
        prompt = agenda.save_question(
            session, use, planned, None, Asking("open", "What would help?")
        )
        opening.open_for_joining(session, use, planned.id)
        tables = grouping.groups(session, planned.id)
        for one in tables:
            one.capacity = None
        held = [joining.join(session, planned.join_code or "", group_id=tables[n % len(tables)].id)
                for n in range(seats)]  # fmt: skip
        running.start(session, use, planned.id)
        running.ask(session, use, planned.id, prompt.id)
        return [f"{participant.id}.{token}" for participant, token in held], prompt.id


@dataclass
class Seen:
    """What was acknowledged and what was shown."""

    codings: dict[tuple[int, int, int, int], str] = field(default_factory=dict)
    confirmed: list[int] = field(default_factory=list)
    stopped: dict[int, float] = field(default_factory=dict)
    """Story -> when its stop was acknowledged."""
    asked_to_stop: set[int] = field(default_factory=set)
    taken_in: list[int] = field(default_factory=list)
    """Numbers in their words."""
    answers: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    """Kind and status of what was not done."""
    shown: int = 0
    """Pages that showed a story after its stop."""
    pages: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)
    """What went wrong in the load itself."""

    @property
    def acknowledged(self) -> int:
        kept = (self.codings, self.confirmed, self.stopped, self.taken_in, self.answers)
        return sum(map(len, kept))


class Load:
    """People at work, each in a thread."""

    def __init__(
        self, bed: Bed, ground: Ground, seed: int, hands: int = 5, pause: float = 0.25
    ) -> None:
        self.bed, self.ground, self.hands, self.pause, self.seed = bed, ground, hands, pause, seed
        self.seen = Seen()
        self.lock = threading.Lock()
        self.numbers = iter(range(NEW, 10 * NEW))
        self.to_stop = list(ground.stories[STEADY:])
        self.over = threading.Event()
        self.threads: list[threading.Thread] = []

    @contextmanager
    def running(self) -> Iterator[Load]:
        self.threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(self.hands)
        ]
        for thread in self.threads:
            thread.start()
        try:
            yield self
        finally:
            self.over.set()
            for thread in self.threads:
                thread.join(60)

    def _work(self, number: int) -> None:
        hand = Hand(self, random.Random(self.seed * 100 + number), RESEARCHERS[number % 4])
        names, weights = list(KINDS), list(KINDS.values())
        while not self.over.wait(hand.lot.uniform(0, 2 * self.pause)):
            kind = hand.lot.choices(names, weights)[0]
            try:
                hand.act(kind)
            except (OSError, AssertionError) as broken:
                self.note(f"{kind}: {type(broken).__name__}")
            except Exception as problem:
                self.seen.broken.append(f"{kind}: {type(problem).__name__}: {problem}"[:200])

    def note(self, what: str) -> None:
        with self.lock:
            self.seen.statuses[what] += 1

    def look_through(self, answer: Answer, asked_at: float) -> None:
        """Does the page show what had been stopped before it was asked for?"""
        found = {int(number) for number in WORD.findall(answer.text)}
        with self.lock:
            self.seen.pages += 1
            self.seen.slowest = max(self.seen.slowest, monotonic() - asked_at)
            for number in found:
                story = self.ground.words.get(number, 0)
                if self.seen.stopped.get(story, asked_at) < asked_at:
                    self.seen.shown += 1
                    self.seen.broken.append(f"story {story} shown after its stop")


class Hand:
    """One person with their browsers: as a researcher, a steward and a phone."""

    def __init__(self, load: Load, lot: random.Random, name: str) -> None:
        self.load, self.lot, self.name = load, lot, name
        self.browsers: dict[str, Visitor] = {}
        self.version = ""
        self.seat = lot.choice(load.ground.seats)

    def act(self, kind: str) -> None:
        ground, seen, lot = self.load.ground, self.load.seen, self.lot
        story = lot.choice(ground.stories)
        if kind == "read":
            self.get("stu", f"/stories/keep/{story}", kind, (200, 404))
        elif kind == "desk":
            self.get(self.name, f"/desk/{story}", kind, (200, 404))
        elif kind == "list":
            self.get(self.name, lot.choice(("/stories/study", "/suggestions", "/me")), kind)
        elif kind == "search":
            self.get(self.name, "/search/study", kind, q=lot.choice(("lantern", "peer group")))
        elif kind == "poll":
            answer = self.get("seat", "/seat/now", kind, (200, 204), v=self.version)
            self.version = answer.headers.get("x-version", "") or self.version
        elif kind == "code":
            self._code(story)
        elif kind == "confirm" and ground.suggestions:
            with self.load.lock:
                number = ground.suggestions.pop()
            if self.done(self.name, f"/suggestions/{number}/confirm", kind):
                seen.confirmed.append(number)
        elif kind == "take in":
            number = next(self.load.numbers)
            fields = FORM | {"text": TEXT.format(number), "title": f"Lantern {number}"}
            if self.done("stu", "/take-in", kind, **fields):
                seen.taken_in.append(number)
        elif kind == "stop":
            self._stop()
        elif kind == "answer":
            self._answer()

    def _code(self, story: int) -> None:
        word = next(n for n, one in self.load.ground.words.items() if one == story)
        text = TEXT.format(word)
        start = self.lot.randrange(30)
        end = start + self.lot.randrange(9, 30)
        while text[start].isspace():
            start += 1
        while text[end - 1].isspace():
            end -= 1
        code = self.lot.choice(self.load.ground.codes)
        place = {"version": 1, "start": start, "end": end, "quote": text[start:end]}
        if self.done(self.name, f"/desk/{story}/codings", "code", code=code, **place):
            self.load.seen.codings[story, start, end, code] = self.name

    def _stop(self) -> None:
        with self.load.lock:
            if not self.load.to_stop:
                return
            story = self.load.to_stop.pop()
            self.load.seen.asked_to_stop.add(story)
        fields = {"use": "all", "channel": "phone"}
        if not self.done("stu", f"/stories/keep/{story}/stop", "stop", **fields):
            return
        self.load.seen.stopped[story] = monotonic()
        for node in self.load.bed.of(WEB):
            with suppress(OSError):
                self._ask(self.name, node, "GET", f"/desk/{story}", "desk", (404,))

    def _answer(self) -> None:
        """A phone sends again, under the same id, until it is acknowledged."""
        one = str(uuid.uuid4())
        path = f"/seat/questions/{self.load.ground.prompt}/answer"
        for _ in range(20):
            with suppress(OSError):
                if self.done("seat", path, "answer", id=one, text="A bench would help."):
                    self.load.seen.answers.append(one)
                    return
            if self.load.over.wait(0.5):
                return

    # Asking.

    def get(
        self, who: str, path: str, kind: str, good: tuple[int, ...] = (200,), **query: object
    ) -> Answer:
        if query:
            path += "?" + urlencode(query)
        return self._ask(who, self.node(), "GET", path, kind, good)

    def post(self, who: str, path: str, kind: str, **fields: object) -> Answer:
        node = self.node()
        one = self.browser(who, node)
        if not one.token:
            page = "/seat" if who == "seat" else "/me"
            one.token = token_on(self._ask(who, node, "GET", page, kind, (200,)))
        answer = self._ask(who, node, "POST", path, kind, (200, 201, 303, 404, 409), fields)
        if answer.status_code == 400:
            one.token = ""  # A form that is too old is opened again.
        return answer

    def done(self, who: str, path: str, kind: str, **fields: object) -> bool:
        """Was it acknowledged? Being led to sign in, or to join, is no yes."""
        answer = self.post(who, path, kind, **fields)
        return answer.status_code in (200, 201, 303) and not AWAY.search(answer.location)

    def node(self) -> Node:
        return self.lot.choice(self.load.bed.of(WEB))

    def browser(self, who: str, node: Node) -> Visitor:
        one = self.browsers.get(who)
        if one is None:
            one = Visitor(node.url, wait=40.0)
            if who == "seat":
                one.cookies[SEAT] = self.seat
            else:
                one.sign_in(f"{who}@example.org", PASSWORD)
            self.browsers[who] = one
        one.at = node.url
        return one

    def _ask(
        self, who: str, node: Node, method: str, path: str, kind: str, good: tuple[int, ...],
        fields: dict[str, object] | None = None,
    ) -> Answer:  # fmt: skip
        one = self.browser(who, node)
        if fields is not None:
            fields = {"csrf_token": one.token, **fields}
        asked_at = monotonic()
        answer = one.ask(method, path, fields)
        self.load.look_through(answer, asked_at)
        away = AWAY.search(answer.location)
        if away:
            self.browsers.pop(who, None)
        with self.load.lock:
            if answer.status_code in good and not away:
                self.load.seen.acts[kind] += 1
            else:
                self.load.seen.statuses[f"{kind}: {answer.status_code}"] += 1
        return answer


def token_on(answer: Answer) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
    return found[1] if found else ""


def suggestions(bed: Bed) -> list[int]:
    """Suggestions that may be answered."""
    engine = db.make_engine(bed.url)
    try:
        with engine.connect() as connection:
            found = connection.execute(sa.select(Suggestion.id).where(Suggestion.answer.is_(None)))
            return list(found.scalars())
    finally:
        engine.dispose()
