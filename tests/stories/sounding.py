"""Recordings to try things with: sound of the right kind, with a word in it to look for."""

from __future__ import annotations

import io
import struct

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories import files, notes
from storybank.stories.canon import Note

RATE = 8000


def wav(seconds: float = 1, word: bytes = b"") -> bytes:
    """Silence of this length, 8 bits a sample; it ends with ``word``."""
    size = max(int(seconds * RATE), len(word))
    sound = (b"\x80" * size)[: size - len(word)] + word
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE, 1, 8)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(body)) + body


def sound_with(session, story_id: int, data: bytes | None = None, **more):
    """Keep a recording with a story, as an intake does."""
    use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
    return files.keep(
        session, use, story_id, "recording", "audio/wav", io.BytesIO(data or wav()), **more
    )


def original_with(session, story_id: int, words: str = "As it came.") -> None:
    """Keep the file that a story came in."""
    use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
    files.keep(session, use, story_id, "original", "text/plain", io.BytesIO(words.encode()))


def kept_beside(session, story_id: int, word: str) -> None:
    """All that may be kept with a story, each with this word in it."""
    use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
    sound_with(session, story_id, wav(1, word.encode()))
    original_with(session, story_id, word)
    notes.keep(session, use, story_id, [Note("comment", f"What is the {word}?", "", 0, 6)])
