"""What every page of memos needs: names of codes and stories, the words under a passage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.coding.drawing import style_of
from storybank.consent.rules import Use
from storybank.memos import files, naming
from storybank.memos.reading import MemoCard, places
from storybank.memos.showing import beginning, html
from storybank.stories import reading


def for_cards(use: Use, cards: Iterable[MemoCard]) -> dict[str, Any]:
    """What templates need to show these memos. Words of stories come through the door, now."""
    session, some = web.session(), list(cards)
    stories = {one.story_id for one in some if one.story_id is not None}
    stories |= {link.to_story_id for one in some for link in one.links if link.to_story_id}
    codes = codebook.codes_by_id(session)
    families = [family.key for family in codebook.families(session, retired=True)]
    return {
        "use": use,
        "titles": reading.titles(session, use, stories),
        "words": {e.place: e.words for e in reading.excerpts(session, use, places(some))},
        "codes": codes,
        "styles": {
            code.id: style_of(families.index(code.family))
            for code in codes.values()
            if code.family in families
        },
        "html": html,
        "beginning": beginning,
        "about": lambda card: files.about(card, codes),
        "name_of": lambda card: card.title or f"Memo {card.id}",
    }


def people_to_tell(use: Use) -> dict[int, str]:
    """Who else may be told of a memo."""
    people = naming.researchers(web.session())
    return {number: name for number, name in people.items() if number != use.actor.account_id}


def told() -> list[int]:
    """The people chosen in a form."""
    return [number for number in request.form.getlist("tell", type=web.number) if number > 0]


def say(sentence: str, memo_id: int | None) -> None:
    """Say what was done; undoing leads back to a memo, or to the list where none is named."""
    fields: dict[str, str | int] = {"back": "memos"}
    web.say(
        sentence,
        undo=url_for("coding.undo"),
        fields=fields if memo_id is None else {**fields, "memo": memo_id},
    )


def wants_part() -> bool:
    """Did a page that is open ask for a part of itself?"""
    return request.headers.get("HX-Request") == "true"
