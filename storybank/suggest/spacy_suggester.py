"""Suggestions from the codebook's cue phrases and from what was learnt, as one spaCy pipeline.

Of a trained pipeline the words alone are needed: ``pipeline`` says which it is. This module is
imported when there is work, never at start, because spaCy takes about a second to load.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import compile_infix_regex

from storybank.suggest import rules
from storybank.suggest.denials import denials
from storybank.suggest.learned import Learned
from storybank.suggest.phrases import forms, same_words
from storybank.suggest.pipeline import load_words
from storybank.suggest.rules import Hit, Reasons
from storybank.suggest.suggester import CuePhrase, Proposal, SuggestInput
from storybank.suggest.suggester import Span as Place

AT_ONCE = 500_000
"""How many letters are read before spaCy is made to forget their words: about 100,000 words."""

# The guard is for parsers, which need far more memory a letter; stories have their own.
LONGEST_TEXT = 10_000_000

# Words run together by a missing space ("the end.they came back") are told apart as well.
_RUN_TOGETHER = r"(?<=[a-z])[.?!;:()\[\]\u2026]+(?=[a-z])"


def _suggestion(span: Span) -> Proposal:
    # spaCy keeps what is set on a span by its place alone, and one sentence may have two codes.
    found: Proposal = span.doc.user_data["suggestions"][span.start, span.end, span.label]
    return found


def _why(span: Span) -> Sequence[Place]:
    found = _suggestion(span)
    explain = span.doc.user_data.get("explain")
    return found.because or (explain(span.doc, found) if explain else ())


Span.set_extension("suggestion", getter=_suggestion, force=True)
Span.set_extension("code", getter=lambda span: _suggestion(span).code_id, force=True)
Span.set_extension("why", getter=_why, force=True)
Span.set_extension("check_meaning", getter=lambda span: _suggestion(span).check_meaning, force=True)
Doc.set_extension("sentences", default=None, force=True)
Doc.set_extension("back", default=None, force=True)
Doc.set_extension("told", default=None, force=True)


@Language.factory("storybank_cues", default_config={"cues": []})
def make_cues(nlp: Language, name: str, cues: list[dict[str, Any]]) -> Cues:
    """The component for a pipeline's config; each cue as the fields of a ``CuePhrase``."""
    return Cues(nlp, [CuePhrase(**cue) for cue in cues])


@Language.factory("storybank_learner", default_config={"shown": 3, "floor": 0.25, "folder": ""})
def make_learned(nlp: Language, name: str, shown: int, floor: float, folder: str) -> Learned:
    """The component that learns; with ``folder``, as it was kept there."""
    made = Learned(name, shown, floor)
    return made.from_disk(folder) if folder else made


def learner_pipeline(folder: str = "") -> Language:
    """Words and the component that learns, as it was kept in ``folder`` where one is named."""
    nlp = spacy.blank("en")
    nlp.max_length = LONGEST_TEXT
    nlp.add_pipe("storybank_learner", config={"folder": folder})
    return nlp


class Cues:
    """Finds cue phrases and writes ``doc.spans["suggestions"]``: a span a sentence and code.

    Each span carries ``code`` (its number), ``why`` (places of the words that led to it),
    ``check_meaning``, and the whole ``suggestion``. Places are code points of the text as told,
    ``doc._.told``; ``doc._.sentences`` and ``doc._.back`` say how to get there.
    """

    def __init__(self, nlp: Language, cues: Sequence[CuePhrase]) -> None:
        self.matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self.cues: dict[int, tuple[CuePhrase, bool]] = {}
        for cue in cues:
            if cue.near_miss:
                self._add(nlp, cue, same_words(cue.phrase), denied=False)
            else:
                said = forms(cue.phrase)
                self._add(nlp, cue, said, denied=False)
                self._add(nlp, cue, denials(cue.phrase) - said, denied=True)

    def _add(self, nlp: Language, cue: CuePhrase, ways: Iterable[str], denied: bool) -> None:
        docs = [nlp.make_doc(way) for way in sorted(ways) if way]
        if docs:
            key = f"{cue.id} denied" if denied else str(cue.id)
            self.matcher.add(key, docs)
            self.cues[nlp.vocab.strings[key]] = (cue, denied)

    def __call__(self, doc: Doc) -> Doc:
        doc.user_data["suggestions"] = {}
        doc.spans["suggestions"] = [
            _span(doc, sentence, at, one)
            for sentence, (at, hits) in self._by_sentence(doc).items()
            for one in rules.reasons(hits)
        ]
        return doc

    def _by_sentence(self, doc: Doc) -> dict[Place, tuple[int, list[Hit]]]:
        """For each sentence with phrases in it: a token of it, and the phrases."""
        back, sentences = _reading(doc)
        starts = [start for start, _ in sentences]
        found: dict[Place, tuple[int, list[Hit]]] = {}
        for key, first, last in sorted(self.matcher(doc), key=lambda match: match[1:]):
            cue, denied = self.cues[key]
            start = back(doc[first].idx)
            end = back(doc[last - 1].idx + len(doc[last - 1]))
            sentence = sentences[max(0, bisect_right(starts, start) - 1)]
            if start < sentence[0] or sentence[1] < end:
                continue  # across the end of a sentence
            before = [
                token.text
                for token in doc[max(0, first - rules.WINDOW) : first]
                if back(token.idx) >= sentence[0]
            ]
            doubtful = denied or rules.is_negated(before, doc[first].text)
            hit = Hit(start, end, cue.code_id, cue.id, cue.near_miss, doubtful)
            found.setdefault(sentence, (first, []))[1].append(hit)
        return found


