"""What tests of suggestions share: an honest little suggester, and a codebook of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from storybank.stories.canon import plain
from storybank.suggest.suggester import CuePhrase, Proposal, Span, SuggestInput


class Parrot:
    """Suggests a code for every sentence that holds one of its phrases, letter for letter."""

    def __init__(self, cues: Iterable[CuePhrase], name: str = "parrot") -> None:
        self.cues = [cue for cue in cues if not cue.near_miss]
        self.name = name

    def propose(self, texts: Iterable[SuggestInput]) -> Iterator[list[Proposal]]:
        for given in texts:
            yield [
                Proposal(start, end, cue.code_id, (place,), False, 1.0, (cue.id,))
                for start, end in given.sentences
                for cue in self.cues
                if (place := _place(given.text, cue.phrase, start, end))
            ]


def _place(text: str, phrase: str, start: int, end: int) -> Span | None:
    at = text.find(phrase, start, end)
    return (at, at + len(phrase)) if at >= 0 else None


def book(**codes: dict[str, list[str]]) -> list[CuePhrase]:
    """Cue phrases from ``A={"cues": [...], "near": [...]}``: code A is 1, B is 2."""
    made: list[CuePhrase] = []
    for key, phrases in codes.items():
        for kind in ("cues", "near"):
            for phrase in phrases.get(kind, []):
                made.append(CuePhrase(len(made) + 1, ord(key) - 64, phrase, kind == "near"))
    return made


def told(text: str) -> SuggestInput:
    canon = plain(text)
    return SuggestInput(canon.text, canon.sentences())
