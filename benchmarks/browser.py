"""The desk in Debian's chromium: 20,000 invented words with 1,000 and with 5,000 codings.

    python benchmarks/browser.py [--json]

Ready: from the first byte of the page until its scripts have run and three frames were drawn, bars
in the margin among them. A coding added: from the answer to the second frame after it; the whole
way, with the server's part, is shown beside it. Scrolling: 120 frames of 120 pixels each. Medians
of three, drawn by software. These are times by the clock, so a busy machine shows in them: beside
each stands the processor time of the page's main thread, which does not depend on the others.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from main_job import PASSWORD, PROGRAM
from measure import Row, at_most, figure, median_ms, show
from playwright.sync_api import Page, sync_playwright

WORDS, PARAGRAPHS, TIMES = 20_000, 268, 3
READY = {1_000: 300, 5_000: 900}
ADDED, FRAME = 50, 50
CODERS = [f"coder{number}@example.org" for number in (1, 2, 3)]
MORE = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update")  # fmt: skip

WATCH = """
window.bench = {};
const frames = (count, then) => requestAnimationFrame(
    (now) => count > 1 ? frames(count - 1, then) : then(performance.now()));
addEventListener("DOMContentLoaded", () => frames(3, (now) => { bench.ready = now; }));
document.addEventListener("htmx:beforeRequest", () => { bench.sent = performance.now(); });
document.addEventListener("htmx:beforeOnLoad", () => { bench.answered = performance.now(); });
document.addEventListener("htmx:afterSettle",
    () => frames(2, (now) => { bench.added = now; }), { once: false });
"""
SCROLL = """() => new Promise((done) => {
    const gaps = []; let last = performance.now(), count = 0;
    const step = (now) => {
        gaps.push(now - last); last = now;
        scrollBy({ top: 120, behavior: "instant" });
        if (++count < 120) requestAnimationFrame(step); else done(gaps.slice(1));
    };
    requestAnimationFrame(step);
})"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        os.environ["STORYBANK_HOME"] = str(Path(folder) / "home")
        stories = build()
        rows = []
        for count, story in stories.items():
            rows += server(count, story)
        with served(Path(folder)) as address:
            rows += browser(address, stories)
        show(rows)


def build() -> dict[int, int]:
    """A house with a long story for each number of codings: {how many: story id}."""
    from storybank import db
    from storybank.clock import now
    from storybank.codebook import service as codebook
    from storybank.coding.models import Coding
    from storybank.config import Config
    from storybank.consent import service as consent
    from storybank.consent.rules import EIGHT, Answer, Purpose, Use
    from storybank.people import service as people
    from storybank.people.rules import MACHINE, Role
    from storybank.stories import writing
    from storybank.stories.canon import plain
    from storybank.wiring import open_house

    subprocess.run([PROGRAM, "init"], check=True, stdout=subprocess.DEVNULL)
    house = open_house(Config.for_home(Path(os.environ["STORYBANK_HOME"]), jobs="held"))
    chance, made = random.Random(4), {}
    canon = plain(invented(chance))
    with db.writing(house.sessions) as session:
        coders = [
            people.add_account(session, mail, [Role.RESEARCHER], password=PASSWORD).id
            for mail in CODERS
        ]
        codes = [code.id for code in codebook.codes_by_id(session).values()][:30]
        for count in READY:
            use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
            story = writing.take_in(
                session, use, canon, f"{count} codings", external_id=f"B{count}"
            )
            consent.give(
                session, MACHINE, story.id, story.person_id, dict.fromkeys(EIGHT, Answer.YES),
                consent.Proof("witness_note", "Invented for a benchmark."), "paper",
            )  # fmt: skip
            session.add_all(
                Coding(story_id=story.id, version=1, start=start, end=end, made_at=now(),
                       code_id=chance.choice(codes), coder_id=chance.choice(coders))
                for start, end in passages(canon.text, count, chance)
            )  # fmt: skip
            made[count] = story.id
    house.close()
    return made


def invented(chance: random.Random) -> str:
    """Words that nobody said, in sentences and paragraphs."""
    parts = ("ba", "lo", "mi", "ter", "sen", "ka", "ru", "vel", "do", "nim", "sha", "per", "ost")
    lexicon = ["".join(chance.choices(parts, k=chance.randint(1, 3))) for _ in range(3_000)]
    paragraphs = []
    for _ in range(PARAGRAPHS):
        words = [chance.choice(lexicon) for _ in range(WORDS // PARAGRAPHS + 1)]
        for at in range(0, len(words), 14):
            words[at] = words[at].capitalize()
            words[at - 1] += "."
        paragraphs.append(" ".join(words))
    return "\n\n".join(paragraphs)


def passages(text: str, count: int, chance: random.Random) -> Iterator[tuple[int, int]]:
    """Stretches of whole words, some over several sentences or into the next paragraph."""
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter in " \n")]
    for _ in range(count):
        first = chance.randrange(len(starts) - 70)
        yield starts[first], starts[first + chance.choice((3, 8, 14, 14, 28, 60))] - 1