def _reading(doc: Doc) -> tuple[Callable[[int], int], Sequence[Place]]:
    back = doc._.back or (lambda place: place)
    return back, doc._.sentences or [(0, back(len(doc.text)))]


def _span(doc: Doc, sentence: Place, at: int, one: Reasons) -> Span:
    back, _ = _reading(doc)
    first = last = at
    while first > 0 and back(doc[first - 1].idx) >= sentence[0]:
        first -= 1
    while last + 1 < len(doc) and back(doc[last + 1].idx) < sentence[1]:
        last += 1
    span = Span(doc, first, last + 1, label=str(one.code_id))
    doc.user_data["suggestions"][span.start, span.end, span.label] = Proposal(
        *sentence, one.code_id, one.because, one.check_meaning, one.score, one.cue_ids
    )
    return span


class SpacySuggester:
    """Proposes the codes whose cue phrases stand in a sentence; with the ``folder`` of a model,
    also those it is likely to have by what was learnt.

    Raises OSError where there is no model in that folder, Unusable where it cannot be used.
    """

    def __init__(
        self,
        cues: Iterable[CuePhrase],
        name: str = "cue phrases",
        folder: Path | None = None,
        model_id: int | None = None,
    ) -> None:
        self.name, self.model_id = name, model_id
        self.nlp, self.pipeline = load_words()
        self.nlp.max_length = LONGEST_TEXT
        tokenizer: Any = self.nlp.tokenizer
        infixes = [*(self.nlp.Defaults.infixes or ()), _RUN_TOGETHER]
        tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
        tokenizer.url_match = None
        self.nlp.add_pipe("storybank_cues", config={"cues": [asdict(cue) for cue in cues]})
        self.learned: Learned | None = None
        if folder is not None:
            told = {"folder": str(folder)}
            part: Any = self.nlp.add_pipe("storybank_learner", config=told)
            self.learned = part
        self._alone = Lock()

    def propose(self, texts: Iterable[SuggestInput]) -> Iterator[list[Proposal]]:
        """The proposals for each text, in order of place; one list a text."""
        for batch in _batches(texts):
            # What was read is forgotten at the end of the zone: spaCy would otherwise keep
            # every word it ever met, which is a copy nobody agreed to.
            with self._alone, self.nlp.memory_zone():
                docs = list(self.nlp.pipe(map(self._doc, batch)))
                if self.learned is not None:
                    found = self.learned.explained(docs)
                else:
                    found = [list(doc.user_data["suggestions"].values()) for doc in docs]
                del docs
            yield from found

    def _doc(self, given: SuggestInput) -> Doc:
        letters, back = rules.plain_letters(given.text)
        doc = self.nlp.make_doc(letters)
        doc._.back, doc._.told = back, given.text
        doc._.sentences = list(rules.in_pieces(given.text, given.sentences))
        return doc


def _batches(texts: Iterable[SuggestInput]) -> Iterator[list[SuggestInput]]:
    batch: list[SuggestInput] = []
    letters = 0
    for text in texts:
        batch.append(text)
        letters += len(text.text)
        if letters >= AT_ONCE:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch
