"""The consent rule a third time, and simple-mindedly: the whole history is walked for each answer.

Written from the table of layers in the design; it imports nothing of the program. It is slow,
keeps nothing between two questions, and knows neither states nor standings nor databases. Acts
are plain tuples in the order in which they were done; parts of a text are tuples (version, start,
end).

    ("give", person, at, {use: "yes" | "ask" | "no"}, since, until, more)   more: what else was said
    ("stop", person, at, uses)
    ("pause" | "resume" | "erase", person, at)
    ("mark", person, at, part, "leave out" | "ask first")     ("unmark", person, at, part)
    ("transcribed" | "read back", person, at, version)
    ("join", person, at, role, approval)                      ("leave", person, at)
    ("cannot decide" | "under 16", person, at, yes_or_no)
    ("hold", number, lead, part or None)                      ("close", number)
    ("third", number, identifiable, throughout, parts)        ("decide", number, decided)
    ("asked", number, part, sha, variant, use, event, audience, name)
    ("answer", person, at, number, answer)
    ("meaning", use, at)
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

ALL = ("keep", "study", "workshop", "members", "decide", "teach", "public", "reuse")
OUTSIDE = ("workshop", "members", "decide", "teach", "public", "reuse")
RESEARCH = ("study", "reuse")
MUST_SAY_YES = ("teller", "co-teller", "parent or guardian")
Acts = list[tuple[Any, ...]]
Part = tuple[int, int, int]


@dataclass(frozen=True)
class Question:
    """Who wants words, what for, when, before whom, in which form; of which part, if not all."""

    use: str
    at: datetime
    part: Part | None = None
    audience: tuple[str, ...] = ()
    works_at: tuple[str, ...] = ()
    """Of whoever wants them: in the room too, though nobody is asked about them."""
    event: str = ""
    medium: str = "words"
    variant: str = "original"
    sha: str = ""
    account: int = 0
    person: int = 0


def answer(acts: Acts, teller: int, q: Question) -> str:
    """allow, ask or deny."""
    if q.use == "take in" or any(act[0] == "erase" for act in acts):
        return "deny"
    roles = parties(acts, teller)
    if q.use == "own":
        return "allow" if roles.get(q.person) in OWNERS else "deny"
    if q.use == "index":
        return "allow" if anybody_may_search(acts, teller, q) else "deny"
    use = {"suggest": "study", "details": "keep"}.get(q.use, q.use)
    agree = agreeing(acts, teller)
    lead = q.account if q.use == "keep" else None
    for held_by, part in open_holds(acts):
        if held_by != lead and (part is None or meet(part, q.part)):
            return "deny"
    if any(paused(acts, person) for person in agree):
        return "deny"
    under_16 = any(flag(acts, "under 16", person) for person in agree)
    if under_16 and "parent or guardian" not in roles.values():
        return "deny"
    said = [answer_about(acts, person, use, q.at) for person in agree]
    kept = [answer_about(acts, person, "keep", q.at) for person in agree]
    if set(kept) != {"yes"} or "no" in said:
        return "deny"
    if use in RESEARCH and any(flag(acts, "cannot decide", person) for person in agree):
        approved = [
            act for act in acts
            if act[0] == "join" and act[3] == "consultee" and act[4]
            and roles.get(act[1]) == "consultee" and joined_by(acts, act[1]) is act
        ]  # fmt: skip
        if not approved:
            return "deny"
    for person in agree:
        if {spelling(one) for one in more(acts, person, "not_for", ())} & set(
            map(spelling, q.audience + q.works_at)
        ):
            return "deny"
    marks = [mark for person in agree for mark in marked(acts, person)]
    if any(kind == "leave out" and meet(part, q.part) for part, kind in marks):
        return "deny"
    if use in OUTSIDE:
        if any(waiting_transcript(acts, person) for person in agree):
            return "deny"
        for throughout, parts in undecided(acts):
            if throughout or any(meet(part, q.part) for part in parts):
                return "deny"
    if any(q.medium not in more(acts, person, "media", ("words",)) for person in agree):
        return "deny"
    asks = "ask" in said or any(kind == "ask first" and meet(part, q.part) for part, kind in marks)
    if q.variant != "original":
        what = "shorten" if q.variant == "shortened" else "translate"
        changes = [more(acts, person, what, "no") for person in agree]
        if "no" in changes:
            return "deny"
        asks = asks or "show" in changes
    if not asks:
        return "allow"
    return "allow" if approved_text(acts, teller, agree, use, q) else "ask"


OWNERS = (*MUST_SAY_YES, "attorney or deputy")


def parties(acts: Acts, teller: int) -> dict[int, str]:
    there = {teller: "teller"}
    for act in acts:
        if act[0] == "join":
            there[act[1]] = act[3]
        if act[0] == "leave":
            there.pop(act[1], None)
    return there


def joined_by(acts: Acts, person: int) -> tuple[Any, ...]:
    return [act for act in acts if act[0] == "join" and act[1] == person][-1]


def open_holds(acts: Acts) -> list[tuple[int, Part | None]]:
    closed = [act[1] for act in acts if act[0] == "close"]
    return [(act[2], act[3]) for act in acts if act[0] == "hold" and act[1] not in closed]


def undecided(acts: Acts) -> list[tuple[bool, tuple[Part, ...]]]:
    found = []
    for act in acts:
        if act[0] == "third" and act[2]:
            decisions = [one[2] for one in acts if one[0] == "decide" and one[1] == act[1]]
            if not decisions or not decisions[-1]:
                # Where nobody has said in which parts they are named, they may be in any.
                found.append((act[3] or not act[4], act[4]))
    return found


def paused(acts: Acts, person: int) -> bool:
    said = [act[0] for act in acts if act[0] in ("pause", "resume") and act[1] == person]
    return bool(said) and said[-1] == "pause"


def flag(acts: Acts, what: str, person: int) -> bool:
    said = [act[3] for act in acts if act[0] == what and act[1] == person]
    return bool(said) and said[-1]


def answer_about(acts: Acts, person: int, use: str, at: datetime) -> str:
    """What this person's last word about a use comes to at a moment: yes, ask or no."""
    found, since, until, said_at = "no", None, None, None
    for act in acts:
        if act[0] == "give" and act[1] == person and use in act[3]:
            found, since, until, said_at = act[3][use], act[4], act[5], act[2]
        if act[0] == "stop" and act[1] == person and (use in act[3] or "keep" in act[3]):
            found, since, until, said_at = "no", None, None, act[2]
    if found == "no" or said_at is None:
        return "no"
    for act in acts:
        if act[0] == "meaning" and act[1] == use and act[2] > said_at:
            ends = act[2] + timedelta(days=60)
            until = ends if until is None else min(until, ends)
    if (since is not None and at < since) or (until is not None and at >= until):
        return "no"
    return found


