"""What ``/api/search`` takes and gives, as an OpenAPI 3.1 document. Pure."""

from __future__ import annotations

from typing import Any

from storybank.consent.rules import EIGHT
from storybank.search.language import MAX_LETTERS
from storybank.search.results import EACH, SORTS
from storybank.stories.speaking import Spoken

VERSION = "1"
MOST_A_PAGE = 100

PURPOSE, Q = "purpose", "q"
PARAMETERS: tuple[dict[str, Any], ...] = (
    {"name": Q, "in": "query", "required": False,
     "description": "What to look for, as in the search box. Without it the newest stories.",
     "schema": {"type": "string", "maxLength": MAX_LETTERS, "default": ""}},
    {"name": PURPOSE, "in": "query", "required": True,
     "description": "What the words are wanted for. Your account decides which you may name, and "
     "each storyteller's choices decide what you are given for it.",
     "schema": {"type": "string", "enum": [use.value for use in EIGHT]}},
    {"name": "page", "in": "query", "required": False, "description": "Which page, from 1.",
     "schema": {"type": "integer", "minimum": 1, "default": 1}},
    {"name": "limit", "in": "query", "required": False, "description": "How many a page.",
     "schema": {"type": "integer", "minimum": 1, "maximum": MOST_A_PAGE, "default": 20}},
    {"name": "sort", "in": "query", "required": False, "description": "In which order.",
     "schema": {"type": "string", "enum": list(SORTS), "default": "best"}},
    {"name": "each", "in": "query", "required": False,
     "description": "What one result is. For uses outside the team, teller gives stories.",
     "schema": {"type": "string", "enum": list(EACH), "default": "story"}},
    {"name": "same", "in": "query", "required": False,
     "description": "Whether words that the glossary says mean the same are looked for too.",
     "schema": {"type": "string", "enum": ["yes", "no"], "default": "yes"}},
)  # fmt: skip


def document() -> dict[str, Any]:
    """The whole document. It names no other host."""
    text: dict[str, Any] = {"type": "string"}
    number: dict[str, Any] = {"type": "integer"}
    texts = {"type": "array", "items": text}
    passage = _object(
        version=number, start=_said(number, "In code points, from 0."),
        end=_said(number, "In code points; the first that is not in it."), words=text,
        marks={"type": "array", "description": "Start and end, within words, of what was found.",
               "items": {"type": "array", "items": number, "minItems": 2, "maxItems": 2}},
        codes=texts, coded={"type": "boolean"},
        spoken={"type": "string", "description": "Whose words they are: an interviewer's are not "
                "the teller's.", "enum": [whose.value for whose in Spoken]},
    )  # fmt: skip
    hit = _object(
        story=number, external_id={"type": ["string", "null"]}, title=text,
        attribution=_said(text, "The name to show beside these words, for this use."),
        score={"type": "number"}, why=texts, codes=texts,
        facts={"type": "object", "additionalProperties": text}, excerpts=texts,
        passages={"type": "array", "items": {"$ref": "#/components/schemas/Passage"}},
    )  # fmt: skip
    count = _object(field=text, value=text, name=text, stories=number)
    found = _object(
        understood=text, notes=_said(texts, "What was not understood, or cannot be found now."),
        total=number, page=number, pages=number,
        same={"type": "object", "additionalProperties": texts}, spelling=texts,
        hits={"type": "array", "items": {"$ref": "#/components/schemas/Hit"}},
        counts={"type": "array", "items": {"$ref": "#/components/schemas/Count"}},
    )  # fmt: skip
    error = _object(error=_object(status=number, sentence=text))
    wrong = {
        "401": "There was no key, or one that opens nothing.",
        "403": "Your account may not use stories in this way.",
        "422": "Something that was sent cannot be used as it is.",
        "429": "There were many searches in a short time.",
        "503": "Search is being prepared.",
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Storybank search", "version": VERSION,
            "description": "Search for a use, as a person may. Nothing is given that the "
            "storyteller's choices do not allow at that moment; a stop is true at once. Do not "
            "keep what you are given longer than the use needs.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": {
            "/api/search": {
                "get": {
                    "operationId": "search",
                    "summary": "Find stories and passages for a use",
                    "parameters": list(PARAMETERS),
                    "responses": {
                        "200": _answer("What was found.", "Found"),
                        **{status: _answer(said, "Error") for status, said in wrong.items()},
                    },
                }
            }
        },
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http", "scheme": "bearer",
                    "description": "A key that you make, name and revoke at /me/keys.",
                }
            },
            "schemas": {
                "Found": found, "Hit": hit, "Passage": passage, "Count": count, "Error": error,
            },
        },
    }  # fmt: skip


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties),
        "additionalProperties": False,
    }  # fmt: skip


def _said(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {**schema, "description": description}


def _answer(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
