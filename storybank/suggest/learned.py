"""A part of a spaCy pipeline that suggests what a learner learnt. ``spacy_suggester`` names it to
spaCy; nothing here imports it, nor what the learner stands on, before there is work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storybank.suggest.suggester import Proposal, Span

if TYPE_CHECKING:
    from storybank.learning.codes import Answered, Code
    from storybank.learning.learner import Learner
    from storybank.learning.model import Model

AT_ONCE = 256
"""Documents that are read together."""


class Learned:
    """Writes ``doc.spans["suggestions"]``: at most ``shown`` codes for each passage, likeliest
    first, none less likely than ``floor``.

    Passages are ``doc._.sentences`` (places in code points), or the whole document. A span's label
    is the position of its code; it carries ``suggestion`` (its score is a probability) and
    ``why`` (places of the words that weighed most, worked out when asked for).
    ``doc.user_data["chances"]`` holds all codes' probabilities, a row for each passage.
    """

    def __init__(self, name: str = "storybank_learner", shown: int = 3, floor: float = 0.25):
        self.name, self.shown, self.floor = name, shown, floor
        self.learner: Learner | None = None
        self.model: Model | None = None

    def prepare(
        self, codes: Sequence[Code], pool: Sequence[str], tellers: Sequence[int], seed: int = 0
    ) -> None:
        """Take a codebook, and passages that may be learnt from; suggests from now on."""
        from storybank.learning.learner import Learner
        from storybank.learning.resources import vectors

        self.learner = Learner(codes, vectors(), seed)
        self.learner.prepare(pool, tellers)
        self.learn(())

    def learn(self, answers: Sequence[Answered]) -> None:
        """Fit to all answers there are, and suggest by them from now on.

        Raises ValueError before ``prepare``.
        """
        if self.learner is None:
            raise ValueError("Prepare first: there is no codebook yet.")
        self.model = self.learner.fit(answers)

    def to_disk(self, path: str | Path, *, exclude: Collection[str] = ()) -> None:
        from storybank.learning import keeping

        if self.model is not None:
            keeping.save(self.model, Path(path))

    def from_disk(self, path: str | Path, *, exclude: Collection[str] = ()) -> Learned:
        from storybank.learning import keeping
        from storybank.learning.resources import vectors

        self.model = keeping.load(Path(path), vectors())
        return self

    def __call__(self, doc: Any) -> Any:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Any], batch_size: int = AT_ONCE) -> Iterator[Any]:
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._suggest(batch)
            yield from batch

    def _suggest(self, batch: Sequence[Any]) -> None:
        if self.model is None:
            return
        passages = [(doc, place) for doc in batch for place in _passages(doc)]
        chances = self.model.chances([doc.text[start:end] for doc, (start, end) in passages])
        for doc in batch:
            doc.user_data.setdefault("suggestions", {})
            doc.user_data["chances"], doc.user_data["explain"] = [], self._why
            if "suggestions" not in doc.spans:
                doc.spans["suggestions"] = []
        for (doc, place), row in zip(passages, chances, strict=True):
            doc.user_data["chances"].append(row)
            for code in (-row).argsort(kind="stable")[: self.shown].tolist():
                if row[code] >= self.floor:
                    self._write(doc, place, code, float(row[code]))

    def _write(self, doc: Any, place: Span, code: int, chance: float) -> None:
        span = doc.char_span(*place, label=str(code), alignment_mode="expand")
        if span is None:
            return
        proposal = Proposal(*place, code, (), False, chance)
        doc.user_data["suggestions"][span.start, span.end, span.label] = proposal
        doc.spans["suggestions"].append(span)

    def _why(self, doc: Any, found: Proposal) -> tuple[Span, ...]:
        """Places, in the document, of the cues and the words that weighed most."""
        from storybank.learning.explaining import why

        assert self.model is not None
        told = why(self.model, doc.text[found.start : found.end], found.code_id)
        places = {(start + found.start, end + found.start) for start, end in told.words + told.cues}
        return tuple(sorted(places))


def _passages(doc: Any) -> Sequence[Span]:
    return doc._.sentences or [(0, len(doc.text))]
