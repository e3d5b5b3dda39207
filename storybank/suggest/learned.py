"""A part of a spaCy pipeline that suggests what a learner learnt. ``spacy_suggester`` names it to
spaCy; nothing here imports it, nor what the learner stands on, before there is work."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storybank.suggest.suggester import Proposal, Span
from storybank.suggest.weighing import FLOOR, SHOWN, Knowing, together, weigh

if TYPE_CHECKING:
    from storybank.learning.codes import Answered, Code
    from storybank.learning.explaining import Why
    from storybank.learning.learner import Learner
    from storybank.learning.model import Model

AT_ONCE = 256
"""Documents that are read together."""


class Learned:
    """Writes ``doc.spans["suggestions"]``: at most ``shown`` codes for each passage, likeliest
    first, none less likely than ``floor``.

    Passages are ``doc._.sentences`` (places in code points of ``doc._.told``, or of the document
    itself), or the whole. A span's label is the number of its code; it carries ``suggestion`` (its
    score is a probability) and ``why`` (places of the words that weighed most, worked out when
    asked for). ``doc.user_data["chances"]`` holds all codes' probabilities, a row for each passage.

    Behind ``storybank_cues`` in a pipeline it weighs what the cue phrases found: ``weighing``.
    """

    def __init__(self, name: str = "storybank_learner", shown: int = SHOWN, floor: float = FLOOR):
        self.name, self.shown, self.floor = name, shown, floor
        self.learner: Learner | None = None
        self.model: Model | None = None
        self.code_ids: Sequence[int] = ()
        """The codes' numbers by position; where there are none, positions are their numbers."""
        self.knowing = Knowing()

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
        from storybank.suggest.manifests import about

        self.model = keeping.load(Path(path), vectors())
        told = about(Path(path))
        self.code_ids, self.knowing = told.code_ids, told.knowing
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
        chances = self.model.chances([_text(doc)[start:end] for doc, (start, end) in passages])
        cues: dict[int, dict[Span, list[Proposal]]] = {}
        for at, doc in enumerate(batch):
            cues[at] = {}
            for found in doc.user_data.get("suggestions", {}).values():
                cues[at].setdefault((found.start, found.end), []).append(found)
            doc.user_data["suggestions"], doc.spans["suggestions"] = {}, []
            doc.user_data["chances"], doc.user_data["explain"] = [], self._why
        row = 0
        for at, doc in enumerate(batch):
            spans = []
            for place in _passages(doc):
                doc.user_data["chances"].append(chances[row])
                for proposal in self._weighed(place, chances[row], cues[at].get(place, ())):
                    spans += _written(doc, proposal)
                row += 1
            doc.spans["suggestions"] = spans

    def _weighed(self, place: Span, chances: Any, cues: Sequence[Proposal]) -> list[Proposal]:
        """What to suggest for one passage; ``chances`` by position."""
        likely = (chances >= self.floor).nonzero()[0].tolist()
        if not likely and not cues:
            return []
        numbers = self.code_ids
        told = {numbers[at] if numbers else at: float(chances[at]) for at in likely}
        for cue in cues:
            at = self._position(cue.code_id)
            if at is not None:
                told[cue.code_id] = float(chances[at])
        return weigh(place, told, cues, self.knowing, self.shown, self.floor)

    def _position(self, code_id: int) -> int | None:
        if self.model is None or not self.code_ids:
            return code_id if self.model and code_id < len(self.model.codes) else None
        at = bisect_left(self.code_ids, code_id)
        return at if at < len(self.code_ids) and self.code_ids[at] == code_id else None

    def explained(self, docs: Sequence[Any]) -> list[list[Proposal]]:
        """What is suggested for each of these documents, with the places of the words that led to
        it: all are read together."""
        from storybank.learning.whys import whys

        asked: dict[tuple[int, Span], list[int]] = {}
        for number, doc in enumerate(docs):
            for one in doc.user_data["suggestions"].values():
                at = self._position(one.code_id)
                if one.learned and at is not None:
                    asked.setdefault((number, (one.start, one.end)), []).append(at)
        texts = [_text(docs[number])[start:end] for number, (start, end) in asked]
        said = whys(self.model, texts, list(asked.values())) if self.model else []
        why: dict[tuple[int, Span, int | None], Why] = {
            (number, place, at): one
            for ((number, place), codes), row in zip(asked.items(), said, strict=True)
            for at, one in zip(codes, row, strict=True)
        }
        return [
            [
                _because(one, why.get((number, (one.start, one.end), self._position(one.code_id))))
                for one in doc.user_data["suggestions"].values()
            ]
            for number, doc in enumerate(docs)
        ]

    def _why(self, doc: Any, found: Proposal) -> tuple[Span, ...]:
        """Places, in the text as told, of the cues and the words that weighed most."""
        from storybank.learning.explaining import why

        at = self._position(found.code_id)
        if self.model is None or at is None:
            return found.because
        told = why(self.model, _text(doc)[found.start : found.end], at)
        return _because(found, told).because


def _because(found: Proposal, told: Why | None) -> Proposal:
    """The same with the places, in the text as told, of these words as well."""
    if told is None:
        return found
    places = [(start + found.start, end + found.start) for start, end in told.words + told.cues]
    return replace(found, because=together([*found.because, *places]))


def _text(doc: Any) -> str:
    told: str | None = doc._.told
    return doc.text if told is None else told


def _passages(doc: Any) -> Sequence[Span]:
    return doc._.sentences or [(0, len(_text(doc)))]


def _written(doc: Any, found: Proposal) -> list[Any]:
    """The span of a proposal, which is noted at the document; none where it has no word."""
    back = doc._.back
    first, last = found.start, found.end
    if back is not None and len(doc):
        every = range(doc[-1].idx + len(doc[-1]) + 1)
        first, last = (bisect_left(every, place, key=back) for place in (first, last))
    span = doc.char_span(first, last, label=str(found.code_id), alignment_mode="expand")
    if span is None:
        return []
    doc.user_data["suggestions"][span.start, span.end, span.label] = found
    return [span]
