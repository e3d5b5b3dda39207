"""The words people are asked, kept as versions so that a yes can be shown beside its question."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import WordingVersion

SHIPPED = Path(__file__).with_name("wordings.toml")


@cache
def shipped_texts() -> dict[str, str]:
    """The texts of the version this program ships: {code: words}."""
    texts: dict[str, str] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["texts"]
    return texts


def publish_shipped(session: Session) -> int:
    """Publish shipped wordings that the database does not hold yet; return how many."""
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    key = (shipped["version"], shipped["language"], shipped["format"])
    there = set(
        session.scalars(
            select(WordingVersion.code).where(
                WordingVersion.version == key[0],
                WordingVersion.language == key[1],
                WordingVersion.format == key[2],
            )
        )
    )
    missing = [code for code in shipped["texts"] if code not in there]
    for code in missing:
        text = shipped["texts"][code]
        session.add(
            WordingVersion(
                code=code,
                version=key[0],
                language=key[1],
                format=key[2],
                text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                published_at=now(),
            )
        )
    session.flush()
    return len(missing)


def current_ids(session: Session, codes: Iterable[str], language: str, format: str) -> list[int]:
    """Ids of the newest published wording for each code, in the order asked."""
    newest = {
        code: wording_id
        for wording_id, code in session.execute(
            select(WordingVersion.id, WordingVersion.code)
            .where(WordingVersion.language == language, WordingVersion.format == format)
            .order_by(WordingVersion.id)
        )
    }
    return [newest[code] for code in codes if code in newest]
