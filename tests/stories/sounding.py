"""Recordings to try things with: sound of the right kind, with a word in it to look for."""

from __future__ import annotations

import io
import struct

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories import files

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
