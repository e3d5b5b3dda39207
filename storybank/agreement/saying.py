"""What each measure is, in a few plain words, for people who must choose one and report it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Explained:
    """A measure of agreement in plain words."""

    name: str
    short: str
    is_: str
    when: str


MEASURES: dict[str, Explained] = {
    "alpha_u": Explained(
        "Krippendorff\u2019s alpha for passages (\u03b1u)",
        "\u03b1u",
        "How far coders agree on where a code begins and ends, letter by letter, set against "
        "what they would agree if each had dropped passages of the same lengths anywhere.",
        "Report this where coders choose their own passages. That is how we code here.",
    ),
    "alpha": Explained(
        "Krippendorff\u2019s alpha (\u03b1)",
        "\u03b1",
        "How far coders agree on which units carry a code, set against chance. 1 is full "
        "agreement, 0 is what chance would do. It works with any number of coders, and where "
        "some skipped a story.",
        "Report this where you look at sentences, passages or stories.",
    ),
    "cohen": Explained(
        "Cohen\u2019s kappa (\u03ba)",
        "Cohen\u2019s \u03ba",
        "The same idea for two coders; what chance would do is reckoned for each of them apart.",
        "Report it beside alpha where readers expect it. It is for two coders only.",
    ),
    "fleiss": Explained(
        "Fleiss\u2019 kappa (\u03ba)",
        "Fleiss\u2019 \u03ba",
        "The same idea for three coders or more. With much material it is close to alpha.",
        "Report it beside alpha where readers expect it.",
    ),
    "gwet": Explained(
        "Gwet\u2019s AC1",
        "AC1",
        "It supposes that coders guess only where a unit is hard. For a code that is rare it is "
        "high nearly always, since nearly every unit is rightly empty.",
        "Report it only beside alpha, never alone, where codes are rare or nearly everywhere.",
    ),
    "percent": Explained(
        "Percent agreement",
        "Agree",
        "How often two coders did the same, whatever chance would do. Coders who never meet "
        "score over 90% on a rare code.",
        "Do not report it alone.",
    ),
}
