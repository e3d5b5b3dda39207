"""A browser, a served house with the invented stories for each module, and visits to it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import factories
import pytest
from journeys.browser import Site, Visit, Watch, served, sign_in
from journeys.test_canary import tell
from playwright.sync_api import Page, expect

from storybank.demo import loading

LONGEST = 20_000
"""Milliseconds a page may take on a busy machine before a test gives up."""


@pytest.fixture(scope="session")
def base_url() -> None:
    """Each site has an address of its own; pytest-base-url's fixture warns under this pytest."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's chromium, also as root, and without a word to its maker's servers."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "Debian's chromium is not here; make test-setup installs it."
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which(chromium) or chromium,
        "args": [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    }  # fmt: skip


@pytest.fixture(scope="session")
def invented_house(empty_house, tmp_path_factory) -> Path:
    """A data folder as ``storybank demo`` leaves it, to be copied; one for all processes that
    test."""
    ours = tmp_path_factory.getbasetemp()
    shared = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours
    home, making = shared / "invented", shared / "invented.part"
    with (shared / "invented.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.is_dir():
            with factories.open_copy(empty_house, making) as house:
                loading.load(house)
            making.rename(home)
    return home


@pytest.fixture(scope="session")
def told(empty_house, tmp_path_factory):
    """A house where a story with a word nobody else uses was told, to be copied."""
    home = tmp_path_factory.mktemp("told") / "home"
    with factories.open_copy(empty_house, home) as house:
        return tell(factories.make_app(house), house, home)


@pytest.fixture(scope="module")
def site(invented_house, tmp_path_factory) -> Iterator[Site]:
    """A served house of this module's own, with the invented stories and people."""
    home = tmp_path_factory.mktemp("served") / "home"
    with factories.open_copy(invented_house, home) as house, served(home) as url:
        yield Site(url, house)


@pytest.fixture
def visit(site, new_context) -> Iterator[Visit]:
    """Opens a browser of its own for each person who comes; all are watched to the end."""
    expect.set_options(timeout=LONGEST)
    watch = Watch(site.url)

    def come(email: str | None = None, password: str = loading.PASSWORD, **settings) -> Page:
        settings = {"base_url": site.url, "locale": "en-GB", "reduced_motion": "reduce"} | settings
        if email in site.remembered:
            settings["storage_state"] = site.remembered[email]
        context = new_context(**settings)
        context.set_default_timeout(LONGEST)
        watch.over(context)
        page = context.new_page()
        if email and email not in site.remembered:
            sign_in(page, email, password)
            site.remembered[email] = context.storage_state()
        return page

    yield come
    assert not watch.trouble, "\n".join(watch.trouble)
