"""Accounts from the command line."""

from __future__ import annotations

import sys

import click

from storybank import db
from storybank.cli.house import the_house
from storybank.errors import BadInput
from storybank.people import service
from storybank.people.rules import read_role


@click.group()
def people() -> None:
    """Accounts and roles."""


@people.command()
@click.option("--email", required=True, help="The e-mail address to sign in with.")
@click.option("--role", "roles", required=True, multiple=True, help="May be given more than once.")
@click.option("--name", help="The name to show; the part before the @ if left out.")
@click.option("--organisation", help="Where they work: part of who sees what they are shown.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, roles: tuple[str, ...], name: str | None, organisation: str | None,
        password_stdin: bool) -> None:  # fmt: skip
    """Add an account."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password_stdin and not password:
        raise BadInput("No password came. Send it on standard input, on one line.")
    with the_house() as house, db.writing(house.sessions) as session:
        account = service.add_account(
            session, email, [read_role(role) for role in roles], name=name, password=password,
            organisation=organisation,
        )  # fmt: skip
        made = f"Added {account.email}."
    click.echo(made)
