"""Codings as rows for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.coding import checks
from storybank.coding import service as coding
from storybank.consent.rules import Use
from storybank.stories import reading

HEAD = (
    "story", "external_id", "storyteller", "title", "start", "end", "words", "code", "code_name",
    "family", "coder", "suggested", "use", "let_out_at", "storyteller_says",
)  # fmt: skip
SLICE = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: object) -> str:
    """A cell that a spreadsheet will show and not run: a leading formula sign gets a quote mark.

    The signs are those that OWASP names for CSV injection, full-width ones too.
    """
    text = str(value)
    return "'" + text if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text


def codings(session: Session, use: Use) -> Iterator[str]:
    """Lines of a CSV file of every coding the use allows; the gate is asked for each slice.

    Offsets are Unicode code points, the end exclusive.
    """
    yield _line(HEAD)
    codes = codebook.codes_by_id(session)
    cards = coding.with_codes(session, use, list(codes))
    for start in range(0, len(cards), SLICE):
        # Asked again at each slice: a stop during a long export takes effect in it.
        fresh = Use(use.actor, use.purpose, now(), use.audience)
        some = cards[start : start + SLICE]
        found = {e.place: e for e in reading.excerpts(session, fresh, [c.place for c in some])}
        says = checks.said_to(session, [card.id for card in some])
        outside = reading.external_ids(session, fresh, {card.place.story_id for card in some})
        for card in some:
            excerpt = found.get(card.place)
            if excerpt is None:
                continue
            code = codes[card.code_id]
            yield _line(
                (
                    excerpt.story_id, outside.get(excerpt.story_id) or "", excerpt.attribution,
                    excerpt.title, excerpt.start, excerpt.end, excerpt.words, code.key, code.name,
                    code.family, card.coder, "yes" if card.suggested else "no",
                    use.purpose.value, fresh.at.isoformat(timespec="seconds") + "Z",
                    says[card.id].sentence if card.id in says else "",
                )
            )  # fmt: skip


def _line(values: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(value) for value in values])
    return out.getvalue()
