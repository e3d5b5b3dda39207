"""Memos as a table, as a text to read, and as annotations. Memos quote nothing; where one stands
is told for stories that the use allows at that moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.exchange import about
from storybank.exchange.about import stamp
from storybank.exchange.pieces import FACTS, HEADING, PLAIN, TERM, Paper, Piece
from storybank.exchange.sheets import Row, Sheet
from storybank.exchange.web_annotations import CONTEXT, GENERATOR
from storybank.memos import reading
from storybank.memos.reading import MemoCard

HEAD = (
    "memo", "about", "story", "version", "start", "end", "code", "coding", "title", "body",
    "writer", "written_at", "changed_at", "changed_by", "answers_memo", "named", "links",
    "settled_at",
)  # fmt: skip


def about_memos(use: Use, count: int) -> tuple[str, ...]:
    """What stands at the top of a file of memos."""
    return (
        *about.head(use, use.at),
        f"{count:,} memo{'' if count == 1 else 's'}. Memos on stories or passages that this use "
        "does not allow are not in it.",
        *about.DUTY,
    )


def sheet(session: Session, use: Use) -> Sheet:
    """Memos as a table, by story and place; ``body`` is Markdown as it was written."""
    cards = reading.for_export(session, use)
    codes = codebook.codes_by_id(session)
    rows = ([_row(card, codes) for card in some] for some in slices(cards))
    return Sheet("Memos", HEAD, rows, about_memos(use, len(cards)), frozenset({"body", "title"}))


def paper(session: Session, use: Use) -> Paper:
    """Memos to read."""
    cards = reading.for_export(session, use)
    codes = codebook.codes_by_id(session)
    pieces = ([one for card in some for one in _pieces(card, codes)] for some in slices(cards))
    return Paper("Memos", about_memos(use, len(cards)), pieces)


def collection(session: Session, use: Use, base: str) -> Iterator[str]:
    """Memos as W3C Web Annotations, in one collection on one page."""
    cards = reading.for_export(session, use)
    codes = codebook.codes_by_id(session)
    name = f"{base}files/{use.purpose.value}/memos.json"
    items = [annotation(card, codes, base) for card in cards]
    found = {
        "@context": CONTEXT, "id": name, "type": "AnnotationCollection", "label": "Memos",
        "generator": GENERATOR, "generated": stamp(use.at), "rights": f"{base}files#duty",
        "sb:use": use.purpose.value, "sb:about": about_memos(use, len(cards)),
        "total": len(items), "last": f"{name}#page",
        "first": {
            "id": f"{name}#page", "type": "AnnotationPage", "partOf": name, "startIndex": 0,
            "items": items,
        },
    }  # fmt: skip
    yield json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def annotation(card: MemoCard, codes: dict[int, CodeCard], base: str) -> dict[str, Any]:
    """One memo as an annotation of what it is about, or of the memo it answers."""
    found: dict[str, Any] = {
        "id": f"{base}memos/{card.id}",
        "type": "Annotation",
        "motivation": "replying" if card.answers_id else "commenting",
        "creator": {
            "id": f"{base}people/{card.account_id}", "type": "Person", "name": card.writer,
        },
        "created": stamp(card.made_at),
        "modified": stamp(card.changed_at),
        "rights": f"{base}files#duty",
        "body": {
            "type": "TextualBody", "value": card.body, "format": "text/markdown",
            "purpose": "commenting",
        },
        "target": _target(card, codes, base),
    }  # fmt: skip
    if card.title:
        found["sb:title"] = card.title
    return found


def _target(card: MemoCard, codes: dict[int, CodeCard], base: str) -> object:
    if card.answers_id:
        return f"{base}memos/{card.answers_id}"
    if card.coding_id:
        return f"{base}codings/{card.coding_id}"
    if card.place:
        at = card.place
        return {
            "type": "SpecificResource",
            "source": f"{base}desk/{at.story_id}?version={at.version}",
            "selector": {"type": "TextPositionSelector", "start": at.start, "end": at.end},
        }
    if card.story_id:
        return f"{base}desk/{card.story_id}"
    if card.code_id:
        return f"{base}codes/{codes[card.code_id].key}"
    return base


def _row(card: MemoCard, codes: dict[int, CodeCard]) -> Row:
    at = card.place
    code = codes[card.code_id].key if card.code_id else ""
    place = (at.version, at.start, at.end) if at else (None, None, None)
    return (
        card.id, card.kind.value, card.story_id, *place, code, card.coding_id, card.title,
        card.body, card.writer, card.made_at,
        card.changed_at, card.changed_by or "", card.answers_id, "; ".join(card.named),
        "; ".join(link.name for link in card.links), card.settled_at,
    )  # fmt: skip


def _pieces(card: MemoCard, codes: dict[int, CodeCard]) -> list[Piece]:
    title = card.title or f"Memo {card.id}"
    told = f"memo {card.id}, by {card.writer}, {card.made_at:%Y-%m-%d}; {_where(card, codes)}"
    if card.answers_id:
        head: list[Piece] = [(TERM, f"Answer to memo {card.answers_id}")]
    else:
        head = [(HEADING, title)]
    lines: list[Piece] = [(PLAIN, line) for line in card.body.splitlines() if line.strip()]
    links: list[Piece] = [(FACTS, f"Leads to: {link.name}") for link in card.links]
    return [*head, (FACTS, told), *lines, *links]


def _where(card: MemoCard, codes: dict[int, CodeCard]) -> str:
    said = [f"on {card.kind.words}"]
    if card.story_id and card.kind.value != "project":
        said.append(f"story {card.story_id}")
    if card.place:
        said.append(f"letters {card.place.start:,} to {card.place.end:,}")
    if card.code_id:
        said.append(f"{codes[card.code_id].name} ({codes[card.code_id].key})")
    return ", ".join(said)
