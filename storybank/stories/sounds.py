"""What kind of sound a file holds, told by its first bytes. Nothing is parsed, nothing is played.

The signatures are those of the formats' own descriptions: ID3v2.4 and ISO 11172-3 (mp3),
ISO 14496-12 (mp4), RIFF (wav), RFC 3533 (ogg), RFC 9639 (flac), Matroska (webm).
"""

from __future__ import annotations

HEAD = 4096
"""How many of a file's first bytes are looked at."""

FORMATS = "mp3, m4a, wav, ogg, opus, flac or webm"
NO_SOUND = f"This is not a sound file that can be played here. Bring it as {FORMATS}."
PICTURES = (
    "This is a film. Only sound can be kept with a story for now: "
    "save its sound alone, for example as m4a, and bring that."
)

_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_FILM_BOXES = (b"vide", b"avc1", b"hvc1", b"mp4v")


def type_of(head: bytes) -> str | None:
    """The media type of the sound that a file beginning with ``head`` holds; None for any other."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"fLaC":
        return "audio/flac"
    if head[:4] == b"OggS":
        return "audio/ogg" if not _ogg_film(head) else None
    if head[4:8] == b"ftyp":
        return "audio/mp4" if not is_film(head) else None
    if head[:4] == b"\x1aE\xdf\xa3":
        return "audio/webm" if b"webm" in head[:64] and not is_film(head) else None
    if head[:3] == b"ID3" or _mp3_frame(head):
        return "audio/mpeg"
    return "audio/aac" if _aac_frame(head) else None


def is_film(head: bytes) -> bool:
    """Do these first bytes tell of moving pictures?"""
    if head[4:8] == b"ftyp":
        return head[8:12] not in _AUDIO_BRANDS and any(box in head for box in _FILM_BOXES)
    if head[:4] == b"\x1aE\xdf\xa3":
        return b"V_VP" in head or b"V_AV1" in head or b"V_MPEG" in head
    return head[:4] == b"OggS" and _ogg_film(head)


def _ogg_film(head: bytes) -> bool:
    return b"\x80theora" in head[:512] or b"\x01video" in head[:512]


def _mp3_frame(head: bytes) -> bool:
    """A frame of MPEG layer III: eleven bits set, version, layer, bit rate and rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and rate not in (0, 15) and sampling != 3


def _aac_frame(head: bytes) -> bool:
    """An ADTS frame of AAC: twelve bits set, layer 0, a rate that exists."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0 and head[2] >> 2 & 15 < 13
