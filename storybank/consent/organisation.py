"""Who looks after the stories, who else may use them, why, and how to stop: the four slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.reading_age import reading_age
from storybank.consent.wording_models import Controllers, Organisation, WordingProposal
from storybank.consent.wording_rules import MOST_AGE
from storybank.errors import BadInput, NotReady, Refused
from storybank.people.rules import Actor, Role

THE_ONE = 1
NOBODY_ELSE = "Other groups, once we tell you who they are,"
"""Fills the slot of the others where there are none: nobody else uses a story unannounced."""

LENGTHS = {"name": 200, "address": 500, "contact": 200, "why": 500, "withdraw": 500}
MISSING = {
    "name": "Write the name of the organisation that looks after the stories.",
    "address": "Write its address.",
    "contact": "Write how to reach it: a phone number or an e-mail address.",
    "why": "Write why you ask for stories.",
    "withdraw": "Write how a storyteller can stop.",
}
PLAINER = "Write this in plainer words. Its reading age is {age}; it can be 11 at most."


@dataclass(frozen=True)
class Slots:
    """The four slots as typed: ``others`` holds (name, address, contact) of each."""

    name: str = ""
    address: str = ""
    contact: str = ""
    others: tuple[tuple[str, str, str], ...] = ()
    no_others: bool = False
    why: str = ""
    withdraw: str = ""
    errors: dict[str, str] = field(default_factory=dict, compare=False)


def organisation(session: Session) -> Organisation:
    """The one row. Raises NotReady where the house is not set up."""
    found = session.get(Organisation, THE_ONE)
    if found is None:
        raise NotReady("The wordings are not set up yet. Run: storybank init")
    return found


def set_up(session: Session, shipped: Mapping[str, str]) -> Organisation:
    """The organisation, made as a placeholder from what is ``shipped`` where there is none."""
    found = session.get(Organisation, THE_ONE)
    if found is None:
        found = Organisation(
            id=THE_ONE, **shipped, others=[], no_others=True, placeholder=True,
            changed_at=now(), changed_by=None,
        )  # fmt: skip
        session.add(found)
        session.flush()
    return found


def trouble(slots: Slots) -> dict[str, str]:
    """What is wrong with the slots: a sentence for each field that needs mending."""
    errors = {}
    for name, longest in LENGTHS.items():
        value = getattr(slots, name)
        if not value:
            errors[name] = MISSING[name]
        elif len(value) > longest:
            errors[name] = f"Keep this under {longest} letters."
    for name in ("why", "withdraw"):
        if name not in errors and (age := reading_age(getattr(slots, name))) > MOST_AGE:
            errors[name] = PLAINER.format(age=age)
    if any(not all(one) for one in slots.others):
        errors["others"] = "Give each other organisation a name, an address and a contact."
    elif any(len(part) > 500 for one in slots.others for part in one) or len(slots.others) > 20:
        errors["others"] = "Name at most 20 organisations, each in a few words."
    elif not slots.others and not slots.no_others:
        errors["others"] = "Name the other organisations, or tick that there are none."
    elif slots.others and slots.no_others:
        errors["others"] = "You named others and ticked that there are none. Choose one."
    return errors


def save(session: Session, by: Actor, slots: Slots) -> None:
    """Keep the slots. Wordings already published stay as they are until the set is published.

    Raises Refused for anybody but a steward; BadInput where a slot is not well filled.
    """
    if Role.STEWARD not in by.roles:
        raise Refused("Only a steward can fill this in.")
    if wrong := trouble(slots):
        raise BadInput(next(iter(wrong.values())))
    row = organisation(session)
    row.name, row.address, row.contact = slots.name, slots.address, slots.contact
    row.others = [
        dict(zip(("name", "address", "contact"), one, strict=True)) for one in slots.others
    ]
    row.no_others, row.why, row.withdraw = slots.no_others, slots.why, slots.withdraw
    row.placeholder, row.changed_at, row.changed_by = False, now(), by.account_id
    # What a steward waits for a second about was to name the old organisation.
    session.execute(delete(WordingProposal))
    session.flush()


def slots_of(row: Organisation) -> Slots:
    """The row as the form shows it."""
    others = tuple((one["name"], one["address"], one["contact"]) for one in row.others)
    return Slots(
        row.name, row.address, row.contact, others, row.no_others, row.why, row.withdraw
    )  # fmt: skip


def controllers_of(row: Organisation) -> Controllers:
    """Everybody who answers for the use of stories: the organisation first, then the others."""
    first = {"name": row.name, "address": row.address, "contact": row.contact}
    return [first, *row.others]


def values_of(row: Organisation) -> dict[str, str]:
    """What goes into each slot of a wording."""
    others = _listed([one["name"] for one in row.others]) or NOBODY_ELSE
    return {"organisation": row.name, "others": others, "why": row.why, "withdraw": row.withdraw}


def _listed(names: Iterable[str]) -> str:
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last
