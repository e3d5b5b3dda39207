"""The words people are asked: the list, one of them, and its draft."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import candidates, drafts, publishing
from storybank.consent import wordings as published
from storybank.consent.drafts import Words
from storybank.consent.wording_rules import LABELS, LANGUAGE, MOST_AGE, NEEDED, Format
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stories.canon import normalise

Page = str | Response | tuple[str, int]


@open_to(Role.STEWARD)
def wordings() -> str:
    """Every wording that is live: version, language, formats and reading ages."""
    session = web.session()
    waiting = {code: one for one in publishing.proposals(session) for code in one.codes}
    return web.render(
        "stewardship/wordings.html", most_age=MOST_AGE, labels=LABELS, waiting=waiting,
        rows={code: drafts.live(session, code) for code in published.codes()},
        drafted=drafts.drafted(session), stale=candidates.stale(session),
    )  # fmt: skip


@open_to(Role.STEWARD)
def wording(code: str) -> str:
    """One wording as people see it now, its draft, and what it was before."""
    session = web.session()
    live = drafts.live(session, code)
    waiting = next((one for one in publishing.proposals(session) if code in one.codes), None)
    return web.render(
        "stewardship/wording.html", code=code, live=live, most_age=MOST_AGE, waiting=waiting,
        drafted=code in drafts.drafted(session), history=publishing.history(session, code),
        whole_set=code in candidates.stale(session),
    )  # fmt: skip


@open_to(Role.STEWARD)
def draft(code: str) -> Page:
    """The form on which the words are changed."""
    drafts.live(web.session(), code)
    return _draft_page(code, drafts.words_of(web.session(), code))


@open_to(Role.STEWARD)
def save_draft(code: str) -> Page:
    """Keep the draft, and show how it reads beside what is live."""
    drafts.live(web.session(), code)
    words = {
        form: Words(_typed(f"text-{form.value}"), _typed(f"help-{form.value}")) for form in Format
    }
    errors = {f"text-{name}": sentence for name, sentence in drafts.faults(words).items()}
    if errors:
        return _draft_page(code, words, errors), 422
    drafts.save_draft(web.session(), current_actor(), code, words)
    web.say("The draft is kept. Nothing is live yet.")
    return redirect(url_for("stewardship.compare", code=code), 303)


@open_to(Role.STEWARD)
def drop_draft(code: str) -> Response:
    """Throw the draft away."""
    drafts.live(web.session(), code)
    drafts.drop_draft(web.session(), current_actor(), code)
    web.say("The draft is thrown away. The live words are as they were.")
    return redirect(url_for("stewardship.wording", code=code), 303)


def _draft_page(
    code: str, words: Mapping[Format, Words], errors: Mapping[str, str] | None = None
) -> str:
    return web.render(
        "stewardship/draft.html", code=code, words=words, errors=errors, formats=list(Format),
        needed=NEEDED, language=LANGUAGE, drafted=code in drafts.drafted(web.session()),
    )  # fmt: skip


def _typed(name: str) -> str:
    # Characters that cannot be seen, or kept, are dropped here as they are from stories.
    return normalise(request.form.get(name, ""))[0].strip()
