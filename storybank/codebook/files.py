"""The codebook's own file: TOML or JSON, out and in. Versions are kept in the same shape."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.cards import cards
from storybank.codebook.models import Codebook, Family
from storybank.errors import BadInput

LARGEST = 2_000_000
"""The largest file that is read, in bytes."""
MOST_CODES, MOST_FAMILIES = 2_000, 100
NOT_ONE = "That file is not a codebook. See corpus/README.md."

Content = dict[str, Any]


def content_of(session: Session) -> Content:
    """The whole codebook as it stands, retired codes too. No passages: those are not its own."""
    book = session.scalars(select(Codebook).order_by(Codebook.id.desc()).limit(1)).first()
    every = cards(session)
    keys = {card.id: card.key for card in every}
    families = session.scalars(select(Family).order_by(Family.position, Family.id))
    return {
        "codebook": {
            "id": book.key if book else "codebook",
            "name": book.name if book else "Codebook",
            "version": book.version if book else "0",
            "unit_of_coding": book.unit_of_coding if book else "",
            "ground_rules": list(book.ground_rules) if book else [],
        },
        "flags": dict(book.flags) if book else {},
        "family": [
            {"key": row.key, "name": row.name, "question": row.question} for row in families
        ],
        "code": [
            _full(
                key=card.key,
                family=card.family,
                parent=keys.get(card.parent_id or 0),
                name=card.name,
                definition=card.definition,
                include=card.include,
                exclude=card.exclude,
                example=card.example,
                not_example=card.not_example,
                cues=list(card.cues),
                near_miss=list(card.near_misses),
                colour=card.colour if card.own_colour else None,
                retired=card.retired,
                merged_into=keys.get(card.merged_into_id or 0),
            )  # fmt: skip
            for card in every
        ],
    }


def _full(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def read(raw: bytes) -> Content:
    """The content of a TOML or JSON file.

    Raises BadInput where it is not a codebook, or too large to be one.
    """
    if len(raw) > LARGEST:
        raise BadInput("That file is too large for a codebook. Keep it under 2 MB.")
    try:
        text = raw.decode("utf-8-sig")
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        return _checked(found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise BadInput(NOT_ONE) from problem


def _checked(found: Content) -> Content:
    """Raises KeyError or TypeError where a part is missing or of another kind."""
    head = found["codebook"]
    families, codes = found["family"], found["code"]
    if len(families) > MOST_FAMILIES or len(codes) > MOST_CODES:
        raise BadInput(f"A codebook holds at most {MOST_CODES:,} codes.")
    flags = found.get("flags") or head.get("flags") or {}
    _must(all(_is_texts(values) for values in flags.values()))
    _must(_is_texts(head.get("ground_rules", [])))
    known = {row["key"] for row in families}
    for row in families:
        _must(all(isinstance(row[name], str) for name in ("key", "name", "question")))
    for row in codes:
        _must(all(isinstance(row[name], str) for name in ("key", "family", "name", "definition")))
        _must(row["family"] in known)
        _must(_is_texts(row.get("cues", [])) and _is_texts(row.get("near_miss", [])))
        plain = ("include", "exclude", "example", "not_example", "parent", "colour", "merged_into")
        _must(all(isinstance(row.get(name) or "", str) for name in plain))
    _must(all(isinstance(head[name], str) for name in ("id", "name", "version")))
    return {"codebook": head, "flags": flags, "family": families, "code": codes}


def _must(holds: bool) -> None:
    if not holds:
        raise TypeError("another kind of value")


def _is_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def as_json(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_toml(content: Content) -> str:
    """The content as TOML 1.0, which ``read`` takes back unchanged."""
    lines = ["[codebook]", *_pairs(content["codebook"])]
    if content["flags"]:
        lines += ["", "[flags]", *_pairs(content["flags"])]
    for table in ("family", "code"):
        for row in content[table]:
            lines += ["", f"[[{table}]]", *_pairs(row)]
    return "\n".join(lines) + "\n"


def _pairs(row: Mapping[str, Any]) -> Iterable[str]:
    for name, value in row.items():
        key = name if name.replace("_", "").replace("-", "").isalnum() else _text(name)
        if isinstance(value, bool):
            yield f"{key} = {str(value).lower()}"
        elif isinstance(value, list):
            yield f"{key} = [{', '.join(_text(one) for one in value)}]"
        else:
            yield f"{key} = {_text(value)}"


def _text(words: str) -> str:
    # JSON's escapes are TOML's; TOML wants one more control character escaped than JSON does.
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
