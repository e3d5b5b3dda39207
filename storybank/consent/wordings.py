"""The words people are asked, kept as versions so that a yes can be shown beside its question.

Here they are read; ``publishing`` changes them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.organisation import controllers_of, organisation, set_up, values_of
from storybank.consent.purposes import EIGHT
from storybank.consent.reading_age import reading_age
from storybank.consent.wording_models import Controllers, WordingChange, WordingVersion
from storybank.consent.wording_rules import (
    BEAR_ON_ALL,
    GRACE,
    LANGUAGE,
    NEEDED,
    Format,
    Wording,
    digest,
    fill,
)
from storybank.errors import NotFound

SHIPPED = Path(__file__).with_name("wordings.toml")


@cache
def shipped() -> dict[str, Any]:
    """The file of shipped wordings: version, language, organisation, and words by format."""
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def shipped_texts() -> dict[str, str]:
    """The standard words this program ships, slots not filled in: {code: words}."""
    texts: dict[str, str] = shipped()["standard"]
    return texts


def codes() -> tuple[str, ...]:
    """Every wording's code, in the order people are asked."""
    return tuple(shipped_texts())


def publish_shipped(session: Session) -> int:
    """Publish shipped wordings that the database does not hold yet; return how many.

    Sets up a placeholder for the organisation where there is none, and names it in them.
    """
    file = shipped()
    row = set_up(session, file["organisation"])
    values, names = values_of(row), controllers_of(row)
    there = {
        (code, form)
        for code, form in session.execute(select(WordingVersion.code, WordingVersion.format))
    }
    made = 0
    for form in NEEDED:
        helps = file[f"{form.value}_help"]
        for code, source in file[form.value].items():
            if (code, form.value) in there:
                continue
            help_source = helps.get(code, "")
            text, help_text = fill(source, values), fill(help_source, values)
            session.add(
                WordingVersion(
                    code=code, version=file["version"], language=file["language"],
                    format=form.value, text=text, help_text=help_text, source_text=source,
                    source_help=help_source, sha256=digest(text, help_text), controllers=names,
                    reading_age=reading_age(f"{source}\n{help_source}", values),
                    approved_by=None, published_at=now(),
                )
            )  # fmt: skip
            made += 1
    session.flush()
    return made


def current(
    session: Session, codes: Iterable[str], language: str = LANGUAGE, format: str = "standard"
) -> dict[str, Wording]:
    """The wordings to ask with now, by code, in the order asked for; unknown codes are left out.

    Where a wording has no variant in ``format`` the standard one stands in, and en-GB for a
    language it is not in. A variant never outlives the standard words it was published with.
    """
    return {
        code: _wording(row)
        for code, row in current_rows(session, [*codes], language, format).items()
    }


def current_ids(session: Session, codes: Iterable[str], language: str, format: str) -> list[int]:
    """Ids of the wordings ``current`` gives, in the order asked for."""
    return [row.id for row in current_rows(session, [*codes], language, format).values()]


def current_rows(
    session: Session, codes: Collection[str], language: str, format: str
) -> dict[str, WordingVersion]:
    """The rows behind ``current``."""
    newest: dict[tuple[str, str], WordingVersion] = {}
    variants: dict[tuple[str, str, str], WordingVersion] = {}
    for row in session.scalars(
        select(WordingVersion)
        .where(
            WordingVersion.code.in_(codes),
            WordingVersion.language.in_({language, LANGUAGE}),
            WordingVersion.format.in_({format, Format.STANDARD.value}),
        )
        .order_by(WordingVersion.id)
    ):
        if row.format == Format.STANDARD.value:
            newest[row.code, row.language] = row
        variants[row.code, row.language, f"{row.version} {row.format}"] = row
    found = {}
    for code in codes:
        standard = newest.get((code, language)) or newest.get((code, LANGUAGE))
        if standard is not None:
            key = (code, standard.language, f"{standard.version} {format}")
            found[code] = variants.get(key, standard)
    return found


def text_of(session: Session, ids: Collection[int]) -> dict[int, Wording]:
    """What was shown under each of these ids, whether or not it is asked any more.

    Raises NotFound where there is none with such an id.
    """
    rows = session.scalars(select(WordingVersion).where(WordingVersion.id.in_(ids)))
    found = {row.id: _wording(row) for row in rows}
    if set(ids) - set(found):
        raise NotFound("There is no wording with that number.")
    return {number: found[number] for number in ids}


def controllers(session: Session, ids: Collection[int] = ()) -> Controllers:
    """The organisations that people are told of: name, address and contact of each.

    With ``ids``, those that stood in the wordings shown under these ids; else those that stand
    in the wording ``who`` now.
    """
    if ids:
        kept = session.scalars(
            select(WordingVersion.controllers)
            .where(WordingVersion.id.in_(ids))
            .order_by(WordingVersion.id.desc())
        )
        named = [one for some in kept for one in some]
        return [one for at, one in enumerate(named) if one not in named[:at]]
    who = current_rows(session, ["who"], LANGUAGE, "standard").get("who")
    return who.controllers if who else controllers_of(organisation(session))


def meaning_changes(session: Session) -> dict[str, tuple[datetime, ...]]:
    """When the meaning of each use's question changed, oldest first; uses without are left out.

    A change of what every answer rests on (``BEAR_ON_ALL``) counts for every use.
    """
    rows = session.execute(
        select(WordingChange.code, WordingChange.published_at)
        .where(WordingChange.meaning_changed)
        .order_by(WordingChange.published_at)
    ).all()
    found: dict[str, tuple[datetime, ...]] = {}
    for use in EIGHT:
        moments = dict.fromkeys(at for code, at in rows if code == use.value or code in BEAR_ON_ALL)
        if moments:
            found[use.value] = tuple(moments)
    return found


def asks_again_from(session: Session) -> dict[str, datetime]:
    """From when answers to old words of a use no longer hold: its latest change plus 60 days.

    An answer given since that change is an answer to the new words and stands. For one older
    than several changes, ``wording_rules.asks_again_at`` with ``meaning_changes`` is exact.
    """
    return {use: moments[-1] + GRACE for use, moments in meaning_changes(session).items()}


def _wording(row: WordingVersion) -> Wording:
    return Wording(
        row.id, row.code, row.text, row.help_text, row.version, row.language, row.format,
        row.sha256,
    )  # fmt: skip
