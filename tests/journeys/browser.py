"""The real house, served by itself, and people who sit before it with a real browser."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import houses
from axe_playwright_python.sync_playwright import Axe
from factories import Factory
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect
from servers import free_port
from sqlalchemy import select

from storybank import db
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding.models import Coding
from storybank.consent.rules import Purpose, Use
from storybank.demo.loading import PASSWORD
from storybank.jobs.models import Job
from storybank.people.rules import MACHINE
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.suggest.promising import FIT, RENEW

LONGEST_WAIT = 60
"""Seconds that a server may take to open, or its work to be done, on a busy machine."""
A_MOMENT = 0.05
COMMAND = Path(sys.executable).with_name("storybank")

STEWARD, ADMINISTRATOR = "steward@example.org", "admin@example.org"
RESEARCHER, OTHER_RESEARCHER = "amina@example.org", "bren@example.org"
FACILITATOR, MEMBER = "facilitator@example.org", "member@example.org"
STORYTELLER = "storyteller@example.org"


@contextmanager
def served(home: Path) -> Iterator[str]:
    """``storybank serve`` over a data folder, in a process of its own; its address.

    Afterwards its log is read: a fault that no page showed is a fault all the same.
    """
    port = free_port()
    log = home.parent / f"{home.name}.log"
    with log.open("wb") as told:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port)],
            env=houses.environment(home),
            stdout=told, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_until_open(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(process)
    faults = [
        line for line in log.read_text().splitlines()
        if '"level": "error"' in line or line.startswith("Traceback")
    ]  # fmt: skip
    assert not faults, "\n".join(faults)


def _wait_until_open(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(int(LONGEST_WAIT / A_MOMENT)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(A_MOMENT)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"The server did not open:\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # as Ctrl+C does
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass
class Site:
    """A served house. ``house`` is the same data folder opened in this process, to look into it
    and to prepare things; the server does the work that is promised."""

    url: str
    house: Any
    remembered: dict[str, Any] = field(default_factory=dict)
    """Cookies of people who signed in before, by e-mail address."""


class Watch:
    """What must not happen unseen in any browser of a test: a request that leaves for another
    host, a script that fails, a rule of the page's own policy that is broken."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.trouble: list[str] = []

    def over(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", self._told)
        context.on("weberror", lambda problem: self.trouble.append(f"script: {problem.error}"))

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.url}/", "data:", "blob:", "about:")):
            self.trouble.append(f"asked elsewhere: {url}")

    def _told(self, message: ConsoleMessage) -> None:
        # A request that is rightly refused says so on the console too; tests look at the answer.
        # So does a line that was cut, which the desk says in words of its own.
        refused = message.text.startswith(
            ("Failed to load resource", "Response Status Error", "htmx:sendError",
             "htmx:afterRequest")
        )  # fmt: skip
        if message.type == "error" and not refused:
            self.trouble.append(f"console: {message.text}")


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/sign-in")
    form = page.get_by_role("region", name="With a password")
    form.get_by_label("E-mail address").fill(email)
    form.get_by_label("Password", exact=True).fill(password)
    form.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


Visit = Callable[..., Page]
"""``visit(email, **settings)``: a page in a new browser, signed in; nobody when email is None."""


@contextmanager
def behind(site: Site) -> Iterator[Factory]:
    """Prepare something behind the pages, in one transaction, and see the work after it done."""
    with db.writing(site.house.sessions) as session:
        yield Factory(session)
    for _ in range(int(LONGEST_WAIT / A_MOMENT)):
        site.house.runner.drain()
        with site.house.sessions() as session:
            # Learning waits until nobody has answered for a while; no page waits for it.
            if session.scalar(select(Job.id).where(Job.name.not_in([FIT, RENEW])).limit(1)) is None:
                return
        # The server has taken it up, and the lock with it.
        Event().wait(A_MOMENT)
    raise AssertionError("The promised work is not done.")


