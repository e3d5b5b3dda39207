"""Rules of the codebook: what a code may say, how codes nest, and how each is told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,48}[A-Za-z0-9]", re.ASCII)
COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
NAME, WORDS, PHRASE, PHRASES = 200, 5_000, 200, 200
"""The longest name, text and phrase, in code points; and how many phrases a code may have."""

NOT_KEYS = frozenset(
    {"changes", "families", "file", "load", "new", "print", "proposals", "splits", "static",
     "versions"}
)  # fmt: skip
"""Words that are addresses of the codebook's other pages."""

PATTERNS = ("solid", "dashed", "double", "dotted")
FAMILY_COLOURS = ("#1d6442", "#9c2f1b", "#593a86", "#1f4c86")
COLOURS = {
    "#1d6442": "green", "#0b4f5c": "teal", "#1f4c86": "blue", "#3b3f9e": "indigo",
    "#593a86": "violet", "#8a2168": "plum", "#9c2f1b": "brick", "#7a4a00": "brown",
    "#5c5400": "olive", "#3f4a4b": "slate",
}  # fmt: skip
"""Colours to choose from, each dark enough to be read as words on paper."""

PAPER = "#faf6ee"
LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""


@dataclass(frozen=True)
class Node:
    """A code as the tree sees it."""

    id: int
    parent_id: int | None
    hidden: bool = False


def in_order(nodes: Sequence[Node]) -> list[tuple[int, int | None, int]]:
    """(id, parent, depth) of those that are not hidden: children after parents, else as given.

    What stands below a hidden one moves up to its place. A loop, which no act of ours makes, is
    cut where it begins, so that nothing is ever lost from sight.
    """
    known = {node.id: node for node in nodes}
    below: dict[int | None, list[Node]] = {}
    for node in nodes:
        parent = node.parent_id if node.parent_id in known else None
        below.setdefault(parent, []).append(node)
    found: list[tuple[int, int | None, int]] = []
    done: set[int] = set()

    def walk(node: Node, shown_parent: int | None, depth: int) -> None:
        if node.id in done:
            return
        done.add(node.id)
        if not node.hidden:
            found.append((node.id, shown_parent, depth))
            shown_parent, depth = node.id, depth + 1
        for child in below.get(node.id, ()):
            walk(child, shown_parent, depth)

    for node in below.get(None, ()):
        walk(node, None, 0)
    for node in nodes:
        walk(node, None, 0)
    return found


def within(parents: Mapping[int, int | None], code_id: int) -> set[int]:
    """A code and everything below it, from {code: its parent}."""
    below: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        below.setdefault(parent, []).append(child)
    found, waiting = {code_id}, [code_id]
    while waiting:
        fresh = [child for child in below.get(waiting.pop(), ()) if child not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found


def initial_of(name: str) -> str:
    """One or two letters that stand on a code's colour, so that it is never colour alone."""
    words = [word for word in re.split(r"[\s/]+", name) if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class CodeWords:
    """All that a code says, as somebody typed it."""

    name: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    not_example: str = ""
    colour: str = ""
    cues: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict, compare=False)


TEXTS = {
    "definition": "What it means", "include": "What to include", "exclude": "What to leave out",
    "example": "The example", "not_example": "What is not an example",
}  # fmt: skip


def clean_words(typed: CodeWords) -> CodeWords:
    """What was typed, trimmed, with a sentence in ``errors`` for each part that cannot stay."""
    errors: dict[str, str] = {}
    name = " ".join(typed.name.split())
    if not name:
        errors["name"] = "Write a name."
    elif len(name) > NAME:
        errors["name"] = f"Keep the name under {NAME} letters."
    texts = {part: getattr(typed, part).replace("\r\n", "\n").strip() for part in TEXTS}
    if not texts["definition"]:
        errors["definition"] = "Write what the code means, in a sentence or two."
    for part, label in TEXTS.items():
        if len(texts[part]) > WORDS:
            errors[part] = f"{label}: keep it under {WORDS:,} letters."
    colour = typed.colour.strip().lower()
    if colour and not COLOUR.fullmatch(colour):
        errors["colour"] = "Write a colour as # and six letters or digits, such as #1d6442."
    elif colour and contrast(colour, PAPER) < LEAST_CONTRAST:
        errors["colour"] = "That colour is too light to be read on paper. Choose a darker one."
    cues, near = clean_phrases(typed.cues), clean_phrases(typed.near_misses)
    for part, phrases in (("cues", cues), ("near_misses", near)):
        if len(phrases) > PHRASES:
            errors[part] = f"Keep to {PHRASES} phrases."
        elif any(len(phrase) > PHRASE for phrase in phrases):
            errors[part] = f"Keep each phrase under {PHRASE} letters."
    return CodeWords(
        name=name, colour=colour, cues=cues, near_misses=near, errors=errors, **texts
    )  # fmt: skip


def clean_phrases(lines: Iterable[str]) -> tuple[str, ...]:
    """Phrases without blanks and doubles, in order."""
    return tuple(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))


def typed_key(key: str) -> str:
    """A key as it is looked for: in small letters, without what no database holds."""
    return key.replace("\x00", "").strip().lower()


def bad_key(key: str) -> str:
    """Why this cannot be a key; nothing where it can."""
    if key.lower() in NOT_KEYS:
        return "That word is the address of another page. Choose another key."
    if not KEY.fullmatch(key):
        return "Use 2 to 50 letters, digits, hyphens and full stops, such as EN-PEER."
    return ""


def key_from(name: str, beside: Iterable[str], taken: Iterable[str]) -> str:
    """A key for a name: with the beginning that its neighbours' keys share, and not taken yet."""
    starts = [key.split("-")[0] for key in beside if "-" in key]
    start = max(set(starts), key=lambda one: (starts.count(one), one)) + "-" if starts else ""
    words = re.findall(r"[A-Za-z0-9]+", name.upper())
    longest = max(words, key=len, default="CODE")[:20]
    there = {key.lower() for key in taken} | NOT_KEYS
    wanted, number = f"{start}{longest}", 2
    while wanted.lower() in there or not KEY.fullmatch(wanted):
        wanted, number = f"{start}{longest}-{number}", number + 1
    return wanted
