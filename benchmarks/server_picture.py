"""How times grow with a house, as a picture: one part for each shape, both sides by tens."""

from __future__ import annotations

import math
from html import escape

Lines = dict[str, dict[str, list[tuple[int, float]]]]
"""{shape: {kind of act: [(coded passages, milliseconds)]}}"""

WIDE, HIGH, LEFT, TOP, GAP = 300, 300, 76, 70, 240
LOW, TALL = 3, 10_000
"""Milliseconds at the foot and the top."""
COLOURS = ("#00594f", "#b04a00", "#3b2f8f", "#a3195b", "#1f6f1f", "#6b4e00", "#005ea5", "#4c4c4c",
           "#8a1c1c")  # fmt: skip
DASHES = ("", "6 3", "2 2", "8 2 2 2", "1 3", "10 4", "4 4", "2 6", "12 3")
TARGETS = ((150, "pages"), (250, "search"))
LEAST = 13
"""Between two names, so that none stands on another."""


def picture(lines: Lines) -> str:
    """The picture as SVG, without styles or scripts. Said in words beside it: see docs/scale.md."""
    width = LEFT + len(lines) * (WIDE + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {TOP + HIGH + 60}" '
        f'width="{width}" height="{TOP + HIGH + 60}" role="img" font-family="sans-serif" '
        'font-size="12"><title>How long 95 of 100 answers take as a house grows</title>',
        f'<rect width="{width}" height="{TOP + HIGH + 60}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="bold">How long 95 of 100 answers '
        "take as a house grows</text>",
    ]
    kinds = sorted({kind for one in lines.values() for kind in one})
    for number, (shape, some) in enumerate(lines.items()):
        parts += _part(shape, some, LEFT + number * (WIDE + GAP), kinds)
    return "\n".join([*parts, "</svg>", ""])


def _part(
    shape: str, some: dict[str, list[tuple[int, float]]], left: float, kinds: list[str]
) -> list[str]:
    passages = sorted({count for line in some.values() for count, _ in line})
    first, last = math.log10(passages[0]), math.log10(passages[-1])

    def x(count: float) -> float:
        return left + (math.log10(count) - first) / ((last - first) or 1) * WIDE

    def y(ms: float) -> float:
        at = (math.log10(max(LOW, ms)) - math.log10(LOW)) / (math.log10(TALL) - math.log10(LOW))
        return TOP + HIGH - min(1.0, at) * HIGH

    parts = [f'<text x="{left}" y="{TOP - 14}" font-weight="bold">{escape(shape)}</text>']
    for ms in (10, 100, 1_000, 10_000):
        parts.append(_line(left, y(ms), left + WIDE, y(ms), "#d8dde0"))
        parts.append(_text(left - 6, y(ms) + 4, f"{ms:,} ms", "end"))
    for most, what in TARGETS:
        parts.append(_line(left, y(most), left + WIDE, y(most), "#d4351c", "4 3"))
        parts.append(_text(left + 4, y(most) - 3, f"{most} ms for {what}", "start", "#a12312"))
    for count in passages:
        parts.append(_text(x(count), TOP + HIGH + 18, f"{count:,}", "middle"))
    parts.append(_text(left + WIDE / 2, TOP + HIGH + 38, "coded passages", "middle"))
    taken: list[float] = []
    for kind, line in sorted(some.items(), key=lambda one: one[1][-1][1]):
        colour, dash = (of[kinds.index(kind) % len(of)] for of in (COLOURS, DASHES))
        drawn = " ".join(f"{x(count):.1f},{y(ms):.1f}" for count, ms in line)
        parts.append(
            f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"'
            + (f' stroke-dasharray="{dash}"' if dash else "") + "/>"
        )  # fmt: skip
        parts += [
            f'<circle cx="{x(count):.1f}" cy="{y(ms):.1f}" r="3" fill="{colour}"/>'
            for count, ms in line
        ]
        count, ms = line[-1]
        at = min(y(ms) + 4, (taken[-1] if taken else math.inf) - LEAST)
        taken.append(at)
        parts.append(_text(x(count) + 8, at, f"{kind}, {ms:,.0f} ms", "start", colour))
    return parts


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "") -> str:
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'
    )


def _text(x: float, y: float, said: str, anchor: str, colour: str = "#212b32") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(said)}</text>"
    )