def more(acts: Acts, person: int, what: str, blank: Any) -> Any:
    said = [act[6][what] for act in acts if act[0] == "give" and act[1] == person]
    said = [one for one in said if one is not None]
    return said[-1] if said else blank


def marked(acts: Acts, person: int) -> list[tuple[Part, str]]:
    found: list[tuple[Part, str]] = []
    for act in acts:
        if act[0] == "unmark" and act[1] == person:
            found = [one for one in found if one[0] != act[3]]
        if act[0] == "mark" and act[1] == person:
            found.append((act[3], act[4]))
    return found


def waiting_transcript(acts: Acts, person: int) -> bool:
    waiting = None
    for act in acts:
        if act[0] == "transcribed" and act[1] == person:
            waiting = act[3]
        if act[0] == "read back" and act[1] == person and act[3] == waiting:
            waiting = None
    return waiting is not None


def approved_text(acts: Acts, teller: int, agree: list[int], use: str, q: Question) -> bool:
    """Did everybody say yes to this very text, for this event, before these people, so named?"""
    style = more(acts, teller, "style", "none")
    ref = more(acts, teller, "ref", 0)
    there = {*map(spelling, q.audience)} - {*map(spelling, q.works_at)}
    for act in acts:
        if act[0] != "asked":
            continue
        _, number, part, sha, variant, asked_use, event, audience, asked_name = act
        asked = (part, variant, asked_use, event, asked_name)
        if asked != (q.part, q.variant, use, q.event, (style, ref)):
            continue
        if {*map(spelling, audience)} != there or (variant != "original" and sha != q.sha):
            continue
        if all(said_yes(acts, person, number, use) for person in agree):
            return True
    return False


def said_yes(acts: Acts, person: int, number: int, use: str) -> bool:
    """The last word about this asking is yes, and nothing was said about the use since."""
    yes = False
    for act in acts:
        if act[0] == "answer" and act[1] == person and act[3] == number:
            yes = act[4] == "yes"
        if act[0] in ("give", "stop") and act[1] == person:
            yes = yes and use not in act[3] and not (act[0] == "stop" and "keep" in act[3])
    return yes


def anybody_may_search(acts: Acts, teller: int, q: Question) -> bool:
    """Some use allows the story as a whole, and this part is kept back from nobody."""
    kept = [part for person in agreeing(acts, teller) for part, _ in marked(acts, person)]
    kept += [part for _, part in open_holds(acts) if part is not None]
    kept += [part for _, parts in undecided(acts) for part in parts]
    if any(meet(part, q.part) for part in kept):
        return False
    return any(answer(acts, teller, Question(use, q.at)) == "allow" for use in ALL)


def agreeing(acts: Acts, teller: int) -> list[int]:
    roles = parties(acts, teller)
    return [person for person, role in roles.items() if role in MUST_SAY_YES]


def meet(part: Part, other: Part | None) -> bool:
    return other is not None and part[0] == other[0] and part[1] < other[2] and other[1] < part[2]


def spelling(place: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", place).casefold().split())
