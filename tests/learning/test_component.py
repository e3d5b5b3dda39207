"""The component of a spaCy pipeline: spans with a probability and why; kept and loaded again."""

from __future__ import annotations

import subprocess
import sys

import pytest
from learning.learning_from import CODES, passages

from storybank.suggest.spacy_suggester import learner_pipeline

TEXT = "It was late.  We sat for hours in the corridor, a long wait!"


@pytest.fixture(scope="module")
def nlp():
    pipeline = learner_pipeline()
    answers = passages(60)
    part = pipeline.get_pipe("storybank_learner")
    part.prepare(CODES, [one.text for one in answers], [one.teller for one in answers])
    part.learn(answers)
    return pipeline


def test_a_document_has_its_likeliest_codes(nlp):
    doc = nlp(TEXT)
    span = doc.spans["suggestions"][0]
    assert (span.label_, span._.code) == ("0", 0) and 0.5 < span._.suggestion.score <= 1


def test_it_says_which_words(nlp):
    doc = nlp(TEXT)
    span = doc.spans["suggestions"][0]
    assert "wait" in {TEXT[start:end] for start, end in span._.why}


def test_sentences_are_asked_one_by_one(nlp):
    doc = nlp.make_doc(TEXT)
    doc._.sentences = [(0, 12), (14, len(TEXT))]
    part = nlp.get_pipe("storybank_learner")
    span = part(doc).spans["suggestions"][-1]
    assert (span._.suggestion.start, span._.suggestion.end) == (14, len(TEXT))
    assert all(14 <= start < end <= len(TEXT) for start, end in span._.why)
    assert len(doc.user_data["chances"]) == 2


def test_what_is_kept_is_loaded_again(nlp, tmp_path):
    nlp.get_pipe("storybank_learner").to_disk(tmp_path)
    again = learner_pipeline(str(tmp_path))(TEXT)
    assert again.user_data["chances"][0].tolist() == nlp(TEXT).user_data["chances"][0].tolist()


def test_without_a_codebook_it_suggests_nothing():
    doc = learner_pipeline()(TEXT)
    assert "suggestions" not in doc.spans


def test_an_empty_document(nlp):
    assert list(nlp("").spans["suggestions"]) == []


def test_no_page_loads_what_learning_needs():
    """The web process grows when there is something to learn, and not before."""
    program = (
        "import sys, storybank.app, storybank.wiring, storybank.suggest.views\n"
        "print([m for m in ('spacy', 'sklearn', 'scipy', 'snowballstemmer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
