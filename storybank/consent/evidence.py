"""What shows that somebody said yes: kept sealed, so that it can be shown, and can be erased."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import ConsentEvent, Evidence, EvidenceFile, EvidenceNote
from storybank.errors import BadInput, Refused
from storybank.people import sealing

MAX_NOTE = 1000
MAX_FILE = 10_000_000
"""Bytes of a scan or recording."""

FILE_KINDS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"RIFF": "audio/wav",
    b"\x1aE\xdf\xa3": "audio/webm",
    b"fLaC": "audio/flac",
}
"""The first bytes of what is taken as a scan or a recording."""


@dataclass(frozen=True)
class Proof:
    """What shows that a storyteller said yes: a kind and a note a stranger could follow.

    ``understanding`` is what they said, in their own words, that they had said yes to.
    """

    kind: str
    note: str
    understanding: str = ""
    content: bytes = b""


def given(proof: Proof | None) -> bool:
    """Is there a word of evidence? A blank note is none."""
    return proof is not None and bool(proof.note.strip())


def demand(proof: Proof | None, sentence: str) -> None:
    """Raises Refused, with this sentence, where there is no word of evidence."""
    if not given(proof):
        raise Refused(sentence)


@dataclass(frozen=True)
class Shown:
    """Evidence as it is shown to those who may see it; ``note`` is None after an erasure."""

    kind: str
    note: str | None
    understanding: str | None
    file_kind: str | None


def keep_proof(session: Session, proof: Proof) -> int:
    """Keep it; its number.

    Raises BadInput for a note that is too long or a file that is neither scan nor recording.
    """
    note, understanding = proof.note.strip(), proof.understanding.strip()
    if len(note) > MAX_NOTE or len(understanding) > MAX_NOTE:
        raise BadInput("Keep the note of evidence under 1,000 letters.")
    file_kind = kind_of(proof.content) if proof.content else None
    sha256 = hashlib.sha256(note.encode() + b"\0" + understanding.encode() + proof.content)
    evidence = Evidence(kind=proof.kind, sha256=sha256.hexdigest(), made_at=now())
    session.add(evidence)
    session.flush()
    session.add(
        EvidenceNote(
            evidence_id=evidence.id,
            note=sealing.seal(session, note),
            understanding=sealing.seal(session, understanding) if understanding else None,
        )
    )
    if file_kind:
        sealed = sealing.seal(session, proof.content.decode("latin-1"))
        session.add(EvidenceFile(evidence_id=evidence.id, kind=file_kind, content=sealed))
    return evidence.id


def kind_of(content: bytes) -> str:
    """The media type of a scan or recording, by its first bytes.

    Raises BadInput for anything else, and for a file that is too large.
    """
    if len(content) > MAX_FILE:
        raise BadInput("The file is too large: use one of at most 10 MB.")
    for first, kind in FILE_KINDS.items():
        if content.startswith(first):
            return kind
    if content[4:8] == b"ftyp":
        return "audio/mp4"
    raise BadInput("Use a scan (PDF, PNG or JPEG) or a sound recording (MP3, M4A, OGG, WAV).")


def shown(session: Session, evidence_id: int) -> Shown:
    """Evidence, unsealed. The caller has checked who may see it."""
    kind = session.scalar(select(Evidence.kind).where(Evidence.id == evidence_id)) or ""
    note = session.get(EvidenceNote, evidence_id)
    file_kind = session.scalar(
        select(EvidenceFile.kind).where(EvidenceFile.evidence_id == evidence_id)
    )
    if note is None:
        return Shown(kind, None, None, file_kind)
    understood = note.understanding
    return Shown(
        kind,
        sealing.unseal(session, note.note),
        sealing.unseal(session, understood) if understood else None,
        file_kind,
    )


def content(session: Session, evidence_id: int) -> tuple[str, bytes] | None:
    """(media type, bytes) of the file kept with it, if there is one."""
    found = session.get(EvidenceFile, evidence_id)
    if found is None:
        return None
    return found.kind, sealing.unseal(session, found.content).encode("latin-1")


def forget(session: Session, story_id: int) -> None:
    """Erase what was written and recorded as evidence about a story; that it was, stays."""
    ids = select(ConsentEvent.evidence_id).where(
        ConsentEvent.story_id == story_id, ConsentEvent.evidence_id.is_not(None)
    )
    for table in (EvidenceNote, EvidenceFile):
        session.execute(
            sa.delete(table).where(table.evidence_id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
