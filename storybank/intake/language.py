"""In which language a text is written, as far as its letters tell."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

FEWEST = 20
"""Letters under which nobody can tell."""
SURE = 0.5
"""The chance from which a language is called sure."""
LOOKED_AT = 3_000
"""Code points that are enough to tell: a third each of the beginning, the middle and the end."""

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


def language_of(text: str) -> Language | None:
    """Return the language most of a text is in; None where nobody can tell, or it is a rare one.

    The first call in a process loads a model: half a second, and 110 MB that stay. So it is for
    the process that reads waiting files, not for one that answers people.
    """
    if len(text) > LOOKED_AT:
        third = LOOKED_AT // 3
        middle = (len(text) - third) // 2
        text = " ".join((text[:third], text[middle : middle + third], text[-third:]))
    if sum(map(str.isalpha, text)) < FEWEST:
        return None
    code, chance = _model().classify(text)
    return Language(code, NAMES[code], chance >= SURE) if code in NAMES else None


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([code for code in model.labels if code in NAMES])
    return model
