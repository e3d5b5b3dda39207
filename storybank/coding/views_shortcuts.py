"""Every key that does something at the desk, and one switch for all of them."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.coding.settings import Setting, is_on, turn
from storybank.coding.views_desk import Page, go
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use


@uses(Purpose.STUDY)
def shortcuts(use: Use) -> str:
    """What each key does."""
    on = is_on(web.session(), use, Setting.SHORTCUTS)
    return web.render("coding/shortcuts.html", use=use, on=on)


@uses(Purpose.STUDY)
def turn_shortcuts(use: Use) -> Page:
    """Turn all shortcuts on, or off."""
    on = request.form.get("on") == "1"
    turn(web.session(), use, Setting.SHORTCUTS, on)
    web.say(f"Shortcuts are {'on' if on else 'off'}.")
    return go(url_for("coding.shortcuts"))
