"""Sentences carried to the next page. They travel in a cookie, so they never hold story words."""

from collections.abc import Mapping
from typing import Any, Literal

from flask import flash, g, get_flashed_messages
from flask import session as cookie

Kind = Literal["success", "notice"]


def say(
    sentence: str,
    kind: Kind = "success",
    *,
    undo: str | None = None,
    fields: Mapping[str, str | int] | None = None,
    label: str = "Undo",
) -> None:
    """Show one sentence at the top of the next page.

    `undo` is the URL of a POST that takes the act back; the page shows it as a button named
    `label`, and `fields` are the hidden values it sends. Ids only: never words of a story.
    """
    g.said = True
    message: dict[str, Any] = {"text": sentence}
    if undo is not None:
        message.update(undo=undo, fields=dict(fields or {}), label=label)
    flash(message, kind)  # type: ignore[arg-type]  # Flask passes on any value JSON can hold


def messages() -> list[dict[str, Any]]:
    """Return the waiting sentences as dicts of kind, text, undo, fields and label; forget them."""
    waiting: list[Any] = list(get_flashed_messages(with_categories=True))
    return [
        {"kind": kind, **(message if isinstance(message, dict) else {"text": message})}
        for kind, message in waiting
    ]


def forget_messages() -> None:
    """Drop what this request said, as it failed: what the sentences claim was undone with it."""
    if g.pop("said", False):
        cookie.pop("_flashes", None)
