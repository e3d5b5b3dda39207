"""In which language a text is written, as far as its letters tell."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from storybank.intake import apart

FEWEST = 20
"""Letters under which nobody can tell."""
SURE = 0.5
"""The chance from which a language is called sure."""
LOOKED_AT = 3_000
"""Code points that are enough to tell: a third each of the beginning, the middle and the end."""
SECONDS = 4.0
"""How long to wait for an answer, by the clock on the wall."""

_CHILD = Path(__file__).with_name("language_child.py")

NAMES = {
    "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali",
    "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish",
    "gd": "Scottish Gaelic", "gl": "Galician", "gu": "Gujarati", "ha": "Hausa", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "ht": "Haitian Creole", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "ig": "Igbo", "is": "Icelandic", "it": "Italian", "ja": "Japanese",
    "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean",
    "ku": "Kurdish", "ky": "Kyrgyz", "lb": "Luxembourgish", "lo": "Lao", "lt": "Lithuanian",
    "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian", "mr": "Marathi",
    "ms": "Malay", "mt": "Maltese", "my": "Burmese", "ne": "Nepali", "nl": "Dutch",
    "nn": "Norwegian", "no": "Norwegian", "or": "Odia", "pa": "Punjabi", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "rw": "Kinyarwanda",
    "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "sn": "Shona", "so": "Somali",
    "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil",
    "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "ug": "Uyghur",
    "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "xh": "Xhosa",
    "yo": "Yoruba", "yue": "Cantonese", "zh": "Chinese", "zu": "Zulu",
}  # fmt: skip
"""What people here call the languages that are told apart, by their codes of ISO 639."""


class Language(NamedTuple):
    """A language: its code of ISO 639, its English name, and whether it is sure."""

    code: str
    name: str
    sure: bool


def looked_at(text: str) -> str:
    """Return what of a text is enough to tell."""
    if len(text) <= LOOKED_AT:
        return text
    third = LOOKED_AT // 3 - 1
    middle = (len(text) - third) // 2
    return " ".join((text[:third], text[middle : middle + third], text[-third:]))


def language_of(text: str) -> Language | None:
    """Return the language most of a text is in; None where nobody can tell, or it is a rare one.

    The first call in a process loads a model: half a second, and 110 MB that stay. Where that
    is too much, ask `asked`.
    """
    text = looked_at(text)
    if sum(map(str.isalpha, text)) < FEWEST:
        return None
    code, chance = _model().classify(text)
    return Language(code, NAMES[code], chance >= SURE) if code in NAMES else None


def asked(text: str) -> Language | None:
    """As `language_of`, told by a process that waits with the model: nothing stays in this one.

    The first call after a while takes a second; the others some milliseconds. None too where
    that process cannot answer.
    """
    said = apart.ask(_CHILD, "language", looked_at(text).encode(), SECONDS, 10).decode()
    code = said.rstrip("?")
    return Language(code, NAMES[code], said == code) if code in NAMES else None


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([code for code in model.labels if code in NAMES])
    return model
