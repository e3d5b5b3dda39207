"""Everything that is held about one story, for its storyteller."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis import frameworks
from storybank.codebook import service as codebook
from storybank.coding import service as coding
from storybank.consent.answers import Kind
from storybank.consent.models import AskRequest, ConsentChoice, ConsentEvent, UseRecord
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import EIGHT, Answer, NameStyle, Purpose, Use
from storybank.details import originals
from storybank.memos import reading as memos
from storybank.memos.rules import without_names
from storybank.rights.parts import Data, Part, Section, day, moment, some
from storybank.stories import files, reading
from storybank.stories import notes as file_notes
from storybank.stories.reading import StoryText
from storybank.stories.rules import Place


def story_part(session: Session, use: Use, story: StoryText) -> Part:
    said, said_data = _said(session, use.actor.person_id or 0, story.story_id)
    used, used_data = _used(session, use, story.story_id)
    labels, label_data = _labels(session, use, story)
    asked, asked_data = _asked(session, story.story_id)
    noted, noted_data = _noted(session, use, story)
    summed, summed_data = _summed(session, story.story_id)
    taken, taken_data = _taken_out(session, use, story.story_id)
    kept, kept_data = _files(session, use, story.story_id)
    beside, beside_data = _file_notes(session, use, story)
    facts = [f"{name}: {value}" for name, value in sorted(story.attributes.items())]
    sections = [
        Section("Your words", tuple(story.text.split("\n")), listed=False),
        Section("What we noted about it", tuple(facts)),
        Section("Recordings and other files we keep with it", kept),
        Section("Notes that came in the file with your words", beside),
        Section("What you said, and when", said),
        Section("Where your words have been", used or ("We have not put any part on paper.",)),
        Section("What we asked you", asked),
        Section("Labels that people put on it", labels or ("There are none.",)),
        Section("What our researchers noted about it", noted),
        Section("How our researchers sum it up", summed),
        Section("What we took out, and who looked at your own words since", taken),
    ]
    data = {
        "story": story.story_id,
        "title": story.title,
        "version": story.version,
        "text": story.text,
        "sha256": story.sha256,
        "name_shown": story.attribution,
        "facts": dict(story.attributes),
        "files": kept_data,
        "notes_in_the_file": beside_data,
        "said": said_data,
        "used": used_data,
        "asked": asked_data,
        "labels": label_data,
        "notes": noted_data,
        "summaries": summed_data,
        "taken_out": taken_data,
    }
    return Part(
        f"stories/story-{story.story_id}",
        f"Story {story.story_id}: {story.title}",
        some(sections),
        data,
    )


def _taken_out(session: Session, use: Use, story_id: int) -> tuple[tuple[str, ...], Data]:
    """Other words that stand in it, and the times its sealed words were opened."""
    stands = originals.replaced(session, use, story_id)
    opened = originals.openings(session, story_id)
    lines = [
        f"It now says {one.said} ({one.kind.words.lower()}), times: {one.count}. "
        f"Since {day(one.at)}. You can ask to have it back."
        for one in stands
    ]
    lines += [f"{day(one.at)}: somebody of our team opened it. Why: {one.reason}" for one in opened]
    data = {
        "replaced": [
            {"kind": one.kind.value, "now": one.said, "times": one.count, "since": moment(one.at)}
            for one in stands
        ],
        "opened": [{"at": moment(one.at), "reason": one.reason} for one in opened],
    }
    return tuple(lines), data


FILES = {"recording": "A recording of your voice", "original": "The file your story came in"}


def _files(session: Session, use: Use, story_id: int) -> tuple[tuple[str, ...], list[Data]]:
    """What else is kept: kinds, types and sizes. A recording can be heard on their own page."""
    rows = files.held(session, use, story_id)
    lines = [
        f"{FILES[one.kind]}, since {day(one.made_at)} ({one.media_type}, {one.size:,} bytes)."
        f"{' It was taken away and will be wiped.' if one.taken_away else ''}"
        for one in rows
    ]
    data = [
        {
            "kind": one.kind,
            "type": one.media_type,
            "bytes": one.size,
            "since": moment(one.made_at),
            "taken_away": one.taken_away,
        }
        for one in rows
    ]
    return tuple(lines), data


def _file_notes(session: Session, use: Use, story: StoryText) -> tuple[tuple[str, ...], list[Data]]:
    """Comments and the like that stood in the file beside the words. Their writers' names stay
    out."""
    lines: list[str] = []
    data: list[Data] = []
    for one in file_notes.of(session, use, story.story_id):
        placed = one.start is not None and one.end is not None
        about = story.text[one.start : one.end] if placed else ""
        line = f"{one.says}: {' '.join(one.words.split())}"
        lines.append(f"{line} (about: \u201c{about}\u201d)" if about else line)
        data.append({"kind": one.kind, "note": one.words, "start": one.start, "end": one.end})
    return tuple(lines), data


def _said(session: Session, person_id: int, story_id: int) -> tuple[tuple[str, ...], list[Data]]:
    events = session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.story_id == story_id, ConsentEvent.person_id == person_id)
        .order_by(ConsentEvent.seq)
    ).all()
    answers: dict[str, dict[str, str]] = {event.id: {} for event in events}
    for row in session.execute(
        select(ConsentChoice.event_id, ConsentChoice.use, ConsentChoice.answer)
        .join(ConsentEvent, ConsentEvent.id == ConsentChoice.event_id)
        .where(ConsentEvent.story_id == story_id, ConsentEvent.person_id == person_id)
    ):
        answers[row.event_id][row.use] = row.answer
    lines: list[str] = []
    data: list[Data] = []
    for event in events:
        chosen = answers[event.id]
        line = f"{day(event.at)}: {HAPPENED.get(event.kind, event.kind)}"
        if event.kind in ANSWERED and chosen:
            each = [
                f"{SHORT_NAMES[use]}: {Answer(chosen[use.value]).words}"
                for use in EIGHT
                if use.value in chosen
            ]
            line += f" {'. '.join(each)}."
        if event.valid_until and event.kind == Kind.GIVEN.value:
            line += f" Until {day(event.valid_until)}."
        lines.append(line)
        data.append(
            {
                "id": event.id,
                "at": moment(event.at),
                "kind": event.kind,
                "answers": chosen,
                "channel": event.channel,
                "language": event.language,
                "decided_in_role": event.decided_in_role,
                "valid_until": moment(event.valid_until),
                "wording_ids": event.wording_ids,
            }
        )
    return tuple(lines), data


HAPPENED = {
    Kind.GIVEN.value: "You told us your choices.",
    Kind.WITHDRAWN.value: "You stopped this.",
    Kind.PAUSED.value: "You paused your story.",
    Kind.RESUMED.value: "You started your story again.",
    Kind.ERASED.value: "You asked us to delete your story.",
    Kind.MARKED.value: "You kept a part back.",
    Kind.UNMARKED.value: "You let a part be used again.",
    Kind.TRANSCRIBED.value: "Somebody wrote your words down.",
    Kind.READ_BACK.value: "You checked what was written down.",
    Kind.ASK_ANSWERED.value: "You answered when we asked.",
    Kind.JOINED.value: "You were added to this story.",
    Kind.LEFT.value: "You left this story.",
    Kind.CAPACITY.value: "We noted if you can decide about this now.",
    Kind.AGE.value: "We noted if you are 16 or older.",
}
ANSWERED = (Kind.GIVEN.value, Kind.WITHDRAWN.value)


def _used(session: Session, use: Use, story_id: int) -> tuple[tuple[str, ...], list[Data]]:
    rows = session.scalars(
        select(UseRecord).where(UseRecord.story_id == story_id).order_by(UseRecord.id)
    ).all()
    places = {Place(row.story_id, row.version, row.start, row.end) for row in rows}
    words = {one.place: one.words for one in reading.excerpts(session, use, places)}
    lines: list[str] = []
    data: list[Data] = []
    for row in rows:
        part = words.get(Place(row.story_id, row.version, row.start, row.end), "")
        name = NameStyle(row.name_style).sentence
        lines.append(
            f"{day(row.at)}, {row.place} ({SHORT_NAMES[Purpose(row.use)]}). "
            f"{HOW.get(row.medium, row.medium)}, copies: {row.copies}. Name: {name}. "
            f"The part: \u201c{part}\u201d"
        )
        data.append(
            {
                "at": moment(row.at),
                "use": row.use,
                "medium": row.medium,
                "place": row.place,
                "copies": row.copies,
                "people": row.audience_size,
                "name": row.name_style,
                "version": row.version,
                "start": row.start,
                "end": row.end,
                "words": part,
            }
        )
    return tuple(lines), data


HOW = {"print": "Printed on cards", "file": "Saved to a file"}


def _labels(session: Session, use: Use, story: StoryText) -> tuple[tuple[str, ...], list[Data]]:
    codes = codebook.codes_by_id(session)
    cards = coding.on_story(session, use, story.story_id, story.version)
    lines: list[str] = []
    data: list[Data] = []
    for place, code_id in sorted({(card.place, card.code_id) for card in cards}):
        code, words = codes[code_id], story.text[place.start : place.end]
        lines.append(f"{code.name}: \u201c{words}\u201d ({code.definition})")
        data.append(
            {
                "code": code.key,
                "name": code.name,
                "meaning": code.definition,
                "start": place.start,
                "end": place.end,
                "words": words,
            }
        )
    return tuple(lines), data


def _noted(session: Session, use: Use, story: StoryText) -> tuple[tuple[str, ...], list[Data]]:
    """Memos on the story or a part of it: what researchers wrote for each other is about its
    teller too. Their names stay out. What was taken away and can still be put back is held."""
    names = memos.names(session)
    lines: list[str] = []
    data: list[Data] = []
    for memo in memos.held(session, use, story.story_id):
        title, body = (without_names(text, names) for text in (memo.title, memo.body))
        line = f"{day(memo.made_at)}: {title + '. ' if title else ''}{' '.join(body.split())}"
        place = memo.place if memo.place and memo.place.version == story.version else None
        if place is not None:
            line += f" (about: \u201c{story.text[place.start : place.end]}\u201d)"
        lines.append(line + (" (taken away since)" if memo.removed else ""))
        data.append(
            {
                "at": moment(memo.made_at),
                "changed_at": moment(memo.changed_at),
                "title": title,
                "note": body,
                "start": place.start if place else None,
                "end": place.end if place else None,
                "answers_another": memo.answers_id is not None,
                "taken_away": memo.removed,
            }
        )
    return tuple(lines), data


def _summed(session: Session, story_id: int) -> tuple[tuple[str, ...], list[Data]]:
    """What stands of the story in framework matrices: a few words under a code."""
    codes, names = codebook.codes_by_id(session), memos.names(session)
    lines: list[str] = []
    data: list[Data] = []
    for one in frameworks.held(session, story_id):
        code, words = codes[one.code_id], without_names(one.body, names)
        lines.append(f"{code.name}: {' '.join(words.split())}")
        data.append({"code": code.key, "at": moment(one.changed_at), "summary": words})
    return tuple(lines), data


def _asked(session: Session, story_id: int) -> tuple[tuple[str, ...], list[Data]]:
    rows = session.scalars(
        select(AskRequest).where(AskRequest.story_id == story_id).order_by(AskRequest.id)
    ).all()
    lines = tuple(
        f"{day(row.asked_at)}: could we use {'a shorter part' if row.kept else 'a part'} at "
        f"{row.event_title}? "
        f"You had until {day(row.answer_by)} to say."
        for row in rows
    )
    data = [
        {
            "asked_at": moment(row.asked_at),
            "answer_by": moment(row.answer_by),
            "use": row.use,
            "event": row.event_title,
            "audience": row.audience,
            "version": row.version,
            "start": row.start,
            "end": row.end,
            "parts_that_stay": row.kept,
        }
        for row in rows
    ]
    return lines, data
