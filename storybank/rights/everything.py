"""Everything that is held about one person, as parts of a file for them to keep.

Each part is made when it is asked for and forgotten when the next one is: a person with many
long stories needs no more memory than one story does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import AccessRecord, Receipt
from storybank.consent.receipts import plain_date
from storybank.consent.rules import Use
from storybank.mail import service as mail
from storybank.mail.models import Message
from storybank.mail.rules import State
from storybank.people import identity
from storybank.people.identity_rules import CHANNELS, FORMATS, LANGUAGES, Channel, Details, Format
from storybank.people.models import Account, Person
from storybank.rights import requests, rules
from storybank.rights.parts import Data, Part, Section, day, moment, some
from storybank.rights.story_parts import story_part
from storybank.stories import reading


def parts(session: Session, use: Use) -> Iterator[Part]:
    """Every part for the person behind ``use`` (their own reading), one by one."""
    person_id = use.actor.person_id or 0
    yield _about_me(session, use, person_id)
    for story_id in sorted(reading.permitted_ids(session, use)):
        found = reading.stories(session, use, [story_id])
        if found:  # It may have been erased since the numbers were asked for.
            yield story_part(session, use, found[0])
        session.expunge_all()
    yield from _receipts(session, person_id)
    yield _requests(session, person_id, rules.local_day(use.at))
    yield _messages(session, person_id)
    yield _looked(session, use, person_id)


def _about_me(session: Session, use: Use, person_id: int) -> Part:
    person = session.get_one(Person, person_id)
    accounts = session.scalars(select(Account).where(Account.person_id == person_id)).all()
    details = identity.read_details(session, use.actor, person_id)
    lines = [
        f"Your code: {person.code}. Our team knows you by this code.",
        f"We have known you since {day(person.created_at)}.",
        f"Your days end at midnight in {person.time_zone}.",
    ]
    sign_in = [
        f"You sign in with: {account.email or 'no e-mail address'}. Your name here: {account.name}."
        for account in accounts
    ]
    sections = [Section("", tuple(lines)), Section("How you sign in", tuple(sign_in))]
    sections.append(Section("How we can reach you", _details_lines(details)))
    data = {
        "code": person.code,
        "since": moment(person.created_at),
        "time_zone": person.time_zone,
        "accounts": [
            {"email": one.email, "name": one.name, "since": moment(one.created_at)}
            for one in accounts
        ],
        "details": asdict(details) if details else None,
    }
    return Part("about-me", "About you", some(sections), data)


def _details_lines(details: Details | None) -> tuple[str, ...]:
    if details is None:
        return ("We hold no name, no address and no phone number for you.",)
    told = (
        ("Your name", details.legal_name),
        ("E-mail", details.email),
        ("Phone", details.phone),
        ("Address", ", ".join(details.address.split("\n"))),
        ("Someone you trust", details.trusted_person),
        ("How to reach them", ", ".join(details.trusted_contact.split("\n"))),
        ("How we should tell you things", CHANNELS.get(Channel(details.preferred_channel), "")),
        ("How words should come to you", FORMATS.get(Format(details.preferred_format), "")),
        ("Your language", LANGUAGES.get(details.language, details.language)),
    )
    return tuple(f"{name}: {text}" for name, text in told if text)


def _receipts(session: Session, person_id: int) -> Iterator[Part]:
    ids = session.scalars(
        select(Receipt.id).where(Receipt.person_id == person_id).order_by(Receipt.id)
    ).all()
    for number in ids:
        row = session.get_one(Receipt, number)
        yield Part(
            f"receipts/receipt-{row.id}",
            f"Receipt of {day(row.made_at)}, for story {row.story_id}",
            (Section("", tuple(row.body.split("\n")), listed=False),),
            row.record,
        )
        session.expunge_all()


def _requests(session: Session, person_id: int, today: date) -> Part:
    sections: list[Section] = []
    data: list[Data] = []
    for one in reversed(requests.every_own(session, person_id, today)):
        row, texts = one.request, requests.texts(session, one.request)
        lines = [
            f"Its number: {row.reference}. It came on {plain_date(row.received_on)}.",
            one.outcome.sentence if one.outcome else f"Answer due by {plain_date(row.due_on)}.",
        ]
        if one.exemption and one.outcome:
            lines.append(f"Why: {one.exemption.sentence}")
        lines += [f"You wrote: {texts.words}"] if texts.words else []
        lines += [f"We answered: {texts.answer}"] if texts.answer and one.outcome else []
        sections.append(Section(one.kind.sentence, tuple(lines)))
        data.append(
            {
                "reference": row.reference,
                "kind": row.kind,
                "received_on": row.received_on.isoformat(),
                "due_on": row.due_on.isoformat(),
                "extended_to": row.extended_to.isoformat() if row.extended_to else None,
                "outcome": row.outcome,
                "reason": row.exemption if row.outcome else None,
                "closed_at": moment(row.closed_at),
                "words": texts.words,
                "answer": texts.answer if row.outcome else "",
            }
        )
    nothing = [Section("", ("You have not asked for anything.",))]
    return Part("requests", "What you asked us", some(sections or nothing), {"requests": data})


def _messages(session: Session, person_id: int) -> Part:
    sections: list[Section] = []
    data: list[Data] = []
    rows = session.scalars(
        select(Message).where(Message.person_id == person_id).order_by(Message.id)
    )
    for row in rows:
        text = mail.text_of(session, row)
        heading = f"{row.subject} ({day(row.made_at)})"
        lines = tuple(text.split("\n")) if text else ("We no longer hold what it said.",)
        sections.append(Section(heading, lines, listed=False))
        data.append(
            {
                "at": moment(row.made_at),
                "subject": row.subject,
                "text": text,
                "state": State(row.state).value,
            }
        )
    nothing = [Section("", ("We have not written to you from here.",))]
    return Part("messages", "What we wrote to you", some(sections or nothing), {"messages": data})


def _looked(session: Session, use: Use, person_id: int) -> Part:
    """Who read the stories or the details: when and for what. Names of the team stay out."""
    mine = sorted(reading.permitted_ids(session, use))
    rows = session.execute(
        select(AccessRecord.at, AccessRecord.story_id, AccessRecord.purpose, AccessRecord.what)
        .where(AccessRecord.story_id.in_(mine))
        .order_by(AccessRecord.id)
    ).all()
    details = identity.readings(session, person_id, limit=10_000)
    lines = [
        f"{day(row.at)}: story {row.story_id}, {LOOKED.get(row.what, row.what)} "
        f"(for: {row.purpose})."
        for row in rows
    ]
    seen = [f"{day(one.at)}: {SEEN.get(one.act, one.act)}" for one in details]
    sections = [
        Section("Your stories", tuple(lines) or ("There is nothing in our list.",)),
        Section("Your name and how to reach you", tuple(seen) or ("Nobody has looked.",)),
    ]
    data = {
        "stories": [
            {"at": moment(row.at), "story": row.story_id, "for": row.purpose, "what": row.what}
            for row in rows
        ],
        "details": [{"at": moment(one.at), "what": one.act} for one in details],
    }
    return Part("who-looked", "Who of our team looked", some(sections), data)


LOOKED = {"read": "read on a screen", "file": "saved to a file", "print": "printed"}
SEEN = {"read": "Somebody of our team read them.", "change": "Somebody of our team changed them."}
