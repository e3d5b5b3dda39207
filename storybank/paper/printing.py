"""Making paper and slides: each passage let out is written down for its storyteller to see."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import NameStyle, Use
from storybank.consent.standing import states
from storybank.errors import BadInput, NotFound, Refused
from storybank.paper import rules
from storybank.paper.deck import Deck, deck
from storybank.paper.models import PrintedCard, PrintRun
from storybank.workshops.models import Pack

LISTED = 100
"""How many makings of a pack are listed."""
LAST_DAY = "These cards’ last day has passed. Make a new pack."


def make(
    session: Session, use: Use, pack_id: int, copies: int, form: str = "cards", file: str = "html"
) -> PrintRun:
    """Write down that this is made of a pack now, with a record of use for each card in it.

    Raises NotFound; BadInput for a form, a file or a number of copies that is not sensible, an
    empty pack, too many cards, or a pack whose last day has passed.
    """
    if wrong := rules.trouble(form, file, copies):
        raise BadInput(next(iter(wrong.values())))
    if use.actor.account_id is None:
        raise Refused("Sign in to print.")
    made_of = deck(session, use, pack_id)
    check(made_of, form)
    with_words = rules.FORMS[form].words
    run = PrintRun(
        pack_id=pack_id, pack_version_id=made_of.version and made_of.version.id, form=form,
        file=file, cards=len(made_of.cards) if with_words else 0, copies=copies,
        made_by=use.actor.account_id, made_at=now(), returned=0,
    )  # fmt: skip
    session.add(run)
    session.flush()
    if with_words:
        _write_down(session, use, made_of, run)
    return run


def check(made_of: Deck, form: str) -> None:
    """Raises BadInput when a pack's last day has passed, or a form of words would hold none."""
    if made_of.pack.use_until < now().date():
        raise BadInput(LAST_DAY)
    if rules.form_named(form).words:
        rules.check_cards(len(made_of.cards))


def runs(session: Session, pack_id: int) -> list[PrintRun]:
    """What was made of a pack last, the newest first."""
    query = select(PrintRun).where(PrintRun.pack_id == pack_id)
    return list(session.scalars(query.order_by(PrintRun.id.desc()).limit(LISTED)))


def run_to_change(session: Session, pack_id: int, run_id: int) -> PrintRun:
    """One making of this pack, held until the transaction ends.

    Raises NotFound when there is none.
    """
    found = session.scalar(
        select(PrintRun).where(PrintRun.id == run_id, PrintRun.pack_id == pack_id).with_for_update()
    )
    if found is None:
        raise NotFound("There is no such printing.")
    return found


def first_sheet(session: Session, run: PrintRun) -> int:
    """The number on the first answer sheet of this making: no two of a workshop are alike."""
    workshop = sa.select(Pack.workshop_id).where(Pack.id == run.pack_id).scalar_subquery()
    earlier = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(PrintRun.copies), 0))
        .join(Pack, Pack.id == PrintRun.pack_id)
        .where(Pack.workshop_id == workshop, PrintRun.form == run.form, PrintRun.id < run.id)
    )
    return 1 + (earlier or 0)


def _write_down(session: Session, use: Use, made_of: Deck, run: PrintRun) -> None:
    known = _letters(session, made_of)
    taken = set(known.values())
    standing = states(session, {card.place.story_id for card in made_of.cards if card.place})
    for card in made_of.cards:
        place = card.place
        if place is None:
            continue
        letters = known.get(card.item_id) or rules.new_letters(made_of.pack.code, taken)
        taken.add(letters)
        mark = rules.mark(made_of.pack.code, card.number, letters)
        state = standing.get(place.story_id)
        session.add(
            PrintedCard(
                run_id=run.id, item_id=card.item_id, story_id=place.story_id, letters=letters,
                mark=mark, returned=0,
            )
        )  # fmt: skip
        session.add(
            UseRecord(
                story_id=place.story_id, version=place.version, start=place.start, end=place.end,
                use=use.purpose.value, medium=rules.FORMS[run.form].medium,
                place=made_of.workshop.title, reference=mark,
                name_style=(state.name_style if state else NameStyle.NONE).value,
                copies=run.copies, made_by_account_id=use.actor.account_id, at=run.made_at,
            )
        )  # fmt: skip
    session.flush()


def _letters(session: Session, made_of: Deck) -> dict[int, str]:
    """Those that cards of this pack have from earlier makings: {pack item: letters}."""
    rows = session.execute(
        select(PrintedCard.item_id, PrintedCard.letters)
        .join(PrintRun, PrintRun.id == PrintedCard.run_id)
        .where(PrintRun.pack_id == made_of.pack.id)
    )
    return {item_id: letters for item_id, letters in rows}