def server(count: int, story: int) -> list[Row]:
    """What the server takes for the page, and for the answer to a coding: processor time."""
    import logging

    from storybank.app import create_app

    logging.disable(logging.INFO)
    app = create_app()
    client = app.test_client()
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    sent = client.post(
        "/sign-in", data={"csrf_token": token, "email": CODERS[0], "password": PASSWORD}
    )
    assert sent.status_code == 303
    open_desk = median_ms(lambda: client.get(f"/desk/{story}"), 7)
    answer = client.get(f"/desk/{story}")
    assert answer.status_code == 200
    part = {"HX-Request": "true"}
    rows = median_ms(lambda: client.get(f"/desk/{story}/_rows?start=500&end=600", headers=part), 7)
    app.extensions["storybank"].close()
    return [
        figure(f"server: the desk with {count:,} codings", open_desk, "ms cpu"),
        figure(f"server: one changed paragraph among {count:,}", rows, "ms cpu"),
        figure(f"size of that desk, {count:,} codings", len(answer.data) / 1e6, "MB"),
    ]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "log").open("wb")
    process = subprocess.Popen([PROGRAM, "serve", "--port", str(port)], stdout=log, stderr=log)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def browser(address: str, stories: dict[int, int]) -> Iterator[Row]:
    """What somebody who sits before the desk waits for."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=list(MORE),
        )
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, base_url=address)
        page.goto("/sign-in")
        page.fill("#email", CODERS[0])
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.get_by_role("button", name="Sign out").wait_for()
        page.add_init_script(WATCH)
        thread = page.context.new_cdp_session(page)
        thread.send("Performance.enable", {"timeDomain": "threadTicks"})

        def spent() -> float:
            found = thread.send("Performance.getMetrics")["metrics"]
            return next(1000 * one["value"] for one in found if one["name"] == "TaskDuration")

        for count, story in stories.items():
            opened = [opening(page, story, spent) for _ in range(TIMES + 1)][1:]
            added = [adding(page, paragraph, spent) for paragraph in (3, 4, 5, 6)][1:]
            page.goto(f"/desk/{story}")
            page.wait_for_timeout(500)
            before = spent()
            gaps = [gap for _ in range(TIMES) for gap in page.evaluate(SCROLL)]
            scrolled = (spent() - before) / len(gaps)
            ready, whole, loading = map(statistics.median, zip(*opened, strict=True))
            painted, sent, putting = map(statistics.median, zip(*added, strict=True))
            ordered = sorted(gaps)
            yield at_most(f"ready, {count:,} codings", ready, "ms", READY[count])
            yield figure("  with the server's part", whole, "ms")
            yield figure("  processor time of its main thread", loading, "ms cpu")
            yield at_most(f"a coding added to {count:,}", painted, "ms", ADDED)
            yield figure("  with the server's part", sent, "ms")
            yield figure("  processor time, pressing the button too", putting, "ms cpu")
            yield at_most(f"the longest scroll frame, {count:,}", ordered[-1], "ms", FRAME)
            yield figure("  of twenty frames, nineteen within", ordered[-len(ordered) // 20], "ms")
            yield figure("  processor time of a frame, mean", scrolled, "ms cpu")
        chromium.close()


def opening(page: Page, story: int, spent: Callable[[], float]) -> tuple[float, float, float]:
    """(from the first byte, from the click, processor time) until the desk is ready, in ms."""
    page.goto("about:blank")
    before = spent()
    page.goto(f"/desk/{story}")
    page.wait_for_timeout(600)
    first = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
    ready = page.evaluate("bench.ready")
    return ready - first, ready, spent() - before


def adding(page: Page, paragraph: int, spent: Callable[[], float]) -> tuple[float, float, float]:
    """(from the answer, from the click, processor time) until a coding put on is seen, in ms."""
    page.evaluate(
        """number => { const words = document.querySelector(`#p${number} [data-s]`);
            words.scrollIntoView({ block: "center", behavior: "instant" });
            const range = document.createRange(); range.selectNodeContents(words);
            getSelection().removeAllRanges(); getSelection().addRange(range); }""",
        paragraph,
    )
    page.wait_for_timeout(400)
    page.locator("#codes input[type=checkbox]").nth(paragraph).check()
    page.evaluate("bench.added = 0")
    before = spent()
    page.locator("#coder .sb-coder__send button").click()
    for _ in range(100):
        page.wait_for_timeout(50)
        if page.evaluate("bench.added"):
            break
    page.wait_for_timeout(200)
    found = page.evaluate("bench")
    return (
        found["added"] - found["answered"],
        found["added"] - found["sent"],
        spent() - before,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