@contextmanager
def nobody_learns(site: Site) -> Iterator[None]:
    """What is suggested stays as it is meanwhile: whoever would learn finds the work taken."""
    with open(site.house.config.home / "learned.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def codings_on(site: Site, story_id: int) -> set[tuple[str, str]]:
    """What stands in the database: (code, the words it is on), for each coding of a story."""
    with site.house.sessions() as session:
        cards = codebook.codes_by_id(session)
        rows = session.scalars(
            select(Coding).where(Coding.story_id == story_id, Coding.removed_at.is_(None))
        ).all()
        use = Use.claim(MACHINE, Purpose.INDEX, now())
        places = [Place(row.story_id, row.version, row.start, row.end) for row in rows]
        words = reading.excerpts(session, use, places)
        return {
            (cards[row.code_id].key, excerpt.words)
            for row, excerpt in zip(rows, words, strict=True)
        }


BOXES = """(story, quote) => {
    const walker = document.createTreeWalker(story, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) {
        if (walker.currentNode.parentElement.closest("[data-s]")) nodes.push(walker.currentNode);
    }
    const whole = nodes.map((node) => node.data).join("");
    const start = whole.indexOf(quote), end = start + quote.length;
    if (start < 0) throw new Error("these words are not on the page");
    const range = document.createRange();
    let at = 0;
    for (const node of nodes) {
        const from = at; at += node.length;
        if (start >= from && start < at) range.setStart(node, start - from);
        if (end > from && end <= at) { range.setEnd(node, end - from); break; }
    }
    range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
    return Array.from(range.getClientRects(), ({ left, right, top, bottom }) =>
        ({ left, right, middle: (top + bottom) / 2 })).filter((box) => box.right > box.left);
}"""
"""Where some words of the story stand in the window: a box for each line or mark."""


def drag_over(page: Page, words: str) -> None:
    """Press the mouse before the first of these words of the story, let go after the last."""
    # What comes a moment after the page may move words down: a person sees that, and waits.
    expect(page.locator("div#suggested")).to_have_count(0)
    boxes = page.get_by_role("region", name="The story").evaluate(BOXES, words)
    first, last = boxes[0], boxes[-1]
    page.mouse.move(first["left"] + 1, first["middle"])
    page.mouse.down()
    page.mouse.move(first["left"] + 12, first["middle"], steps=2)
    page.mouse.move(last["right"] - 1, last["middle"], steps=6)
    page.mouse.up()


def press_until(page: Page, key: str, wanted: Locator, most: int = 80) -> None:
    """Press Tab, or another key, until something has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        if wanted.count() and wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{key} does not lead there: {wanted}")


WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Without preload: only an experimental rule, which is not among these, reads style sheets itself.
AXE = {
    "runOnly": {"type": "tag", "values": WCAG},
    "resultTypes": ["violations"],
    "preload": False,
}


def barriers(page: Page, contrast: bool = True) -> list[str]:
    """What axe-core finds against WCAG 2.0 to 2.2, A and AA: a line for each kind, with where.

    To find out contrast takes longer than all the rest.
    """
    rules = {} if contrast else {"rules": {"color-contrast": {"enabled": False}}}
    found = Axe().run(page, options=AXE | rules).response["violations"]
    return [
        f"{one['id']}: " + ", ".join(str(node["target"][-1]) for node in one["nodes"][:3])
        for one in found
    ]


def too_wide(page: Page) -> list[str]:
    """Parts that make a page scroll sideways; none where it does not."""
    return page.evaluate(
        """() => {
            const { scrollWidth, clientWidth } = document.scrollingElement;
            if (scrollWidth <= clientWidth + 1) return [];
            const out = [...document.body.querySelectorAll("*")]
                .filter((part) => part.getBoundingClientRect().right > clientWidth + 1)
                .map((part) => `${part.localName}.${part.className}`);
            return [`${scrollWidth} px wide: ${out.slice(0, 4).join(", ")}`];
        }"""
    )


TWICE = "html { font-size: 200% !important }"
WEAR = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = css ? [sheet] : [];
}"""


@contextmanager
def letters_of_twice_the_size(page: Page) -> Iterator[None]:
    """As somebody sets them in their browser."""
    page.evaluate(WEAR, TWICE)
    yield
    page.evaluate(WEAR, "")


def cut_off(page: Page) -> list[str]:
    """Parts of which something to read is cut away, though they are not hidden on purpose."""
    return page.evaluate(
        """() => [...document.body.querySelectorAll("*")].filter((part) => {
            if (part.clientWidth < 2 || !part.checkVisibility() || !part.innerText?.trim()) {
                return false;
            }
            const { overflowX, overflowY } = getComputedStyle(part), cuts = /hidden|clip/;
            return (cuts.test(overflowX) && part.scrollWidth > part.clientWidth + 1)
                || (cuts.test(overflowY) && part.scrollHeight > part.clientHeight + 1);
        }).map((part) => `cut off: ${part.localName}.${part.className}`)"""
    )


def without_edge(page: Page) -> list[str]:
    """What is pressed or filled in and cannot be told from the page once the colours are the
    reader's own: it has neither a border nor a line below it, or shows no focus."""
    page.emulate_media(forced_colors="active")
    found = page.evaluate(
        """() => {
            const sides = ["Top", "Right", "Bottom", "Left"];
            const edged = (style) => style.textDecorationLine.includes("underline")
                || style.appearance === "auto" && style.height === style.width
                || sides.some((side) => style[`border${side}Style`] !== "none"
                    && parseFloat(style[`border${side}Width`]) >= 1);
            const outlined = (style) => style.outlineStyle !== "none"
                && parseFloat(style.outlineWidth) >= 1;
            const places = (part) => {
                const label = part.type === "radio" || part.type === "checkbox"
                    ? part.labels[0] : null;
                return [getComputedStyle(part),
                    ...(label ? [getComputedStyle(label, "::before")] : [])];
            };
            const wrong = [], had = document.activeElement;
            const parts = "button, input:not([type=hidden]), select, textarea, .nhsuk-button";
            for (const part of document.querySelectorAll(parts)) {
                if (!part.checkVisibility() || part.disabled) continue;
                const name = `${part.localName}.${part.className}`;
                if (!places(part).some(edged)) wrong.push(`no edge: ${name}`);
                part.focus({ preventScroll: true });
                if (!places(part).some((style) => outlined(style) || edged(style))) {
                    wrong.push(`no focus: ${name}`);
                }
            }
            had?.focus?.({ preventScroll: true });
            return wrong;
        }"""
    )
    page.emulate_media(forced_colors="none")
    return sorted(set(found))
