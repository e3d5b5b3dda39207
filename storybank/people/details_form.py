"""The form with a storyteller's details: one for the steward, one for the storyteller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from storybank.errors import BadInput, Conflict
from storybank.people import identity
from storybank.people.identity_rules import (
    CHANNELS,
    FORMATS,
    LANGUAGES,
    Details,
    clean_details,
    clean_zone,
    missing_for_channel,
    places,
)
from storybank.people.reading import person
from storybank.people.rules import Actor

Errors = dict[str, str]
UNASKED = Details(preferred_channel="", preferred_format="")
"""Nothing is ticked for anybody who was not asked."""


def typed(form: Mapping[str, str]) -> Details:
    """What was sent, as it was typed."""
    return Details(**{field.name: form.get(field.name, "") for field in fields(Details)})


def save(session: Session, by: Actor, person_id: int, form: Mapping[str, str]) -> Errors:
    """Keep what was sent; what is wrong with it, by field, when it cannot be kept."""
    details, errors = clean_details(typed(form))
    if form.get("preferred_channel") and "preferred_channel" not in errors:
        field, sentence = missing_for_channel(details) or ("", "")
        if field and field not in errors:
            errors[field] = sentence
    try:
        zone = clean_zone(form.get("time_zone", ""))
    except BadInput as no:
        errors["time_zone"] = no.sentence
    if errors:
        return errors
    try:
        identity.save_details(session, by, person_id, details, seen=form.get("seen"))
    except Conflict as no:
        return {"": no.sentence}
    identity.set_time_zone(session, by, person_id, zone)
    return {}


def context(
    session: Session, person_id: int, details: Details | None, form: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the template of the form needs; what was typed stands in it where it was sent."""
    who = person(session, person_id)
    zone = who.time_zone if who else ""
    known = places() if zone in places() else (zone, *places())
    return {
        "details": typed(form) if form else details or UNASKED,
        "time_zone": form.get("time_zone", "") if form else zone,
        "seen": identity.stamp(session, person_id),
        "channels": CHANNELS,
        "formats": FORMATS,
        "languages": LANGUAGES,
        "zones": [(name, _place(name)) for name in known],
        "readings": identity.readings(session, person_id),
    }


def _place(zone: str) -> str:
    """The zone as people read it: "London (Europe)"."""
    region, _, place = zone.partition("/")
    named = place.replace("_", " ").replace("/", ", ")
    return f"{named} ({region})" if place else zone
