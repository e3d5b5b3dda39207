"""The main job on real input: every real story in, indexed, suggested for, searched, coded,
drawn into a pack, printed, stopped and gone. Times of pages are processor time of the server.

    python benchmarks/main_job.py [--json]
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from measure import SHARED, Row, at_most, figure, folder_size, median_ms, run, show

STORIES = SHARED / "stories" / "stories.jsonl"
USES = "keep,study,workshop,members,decide,teach,public,reuse"
PASSWORD = "a door of green glass"
PROGRAM = str(Path(sys.executable).with_name("storybank"))
QUERIES = ("hospital", "my mother", '"the doctor"', "nurse OR doctor", "waiting room", "school*",
           "code:EN-PEER", "work AND farm", "covid family", "told me")  # fmt: skip


def main() -> None:
    if not STORIES.is_file():
        raise SystemExit(
            "The real stories are not beside the project, so there is nothing to time."
        )
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        home = Path(folder) / "home"
        os.environ["STORYBANK_HOME"] = str(home)
        show([*bring_in(home), *serve_cold(), *work(home)])


def bring_in(home: Path) -> list[Row]:
    run([PROGRAM, "init"])
    for role in ("researcher", "facilitator", "steward"):
        subprocess.run(
            [PROGRAM, "people", "add", "--email", f"{role}@example.org", "--role", role,
             "--password-stdin"], input=PASSWORD.encode(), check=True, capture_output=True,
        )  # fmt: skip
    taking = run(
        [PROGRAM, "take-in", str(STORIES), "--uses", USES, "--evidence", "bench", "--json"]
    )
    taken = sum(json.loads(line)["outcome"] == "taken in" for line in taking.printed.splitlines())
    asked = sum(1 for _ in STORIES.open())
    index, suggest = run([PROGRAM, "reindex"]), run([PROGRAM, "suggest", "--json"])
    memory = max(taking.memory, index.memory, suggest.memory)
    return [
        Row("stories taken in", taken, "stories", target=asked, ok=taken == asked),
        at_most("take in, index, suggest", taking.wall, "s", 180),
        figure("the same, processor time", taking.cpu, "s"),
        at_most("peak memory", memory, "MB", 1000),
        figure("index alone, built anew, processor time", index.cpu, "s"),
        figure("suggest alone, all anew, processor time", suggest.cpu, "s"),
        figure("database", (home / "storybank.db").stat().st_size / 1e6, "MB"),
        figure("index on disk", folder_size(home / "index"), "MB"),
        figure("words taken in", STORIES.stat().st_size / 1e6, "MB"),
    ]


def serve_cold() -> list[Row]:
    """From starting the program to the first page, five times; the first time compiles it."""
    taken = []
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        start = time.perf_counter()
        server = subprocess.Popen(
            [PROGRAM, "serve", "--port", str(port)], stdout=subprocess.DEVNULL
        )
        try:
            taken.append(_until_answer(f"http://127.0.0.1:{port}/sign-in", start))
        finally:
            server.terminate()
            server.wait(20)
    return [at_most("cold start to first page", statistics.median(taken), "s", 1.5)]


def _until_answer(url: str, start: float) -> float:
    while time.perf_counter() - start < 30:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
            return time.perf_counter() - start
        except OSError:
            time.sleep(0.01)
    raise SystemExit("the server did not answer")


def work(home: Path) -> list[Row]:
    from storybank.app import create_app
    from storybank.config import Config
    from storybank.wiring import open_house

    house = open_house(Config.for_home(home, jobs="held"))
    app = create_app(house=house)
    app.config.update(STORYBANK_LIMITS=False)
    rows: list[Row] = []
    researcher = Browser(app, "researcher@example.org")
    searches = {
        query: median_ms(lambda q=query: researcher.get("/search/study", q=q), 5)
        for query in QUERIES
    }
    rows.append(
        figure("search page, median of queries", statistics.median(searches.values()), "ms")
    )
    rows.append(figure("search page, slowest query", max(searches.values()), "ms"))
    rows += code_ten(house, researcher)
    rows += big_story(house, researcher)
    rows += draw_and_print(house, app)
    rows += stop_five(house, app, researcher)
    house.close()
    return rows


class Browser:
    """A signed-in client that fills the forms it is shown."""

    def __init__(self, app, email: str) -> None:
        self.client = app.test_client()
        self.post("/sign-in", page="/sign-in", email=email, password=PASSWORD)

    def get(self, path: str, **query: str):
        answer = self.client.get(path, query_string=query)
        if answer.status_code >= 400:
            raise SystemExit(f"{path}: {answer.status_code}")
        return answer

    def post(self, path: str, page: str, **fields):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page).text)
        answer = self.client.post(path, data={"csrf_token": token[1] if token else "", **fields})
        if answer.status_code >= 400:
            raise SystemExit(f"{path}: {answer.status_code}")
        return answer


def code_ten(house, researcher: Browser) -> list[Row]:
    """Ten stories coded through the web, three codings each."""
    from storybank.codebook.service import codes_by_id

    with house.sessions() as session:
        code_ids = list(codes_by_id(session))[:6]
    chosen = random.Random(7).sample(range(1, 3000), 10)
    texts = canonical_texts(house, chosen)
    taken = []
    for story in chosen:
        page = f"/desk/{story}"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', researcher.get(page).text)[1]
        for number in range(3):
            start = time.process_time()
            answer = researcher.client.post(
                f"/desk/{story}/codings",
                data={"csrf_token": token, "version": 1, "start": number * 5,
                      "end": 40 + number * 9, "code": code_ids[number : number + 2],
                      "quote": texts[story][number * 5 : 40 + number * 9]},
            )  # fmt: skip
            taken.append((time.process_time() - start) * 1000)
            if answer.status_code not in (200, 303):
                raise SystemExit(f"coding refused: {answer.status_code}")
    return [figure("put codes on a passage", statistics.median(taken), "ms")]


def canonical_texts(house, story_ids: list[int]) -> dict[int, str]:
    """What the researcher has on the screen, so that quotes can be sent as a browser does."""
    from storybank.clock import now
    from storybank.consent.rules import Purpose, Use
    from storybank.people.service import account_by_email, actor_for
    from storybank.stories import reading

    with house.sessions() as session:
        actor = actor_for(session, account_by_email(session, "researcher@example.org"))
        use = Use.claim(actor, Purpose.STUDY, now())
        return {story.story_id: story.text for story in reading.stories(session, use, story_ids)}


def big_story(house, researcher: Browser) -> list[Row]:
    """The page of a 20,000-word story with 500 codings."""
    from storybank import db
    from storybank.clock import now
    from storybank.codebook.service import codes_by_id
    from storybank.coding.models import Coding
    from storybank.consent.rules import EIGHT, Answer
    from storybank.consent.service import Proof
    from storybank.intake.reading import read_paste
    from storybank.intake.service import Choices, receive
    from storybank.people.rules import MACHINE
    from storybank.people.service import account_by_email

    words: list[str] = []
    paragraphs: list[str] = []
    for line in STORIES.open():
        text = json.loads(line)["text"].split()
        paragraphs += [" ".join(text[i : i + 75]) for i in range(0, min(len(text), 1500), 75)]
        words += text[:1500]
        if len(words) >= 20_000:
            break
    with db.writing(house.sessions) as session:
        arrival = read_paste("\n\n".join(paragraphs), "A long one")
        story, _ = receive(
            session, MACHINE, arrival,
            Choices(dict.fromkeys(EIGHT, Answer.YES), Proof("witness_note", "bench")),
        )  # fmt: skip
        coder = account_by_email(session, "researcher@example.org")
        codes, draw = list(codes_by_id(session)), random.Random(3)
        for _ in range(500):
            start = draw.randrange(len(arrival.canon.text) - 400)
            session.add(
                Coding(story_id=story.id, version=1, start=start,
                       end=start + draw.choice([30, 120, 400]), code_id=draw.choice(codes),
                       coder_id=coder.id, made_at=now())
            )  # fmt: skip
        number = story.id
    html = researcher.get(f"/desk/{number}").data
    return [
        at_most(
            "page of 20,000 words, 500 codings",
            median_ms(lambda: researcher.get(f"/desk/{number}"), 15), "ms", 50,
        ),
        at_most("its HTML", len(html) / 1000, "kB", 250),
    ]  # fmt: skip


def draw_and_print(house, app) -> list[Row]:
    facilitator = Browser(app, "facilitator@example.org")
    facilitator.post(
        "/workshops/new", page="/workshops/new", title="Bench", question="What helps?",
        held_on="2099-01-01", purpose="workshop", audience="",
    )  # fmt: skip
    facilitator.post(
        "/workshops/1/packs/new", page="/workshops/1/packs/new", title="Bench",
        use_until="2099-02-01",
    )  # fmt: skip
    draw = "/packs/workshop/1/draw"
    took = median_ms(lambda: facilitator.get(draw, family="enabler"), 5)
    found = re.findall(
        r'name="place" value="([\d-]+)"', facilitator.get(draw, family="enabler").text
    )
    facilitator.post(draw, page="/packs/workshop/1", place=found)
    start = time.process_time()
    made = facilitator.post(
        "/packs/workshop/1/paper",
        page="/packs/workshop/1/paper",
        form="cards",
        file="html",
        copies=4,
    )
    cards = facilitator.get(made.location).text.count('"pp-card"')
    return [
        figure("draw by theme, page", took, "ms"),
        figure("print a pack", (time.process_time() - start) * 1000, "ms"),
        Row("cards printed", cards, "cards", target=len(found), ok=cards == len(found) > 0),
    ]


def stop_five(house, app, researcher: Browser) -> list[Row]:
    """Five stories stopped: gone at once from page, search and pack; copies cleaned by the job."""
    steward = Browser(app, "steward@example.org")
    stories = random.Random(7).sample(range(1, 3000), 10)[:5]
    seen = 0
    posts = []
    for story in stories:
        start = time.process_time()
        steward.post(
            f"/stories/keep/{story}/stop", page=f"/stories/keep/{story}/choices", use="all",
            channel="phone",
        )  # fmt: skip
        posts.append((time.process_time() - start) * 1000)
        seen += researcher.client.get(f"/desk/{story}").status_code != 404
    start = time.process_time()
    house.runner.drain()
    cleaned = time.process_time() - start
    with house.sessions() as session:
        strays = list(house.strays(session))
    return [
        figure("stop, page to receipt", statistics.median(posts), "ms"),
        Row("stopped stories still shown", seen, "stories", target=0, ok=seen == 0),
        figure("clean all copies of five", cleaned, "s"),
        Row("stray copies left", len(strays), "copies", target=0, ok=not strays),
    ]


if __name__ == "__main__":
    main()
