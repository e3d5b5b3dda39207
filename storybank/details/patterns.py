"""Details that have a shape: numbers, addresses, dates, ages, and names after a title.

Written for stories from the United Kingdom. Each pattern runs in time linear in the text: every
repetition in them is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from storybank.details.rules import Kind, Spot, Tier

_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    "Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_COUNTED = rf"(?:1[01]\d|\d{{1,2}}|(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS}|{_ONES})"
_OVER = r"(?=[,.;!?)]|$| and | when | at )"
NAME = r"[A-Z\u00c0-\u00de][\w\u2019'-]{1,30}"
"""A word with a capital, as names are written."""
_NAMES = rf"{NAME}(?: {NAME}){{0,2}}"
_TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Nurse|Sister|Matron|Sir|Dame|Lord|Lady|Rev|Revd|"
    "Reverend|Father|Fr|Pastor|Imam|Rabbi|Cllr|Councillor|Uncle|Auntie|Aunty|Aunt|Nan|Nana|Nanny|"
    "Gran|Granny|Grandma|Grandad|Grandpa|Constable|Sergeant|Sgt|PC|Inspector|Captain|Judge"
)
_KIN = (
    "husband|wife|partner|son|daughter|mum|mother|dad|father|brother|sister|friend|mate|"
    "neighbour|cousin|niece|nephew|uncle|aunt|auntie|nan|gran|grandson|granddaughter|"
    "boyfriend|girlfriend|carer|nurse|doctor|GP|midwife|physio|counsellor|therapist|"
    "social worker|support worker|key ?worker|manager|boss|consultant|lad|boy|girl|baby|twins?"
)
_STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Close|Drive|Dr|Crescent|Cres|Terrace|Gardens|Grove|"
    "Place|Square|Way|Hill|Row|Mews|Court|Parade|Walk|Green|Boulevard|Blvd|Parkway|Highway"
)
_INSTITUTIONS = (
    "Hospital|Infirmary|Hospice|Surgery|Clinic|Health Centre|Medical Centre|Medical Practice|"
    "Practice|NHS Trust|NHS Foundation Trust|Trust|Council|University|College|School|Academy|"
    "Primary|Church|Mosque|Temple|Pharmacy|Care Home|Nursing Home|Lodge|Foundation|Society|"
    "Association|Centre|Ward|Unit|Ltd|Limited|PLC|Housing|Library|Theatre"
)
_ENDS = "com|org|net|co|uk|info|io|eu|ie|scot|wales|cymru|london|me|app|dev|tv|gov|edu|nhs|fr|de"
_RARE = (
    "mayor|mayoress|MP|MSP|MEP|councillor|head ?teacher|headmaster|headmistress|chief executive|"
    "chief constable|bishop|archdeacon|coroner|ambassador|magistrate|town clerk|lollipop lady|"
    "lollipop man|lighthouse keeper|champion|medallist|Olympian|Paralympian"
)

_SHAPES: tuple[tuple[Kind, Tier, str], ...] = (
    (Kind.EMAIL, Tier.LIKELY, r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    (Kind.WEB, Tier.LIKELY, r"(?:https?://|www\.)[^\s<>\"'\u2019)]{3,300}[\w/]"),
    (
        Kind.WEB, Tier.LIKELY,
        rf"(?<![\w@.-])[a-zA-Z0-9-]{{2,63}}(?:\.[a-zA-Z0-9-]{{2,63}}){{0,3}}\.(?:{_ENDS})"
        r"(?:/[^\s<>\"')]{0,200}[\w/])?(?![\w-])",
    ),
    (Kind.WEB, Tier.LIKELY, r"(?<![\w@.])@[A-Za-z]\w{1,29}\b"),
    (Kind.NUMBER, Tier.LIKELY, r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    (
        Kind.POSTCODE, Tier.LIKELY,
        r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}|GIR ?0AA)\b",
    ),
    (Kind.POSTCODE, Tier.LIKELY, r"(?<=postcode )[A-Za-z]{1,2}\d[A-Za-z\d]?\b"),
    (
        Kind.NUMBER, Tier.LIKELY,
        r"\b[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d]\b",
    ),
    (Kind.NUMBER, Tier.LIKELY, r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    (
        Kind.NUMBER, Tier.LIKELY,
        r"\b(?=[A-Z\d/-]{5,20}\b)[A-Z]{1,4}[-/]?\d{3,10}(?:[-/]?[A-Z\d]{1,6})?\b",
    ),
    # Dates
    (Kind.DATE, Tier.LIKELY, rf"\b{_YEAR}[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])\b"),
    (Kind.DATE, Tier.LIKELY, r"(?<![\d/.-])\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d\d)\b"),
    (
        Kind.DATE, Tier.LIKELY,
        rf"\b{_DAY} ?(?:of )?(?i:{_MONTHS})\b\.?(?:,? {_YEAR}|,? [\u2019']\d\d)?\b",
    ),
    (Kind.DATE, Tier.LIKELY, rf"\b(?:{_MONTHS})\.? (?:the )?{_DAY}\b(?:,? {_YEAR})?(?! ?%)"),
    (Kind.DATE, Tier.LIKELY, rf"\b(?:{_MONTHS}),? (?:of )?{_YEAR}\b"),
    (Kind.DATE, Tier.POSSIBLE, rf"(?<![\w\u00a3$.,-]){_YEAR}\b(?![\d%]|,\d)"),
    # Ages
    (
        Kind.AGE, Tier.LIKELY,
        rf"(?i:\b(?:aged?|age of|turned|turning)) (?P<part>{_COUNTED})\b(?! ?%)",
    ),
    (Kind.AGE, Tier.LIKELY, rf"\b(?i:{_COUNTED})[ -](?:years?|yrs?|months?|weeks?)[ -]old\b"),
    (Kind.AGE, Tier.LIKELY, r"\b\d{1,3} ?(?:yo|y/o)\b"),
    (
        Kind.AGE, Tier.LIKELY,
        r"\b(?:I[\u2019']?m|I am|I was|[Ss]he[\u2019']?s|[Hh]e[\u2019']?s|[Ss]he was|[Hh]e was|"
        r"[Ss]he is|[Hh]e is)(?: now| only| just| nearly| almost)? "
        rf"(?P<part>\d{{1,3}}|(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS}){_OVER}",
    ),
    (
        Kind.AGE, Tier.LIKELY,
        rf"\b(?:{NAME}|who|son|daughter|mum|dad|husband|wife|partner|brother|sister|baby) "
        rf"(?:is|was)(?: now| only| just| nearly| almost)? (?P<part>{_COUNTED}){_OVER}",
    ),
    (Kind.AGE, Tier.POSSIBLE, rf"\b(?:is|was|were|be) (?P<part>{_COUNTED}){_OVER}"),
    (Kind.AGE, Tier.POSSIBLE, r"(?<=[a-z]), (?P<part>\d{1,2})(?=,)"),
    (Kind.AGE, Tier.LIKELY, r"(?<=[a-z]) \((?P<part>\d{2})\)"),
    # Where people live
    (
        Kind.ADDRESS, Tier.LIKELY,
        rf"\b\d{{1,5}}[A-Za-z]?,? (?:{NAME} ){{1,3}}(?:{_STREETS})\b\.?",
    ),
    (
        Kind.ADDRESS, Tier.LIKELY,
        rf"\b(?:{NAME} ){{1,2}}(?:Street|Road|Avenue|Lane|Crescent|Terrace|Grove|Mews)\b",
    ),
    (
        Kind.ADDRESS, Tier.LIKELY,
        r"\b(?:[Ff]lat|Apt\.?|Apartment|Suite|Unit|Room) \d{1,5}[A-Za-z]?\b",
    ),
    (Kind.ADDRESS, Tier.LIKELY, r"\bP\.?O\.? Box \d{1,6}\b"),
    # People and bodies
    (
        Kind.PERSON, Tier.LIKELY,
        rf"\b(?:nurse|doctor|dr|sister|auntie|aunty|uncle|nan|matron) (?P<part>{NAME})",
    ),
    (Kind.PERSON, Tier.LIKELY, rf"\b(?:{_TITLES})\.? (?P<part>(?:[A-Z]\.? ){{0,2}}{_NAMES})"),
    (
        Kind.PERSON, Tier.LIKELY,
        rf"\b(?i:my|our|his|her|their|the|a|older|younger|little|best)(?: \w{{1,12}})? "
        rf"(?:{_KIN}),? (?:called |named )?(?P<part>{_NAMES})",
    ),
    (
        Kind.PERSON, Tier.LIKELY,
        r"\b(?i:my name is|my name[\u2019']s|name was|is called|was called|are called|called|"
        rf"named|known as|nicknamed|asked for|ask for) (?P<part>{_NAMES})",
    ),
    (
        Kind.PERSON, Tier.LIKELY,
        rf"\b(?:I[\u2019']?m|I am) (?P<part>{NAME})(?= from | and I|,|\.| who )",
    ),
    (
        Kind.ORGANISATION, Tier.LIKELY,
        rf"\b(?:(?:St|Saint)\.? {NAME} ?|(?:{NAME} (?:and |of |& |upon |on )?(?:the )?){{1,4}})"
        rf"(?:{_INSTITUTIONS})\b",
    ),
    (Kind.ORGANISATION, Tier.LIKELY, r"\b[Ww]ard [A-Z]?\d{1,3}[A-Z]?\b"),
    # What few people are
    (Kind.ROLE, Tier.POSSIBLE, rf"\b(?i:(?:the|a|our|former|deputy|lady|lord) (?:{_RARE}))\b"),
    (
        Kind.ROLE, Tier.POSSIBLE,
        r"\b(?i:the only (?:\w{1,20} ){1,4}(?:in|at|on|from)) (?:the )?\w{1,20}",
    ),
    (
        Kind.ROLE, Tier.POSSIBLE,
        r"\b(?i:the (?:first|last|youngest|oldest) \w{1,20} (?:to|in|at) \w{1,20})",
    ),
)  # fmt: skip

_DIGITS = re.compile(
    r"(?<![\w.,])(?:\+|\()?\d(?:[ ()./-]{0,3}\d){5,24}(?:,? ?(?:ext|x)\.? ?\d{1,6})?\b"
)
_BEFORE_NHS = re.compile(r"(?i:nhs|hospital)(?: (?i:number|no|num))?\.?:?(?: is| was)? ?\Z")


@cache
def _compiled() -> list[tuple[Kind, Tier, re.Pattern[str]]]:
    return [(kind, tier, re.compile(shape, re.MULTILINE)) for kind, tier, shape in _SHAPES]


def shaped(text: str) -> Iterator[Spot]:
    """Every detail with a shape; some may lie over each other."""
    for kind, tier, pattern in _compiled():
        part = "part" if "part" in pattern.groupindex else 0
        for match in pattern.finditer(text):
            start, end = match.span(part)
            if kind in (Kind.PERSON, Kind.ORGANISATION, Kind.ADDRESS):
                start, end = _without_opening(text, start, end)
            end = _without_possessive(text, start, end)
            if start < end:
                yield Spot(start, end, kind, tier)
    yield from _numbers(text)


def _numbers(text: str) -> Iterator[Spot]:
    """Runs of six digits or more, by what they are likely to be."""
    for match in _DIGITS.finditer(text):
        run = match[0]
        digits = "".join(c for c in run if c.isdigit())
        kind = Kind.NUMBER
        before = text[max(0, match.start() - 30) : match.start()]
        if len(digits) == 10 and (is_nhs_number(digits) or _BEFORE_NHS.search(before)):
            kind = Kind.NHS
        elif _is_phone(run, digits):
            kind = Kind.PHONE
        yield Spot(*match.span(), kind, Tier.LIKELY)


def _is_phone(run: str, digits: str) -> bool:
    if run.startswith(("+", "00")):
        return 8 <= len(digits) <= 17
    if run.startswith(("0", "(0")):
        return 9 <= len(digits) <= 12
    return "x" in run or (7 <= len(digits) <= 11 and any(c in run for c in "()-. "))


def is_nhs_number(digits: str) -> bool:
    """Do these ten digits pass the check of NHS numbers (modulus 11)?"""
    if len(digits) != 10 or not digits.isascii() or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(d) * (10 - at) for at, d in enumerate(digits[:9])) % 11
    return check != 10 and check % 11 == int(digits[9])


_OPENINGS = frozenset(
    "a an the and but or so then when at in on to from of for with after before by near my our "
    "his her their we he she they it i if as that this there went is was".split()
)


def _without_opening(text: str, start: int, end: int) -> tuple[int, int]:
    """Without small words at the front that have a capital only as they open a sentence."""
    while True:
        first, space, _ = text[start:end].partition(" ")
        if not space or first.casefold() not in _OPENINGS:
            return start, end
        start += len(first) + 1


def _without_possessive(text: str, start: int, end: int) -> int:
    if text[max(start, end - 2) : end] in ("'s", "\u2019s"):
        return end - 2
    while end > start and text[end - 1] in "'\u2019-":
        end -= 1
    return end
