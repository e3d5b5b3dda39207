"""Help with the codebook: hints from what people did. Nothing changes it by itself."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.suggest import (
    evidence,
    help_aside,
    help_confusions,
    help_cues,
    help_passages,
    help_words,
)
from storybank.suggest.help_aside import CONFUSED, CUE, MERGE, PASSAGE, SPLIT, WORDS, Hint

Page = str | Response


@uses(Purpose.STUDY)
def codebook_help(use: Use) -> Page:
    """Passages no code fits, codes taken for one another, cues that mislead, splits and merges."""
    session = web.session()
    cards = codebook.codes_by_id(session)
    ends, aside = evidence.ends_of(cards), help_aside.aside(session)

    def open_(kind: str, key: str) -> bool:
        return (kind, key) not in aside

    answers = evidence.answers(session, use, ends, cues=True)
    every = help_cues.cues(session, answers, ends)
    confused = help_confusions.confused(session, answers, ends)
    found = help_confusions.company(session, use, ends, cards)
    return web.render(
        "suggest/codebook_help.html",
        use=use, cards=cards, kinds={"cue": CUE, "confused": CONFUSED, "merge": MERGE,
                                     "split": SPLIT, "passage": PASSAGE},
        cues=[one for one in every if one.misleads and open_(CUE, str(one.id))],
        confused=[one for one in confused
                  if open_(CONFUSED, f"{one.suggested}-{one.put_on}")
                  and not cards[one.suggested].retired and not cards[one.put_on].retired],
        alike=[one for one in found.alike if open_(MERGE, f"{one.rarer}-{one.other}")],
        torn=[one for one in found.torn
              if open_(SPLIT, f"{one.code}-{one.first}-{one.second}")],
        company=found, aside=len(aside),
        bare=help_passages.bare(session, use, evidence.samples(session, use, ends), aside),
        families=codebook.families(session),
    )  # fmt: skip


@uses(Purpose.STUDY)
def codebook_help_code(use: Use, key: str) -> Page:
    """Of one code: its cue phrases by how they did, and words worth adding as a cue."""
    session = web.session()
    code = codebook.code(session, key)
    cards = codebook.codes_by_id(session)
    ends, aside = evidence.ends_of(cards), help_aside.aside(session)
    numbers = evidence.with_ends(code.id, ends)
    phrases, read = help_words.phrases(session, use, numbers, code.cues, aside)
    answers = evidence.answers(session, use, ends, numbers, cues=True)
    every = [one for one in help_cues.cues(session, answers, ends) if one.code == code.id]
    return web.render(
        "suggest/codebook_help_code.html",
        use=use, code=code, cues=every, phrases=phrases, read=read, words=WORDS, cue=CUE,
        aside=aside, tellers=help_words.TELLERS,
        unheard=[cue for cue in code.cues if cue not in {one.phrase for one in every}],
    )  # fmt: skip


@uses(Purpose.STUDY)
def help_put_aside(use: Use) -> Page:
    """Not useful: nobody is shown this hint again."""
    if help_aside.put_aside(web.session(), use, *_hint()):
        web.say("Put aside for everybody on the team.", undo=url_for("coding.undo"),
                fields={"back": "help"})  # fmt: skip
    else:
        web.say("It was put aside already.", "notice")
    return _back()


@uses(Purpose.STUDY)
def help_bring_back(use: Use) -> Page:
    """Show everything again that was put aside."""
    session = web.session()
    every = sorted(help_aside.aside(session))
    many = sum(help_aside.bring_back(session, use, *one) for one in every)
    web.say(f"{many} shown again." if many else "Nothing was put aside.")
    return _back()


def _hint() -> Hint:
    return request.form.get("kind", ""), request.form.get("key", "")


def _back() -> Response:
    code = request.form.get("code", "")[:50]
    if code:
        return redirect(url_for("suggest.codebook_help_code", key=code), 303)
    return redirect(url_for("suggest.codebook_help"), 303)
