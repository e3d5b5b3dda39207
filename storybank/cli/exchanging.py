"""Files of other programs in from the command line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank import db
from storybank.cli import progress
from storybank.cli.house import the_house
from storybank.errors import BadInput, NotFound
from storybank.exchange import apart, arrivals, loss_report
from storybank.exchange.qdpx_zip import MAX_FILE
from storybank.people import service as people
from storybank.people.models import Account, AccountRole
from storybank.people.rules import Actor, Role


@click.command("bring-in")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", "address", default="", help="E-mail address of the steward who brings it in.")
@click.option("--new-codes", is_flag=True, help="Never match codes by their names.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def bring_in(file: Path, address: str, new_codes: bool, as_json: bool) -> None:
    """Bring in a project or codebook of another program: .qdpx, .qdc, or Taguette's .sqlite3, .csv.

    Its stories are held until somebody writes down what their tellers chose.
    """
    with the_house() as house:
        data = _bytes_of(file)
        digest = hashlib.sha256(data).hexdigest()
        with house.sessions() as session:
            arrivals.check_new(session, digest)
        came = apart.read(data)
        with db.writing(house.sessions) as session:
            arrival = arrivals.take(
                session, _who(session, address), came, digest, match_names=not new_codes
            )
            said = {
                "arrival": arrival.id, "kind": arrival.kind, "origin": arrival.origin,
                "stories": len(loss_report.from_ranges(arrival.report["made"]["story"])),
                "counts": arrival.report["counts"],
                "losses": [
                    {"what": line.says, "count": line.count, "where": list(line.where)}
                    for line in loss_report.lines(arrival.report)
                ],
            }  # fmt: skip
        progress.drain(house)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    counts = arrival.report["counts"]
    click.echo(
        f"arrival {arrival.id}: {said['stories']} stories (held), {counts['codings']} codings, "
        f"{counts['memos']} memos, {counts['codes new']} new codes, "
        f"{counts['codes matched']} codes we had"
    )
    for line in loss_report.lines(arrival.report):
        where = f" ({', '.join(line.where)})" if line.where else ""
        click.echo(f"not carried: {line.count} x {line.says}{where}")


def _bytes_of(file: Path) -> bytes:
    if not file.is_file():
        raise BadInput("The file could not be opened. Check that it is there.")
    if file.stat().st_size > MAX_FILE:
        raise BadInput(apart.TOO_BIG)
    return file.read_bytes()


def _who(session: Session, address: str) -> Actor:
    """The steward named; without a name the first there is."""
    if address:
        account = people.account_by_email(session, address)
    else:
        account = session.scalar(
            sa.select(Account)
            .join(AccountRole, AccountRole.account_id == Account.id)
            .where(AccountRole.role == Role.STEWARD.value, Account.disabled_at.is_(None))
            .order_by(Account.id)
            .limit(1)
        )
    if account is None:
        raise NotFound("There is no such steward here. Name one: --by jo@example.org")
    return people.actor_for(session, account)
