"""A storyteller's choices, recorded from the command line."""

from __future__ import annotations

from typing import Any, TypeVar

import click

from storybank import db
from storybank.cli import progress
from storybank.cli.house import the_house
from storybank.consent import service
from storybank.consent.rules import EIGHT, Answer, Counting, Fact, Medium, Purpose
from storybank.errors import BadInput, NotFound
from storybank.people.rules import MACHINE
from storybank.portal import erasing
from storybank.portal import service as stopping

Term = TypeVar("Term", Fact, Medium)


class StoryNumber(click.ParamType):
    """A story's number. One that no database could hold is no story's."""

    name = "number"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        if not str(value).isdecimal():
            self.fail(f"{value} is not a story's number.", param, ctx)
        number = int(value) if len(str(value)) <= 10 else 2**31
        if number >= 2**31:
            raise NotFound("There is no story with that number.")
        return number


def read_uses(words: str) -> list[Purpose]:
    """Uses from a list such as ``keep,study``.

    Raises BadInput for a word that is not one of the eight.
    """
    names = {purpose.value: purpose for purpose in EIGHT}
    wanted = [word.strip().lower() for word in words.split(",") if word.strip()]
    if not wanted or any(word not in names for word in wanted):
        raise BadInput("Name uses from: " + ", ".join(names) + ".")
    return [names[word] for word in dict.fromkeys(wanted)]


def read_words(words: str, kind: type[Term], what: str) -> tuple[Term, ...]:
    """Terms of one kind from a list such as ``words,voice``.

    Raises BadInput for a word that is not one of them.
    """
    names = {term.value: term for term in kind}
    wanted = [word.strip().lower() for word in words.split(",") if word.strip()]
    if any(word not in names for word in wanted):
        raise BadInput(f"Name {what} from: " + ", ".join(names) + ".")
    return tuple(names[word] for word in dict.fromkeys(wanted))


@click.command()
@click.argument("story", type=StoryNumber())
@click.option("--use", "use", help="Which use to stop; several with commas.")
@click.option("--all", "everything", is_flag=True, help="Stop every use.")
@click.option("--channel", required=True, help="How the storyteller told us: phone, email, ...")
def stop(story: int, use: str | None, everything: bool, channel: str) -> None:
    """Stop one use of a story, or all. Needs no evidence and no reason."""
    if bool(use) == everything:
        raise BadInput("Say which use to stop with --use, or --all.")
    uses = list(EIGHT) if everything else read_uses(use or "")
    with the_house() as house:
        with db.writing(house.sessions) as session:
            person_id = service.person_of(session, story)
            receipt = stopping.stop_for(session, MACHINE, story, person_id, uses, channel)
            number = receipt.event_id[:8]
        # The stop stands from that commit on; what follows only cleans copies away.
        click.echo(f"Stopped. Receipt {number}.")
        progress.drain(house)


@click.command()
@click.argument("story", type=StoryNumber())
@click.option("--channel", required=True, help="How the storyteller told us: phone, email, ...")
@click.option("--keep-number", is_flag=True, help="They let us keep the number of its labels.")
@click.option("--forget", is_flag=True, help="Forget the storyteller too, if it is their last.")
@click.option("--yes", is_flag=True, help="Do not ask whether that is meant.")
def erase(story: int, channel: str, keep_number: bool, forget: bool, yes: bool) -> None:
    """Delete a story for good, because its storyteller asks for it. There is no way back.

    Needs no evidence and no reason. Its words are wiped from every table, and from the search
    index at once after; spare copies of the house (backups) are to be gone within 30 days.
    """
    with the_house() as house:
        with house.sessions() as session:
            person_id = service.person_of(session, story)
        if not yes:
            click.confirm(
                f"Story {story} will be wiped, with everything that was noted about it. "
                "This cannot be undone. Is that what its storyteller wants?",
                abort=True,
            )
        counting = Counting.NUMBER if keep_number else Counting.OUT
        with db.writing(house.sessions) as session:
            receipt = erasing.erase(
                session, MACHINE, story, person_id, channel, counting, forget_me=forget
            )
            number = receipt.event_id[:8]
        click.echo(f"Deleted. Receipt {number}.")
        progress.drain(house)
        house.runner.errands.drain()


@click.command()
@click.argument("story", type=StoryNumber())
@click.option("--use", required=True, help="Which use the storyteller said yes to.")
@click.option("--evidence", required=True, help="How they said yes, and who saw it.")
@click.option("--channel", default="paper", show_default=True)
def allow(story: int, use: str, evidence: str, channel: str) -> None:
    """Record a yes to a use of a story, with evidence."""
    with the_house() as house:
        with db.writing(house.sessions) as session:
            receipt = service.give(
                session,
                MACHINE,
                story,
                service.person_of(session, story),
                dict.fromkeys(read_uses(use), Answer.YES),
                service.Proof("witness_note", evidence),
                channel,
            )
            number = receipt.event_id[:8]
        click.echo(f"Recorded. Receipt {number}.")
        progress.drain(house)
