"""Memos as files: a table for a spreadsheet, or one Markdown text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from storybank.codebook.service import CodeCard
from storybank.memos.reading import MemoCard

HEAD = (
    "memo", "about", "story", "version", "start", "end", "code", "code_name", "answers_memo",
    "title", "memo_markdown", "writer", "written_at", "changed_at", "changed_by", "settled_at",
    "names", "links",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def table(cards: Sequence[MemoCard], codes: Mapping[int, CodeCard]) -> Iterator[str]:
    """Lines of a CSV file. Offsets are Unicode code points, the end exclusive; moments in UTC."""
    yield "\ufeff" + _line(HEAD)
    for one in cards:
        code, place = codes.get(one.code_id or 0), one.place
        yield _line(
            (
                one.id, one.kind.value, one.story_id or "",
                *((place.version, place.start, place.end) if place else ("", "", "")),
                code.key if code else "", code.name if code else "", one.answers_id or "",
                one.title, one.body, one.writer, _moment(one.made_at), _moment(one.changed_at),
                one.changed_by or "", _moment(one.settled_at), ", ".join(one.named),
                ", ".join(link.name for link in one.links),
            )
        )  # fmt: skip


def text(cards: Sequence[MemoCard], codes: Mapping[int, CodeCard]) -> Iterator[str]:
    """One Markdown text: a heading for each memo, what it is about, who wrote it, its body."""
    yield "# Memos\n"
    for one in cards:
        yield f"\n## Memo {one.id}{': ' + one.title if one.title else ''}\n\n"
        facts = [about(one, codes), f"by {one.writer}", f"{one.made_at:%Y-%m-%d}"]
        if one.answers_id:
            facts.insert(0, f"answers memo {one.answers_id}")
        if one.settled_at:
            facts.append("settled")
        yield f"*{', '.join(facts)}*\n\n{one.body}\n"
        if one.links:
            yield f"\n*See also: {', '.join(link.name for link in one.links)}*\n"


def about(one: MemoCard, codes: Mapping[int, CodeCard]) -> str:
    """What a memo is about, in words without a storyteller's: "on story 3, letters 10 to 60"."""
    code = codes.get(one.code_id or 0)
    if one.place is not None:
        where = f"on story {one.story_id}, letters {one.place.start} to {one.place.end}"
        return f"{where}, under {code.key}" if code else where
    if one.story_id is not None:
        return f"on story {one.story_id}"
    return f"on {code.key} {code.name}" if code else "on the whole project"


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") + "Z" if at else ""


def _line(values: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_safe(value) for value in values])
    return out.getvalue()


def _safe(value: object) -> str:
    """A cell that a spreadsheet will show and not run."""
    text = str(value)
    return "'" + text if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text
