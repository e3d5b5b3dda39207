"""Adding, rewording, moving and deleting families."""

from __future__ import annotations

from flask import request

from storybank import web
from storybank.codebook import changing, families
from storybank.codebook.forms import typed
from storybank.codebook.views_codes import Page, said, to_book
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict


@uses(Purpose.STUDY)
def new_family(use: Use) -> Page:
    """Add a family."""
    return _form(use, "")


@uses(Purpose.STUDY)
def edit_family(use: Use, family_key: str) -> Page:
    """Say a family in other words."""
    return _form(use, family_key)


def _form(use: Use, key: str) -> Page:
    session = web.session()
    family = changing.family_by(session, key) if key else None
    name, question = (family.name, family.question) if family else ("", "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        name, question, why = (typed(request.form, part) for part in ("name", "question", "why"))
        try:
            if family is None:
                made = families.add_family(session, use, name, question, why=why)
                said(f"The family “{made.name}” is in the codebook.")
                return to_book(f"family-{made.key}")
            if families.edit_family(session, use, family.key, name, question, why=why):
                said(f"The family “{family.name}” is reworded.")
            return to_book(f"family-{family.key}")
        except (BadInput, Conflict) as problem:
            errors["question" if "question" in problem.sentence else "name"] = problem.sentence
    page = web.render(
        "codebook/family.html", family=family, name=name, question=question, errors=errors
    )
    return (page, 422) if errors else page


@uses(Purpose.STUDY)
def shift_family(use: Use, family_key: str) -> Page:
    """One place up or down."""
    session = web.session()
    family = changing.family_by(session, family_key)
    up = request.form.get("way") == "up"
    if families.shift_family(session, use, family.key, -1 if up else 1):
        said(f"“{family.name}” is moved {'up' if up else 'down'}.")
    return to_book(f"family-{family.key}")


@uses(Purpose.STUDY)
def delete_family(use: Use, family_key: str) -> Page:
    """Delete a family without codes."""
    session = web.session()
    family = changing.family_by(session, family_key)
    name = family.name
    families.delete_family(session, use, family.key)
    said(f"The family “{name}” is deleted.")
    return to_book()
