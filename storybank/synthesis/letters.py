"""What a storyteller is sent when a workshop has come to an answer: never a word of a story."""

from __future__ import annotations

from datetime import date

from storybank.consent.receipts import plain_date

SUBJECT = "What came of your words"
FEW = 5


def people_words(people: int | None) -> str:
    """How many saw or heard the words; a small number is not told."""
    if people is None or people < FEW:
        return "A few people"
    return f"About {people:,} people"


def came_of_it(
    title: str,
    held_on: date,
    question: str,
    people: int | None,
    resolutions: int,
    recommendations: int,
    decider: str,
    reply_by: date | None,
) -> str:
    """The letter; {page} stands for the address of the page with what came of it."""
    said = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((resolutions, "resolution"), (recommendations, "recommendation"))
        if count
    ]
    lines = [
        "Hello,",
        f"We used part of your story at a workshop. It was: {title}, on {plain_date(held_on)}. "
        f"{people_words(people)} saw or heard your words.",
        f"They thought about this question: {question}",
    ]
    if said:
        lines.append(f"Together they wrote {' and '.join(said)}.")
    if decider:
        by = f" They promised to answer by {plain_date(reply_by)}." if reply_by else ""
        lines.append(f"These go to: {decider}.{by}")
    lines += [
        "You can read what came of it on your own page:\n{page}",
        "No internet? Call us or write to us. We read it to you, or send it to you on paper.",
        "Thank you for your story. You can change your choices or stop at any time. You do not "
        "have to say why.",
        "From the Storybank team",
    ]
    return "\n\n".join(lines) + "\n"
