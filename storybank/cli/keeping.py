"""Backups: making one, putting one back, and trying whether that would go well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from storybank.backups import base_copies, drilling, finishing, making, restoring
from storybank.backups import manifest as manifests
from storybank.backups.manifest import MOST_DAYS, Manifest
from storybank.cli import progress
from storybank.cli.house import the_house
from storybank.clock import now
from storybank.config import Config, home_folder, keys_elsewhere, prepare_home
from storybank.consent import ledger
from storybank.errors import BadInput, NotReady
from storybank.wiring import House, open_house, sweep

WITHOUT = (
    "Without the ledger: stops, pauses and deletions that storytellers asked for after this "
    "backup was made are NOT done again. Stories they took away may be shown. Ask each of them."
)
STRICTER = (
    "Closed more than their tellers asked, because the ledger holds no names or words: stories "
    "{}. Talk to the tellers, then open them again."
)
TOGETHER = (
    "The ledger's database is on this very server: put back from this copy, it would be as old as "
    "the rest, and could take nothing away again. Give it a server of its own."
)
CUT_OFF = (
    "Lines of the ledger that a crash cut off: {}. Nothing is lost: what they were about was "
    "never said to be done."
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--base", is_flag=True, help="Copy the whole PostgreSQL server, file by file.")
@click.option("--from", "source", help="With --base: copy this server, or by this user.")
@click.option(
    "--wal",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="With --base: the kept journal, from which what no backup needs is removed.",
)
@click.option("--keep-days", type=click.IntRange(1, MOST_DAYS), default=MOST_DAYS,
              show_default=True, help="Remove backups in that folder that are older.")  # fmt: skip
def backup(
    folder: Path | None, base: bool, source: str | None, wal: Path | None, keep_days: int
) -> None:
    """Copy the house into a new folder below FOLDER, while others work in it."""
    if not base and (source or wal):
        raise BadInput("--from and --wal go with --base.")
    with the_house() as house:
        config = house.config
        where = (folder or config.home / "backups").resolve()
        copy = base_copies.copier(source) if base else None
        made = making.make(config, where, keep_days, copy)
        gone = base_copies.prune_journal(where, wal) if wal else 0
        together = base and base_copies.holds_ledger(config)
    rows = sum(made.manifest.rows.values())
    click.echo(f"{made.folder}")
    what = "Copied the server and checked its files" if base else "Copied and checked"
    click.echo(f"{what}: {rows} rows of {len(made.manifest.rows)} tables.", err=True)
    if gone:
        click.echo(f"Removed {gone} files of the journal that no backup needs.", err=True)
    if together:
        click.echo(TOGETHER, err=True)
    for name in made.pruned:
        click.echo(f"Removed {name}, older than {keep_days} days.", err=True)
    click.echo(
        "Not in it: the file of keys and the ledger. Keep both elsewhere, or it cannot be used.",
        err=True,
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--into", type=click.Path(path_type=Path, file_okay=False),
              help="A data folder to restore into, instead of STORYBANK_HOME.")  # fmt: skip
@click.option("--replace", "replacing", is_flag=True, help="Put it in the place of what is there.")
@click.option("--without-ledger", is_flag=True, help="Give back what was taken away since.")
@click.option("--finish", is_flag=True, help="Finish a restore that was cut off.")
@click.option("--drill", is_flag=True, help="Try it in a scratch folder, and leave nothing there.")
@click.option(
    "--wal",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="With --drill of a base backup: the kept journal.",
)
def restore(
    folder: Path | None, into: Path | None, replacing: bool, without_ledger: bool, finish: bool,
    drill: bool, wal: Path | None,
) -> None:  # fmt: skip
    """Put the backup in FOLDER back, and take away again what was taken away since."""
    if finish == bool(folder) or (finish and drill):
        raise BadInput("Name the folder of one backup, or say --finish.")
    config = _config(into)
    if without_ledger:
        click.echo(WITHOUT, err=True)
    if folder is None:
        _finish(config, without_ledger)
        return
    folder = folder.resolve()
    if drill and base_copies.is_base(manifests.checked(folder)):
        _drill_base(config, folder, wal.resolve() if wal else None, without_ledger)
        return
    if wal:
        raise BadInput("--wal goes with the drill of a base backup.")
    manifest = restoring.check(config, folder, with_ledger=not without_ledger)
    if drill:
        _drill(config, folder, manifest, without_ledger)
        return
    restoring.put_back(config, folder, manifest, replacing)
    click.echo(f"Put back the backup of {manifest.made_at:%d %B %Y, %H:%M} UTC.", err=True)
    _finish(config, without_ledger)


def _config(into: Path | None) -> Config:
    home = into.expanduser().resolve() if into else home_folder()
    prepare_home(home, keys_elsewhere())
    config = Config.from_environment(home)
    if into and config.database_url.startswith("sqlite"):
        # Into means into: not into a file that the environment names.
        config = replace(config, database_url=Config.for_home(home).database_url)
    if (
        into
        and not config.ledger_database
        and not config.ledger_file.exists()
        and home != home_folder()
    ):
        # The same storytellers' ledger goes on in the new house.
        old = replace(config, home=home_folder()).ledger_file
        if old.is_file():
            config.ledger_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            restoring.copy_whole(old, config.ledger_file)
    return replace(config, jobs="held")


def _finish(config: Config, without_ledger: bool) -> None:
    restoring.make_ready(config)
    house = open_house(config, finishing=True)
    try:
        done = finishing.finish(
            house.sessions,
            None if without_ledger else ledger.of(config),
            lambda session: sweep(session, house.derivatives),
        )
        if done is None:
            raise NotReady(restoring.NOTHING)
        _tell(done)
        progress.drain(house)
        _build_index(house)
        _tell_of_keys(house)
    finally:
        house.close()


def _build_index(house: House) -> None:
    """Build the search index, where the work that was drained left that for later."""
    with house.sessions() as session:
        if house.index.trouble(session):
            house.index.reindex(session)


def _tell(done: finishing.Finished) -> None:
    taken = ", ".join(f"{count} {kind}" for kind, count in sorted(done.outcome.kinds.items()))
    click.echo(f"Restored {done.stories} stories. Taken away again: {taken or 'nothing'}.")
    if done.outcome.not_here:
        click.echo(f"{done.outcome.not_here} lines are about stories told since.", err=True)
    if done.outcome.stricter:
        numbers = ", ".join(map(str, sorted(done.outcome.stricter)))
        click.echo(STRICTER.format(numbers), err=True)
    if done.outcome.cut_off:
        click.echo(CUT_OFF.format(done.outcome.cut_off), err=True)
    click.echo(
        "Everybody signs in anew. Look at the list of accounts: those closed since the backup "
        "are open again.",
        err=True,
    )


def _tell_of_keys(house: House) -> None:
    with house.sessions() as session:
        sentence = finishing.trouble_with_keys(session)
    if sentence:
        click.echo(sentence, err=True)


def _drill(config: Config, folder: Path, manifest: Manifest, without_ledger: bool) -> None:
    with drilling.scratch(config) as trial:
        restoring.put_back(trial, folder, manifest, replace=False)
        drilling.check_rows(trial, manifest)
        kept = None if without_ledger else ledger.of(config)
        done = _look_through(trial, kept, manifest.rows.get("story_standing", 0))
    drilling.went_well(config, now(), manifest.made_at)
    _tell_of_drill(done)


def _drill_base(config: Config, folder: Path, wal: Path | None, without_ledger: bool) -> None:
    manifest = manifests.checked(folder)
    with drilling.scratch(config, folder, wal) as trial:
        rows = drilling.check_grown(trial, manifest)
        newest = drilling.newest(trial)
        restoring.make_ready(trial)
        kept = None if without_ledger else ledger.of(config)
        done = _look_through(trial, kept, rows["story_standing"])
    drilling.went_well(config, now(), manifest.made_at)
    until = newest or manifest.made_at
    click.echo(f"The server came up as it was on {until:%d %B %Y, %H:%M:%S} UTC.", err=True)
    _tell_of_drill(done)


def _look_through(trial: Config, kept: ledger.Ledger | None, stories: int) -> finishing.Finished:
    """Finish the restore of a drill, and see that the house is sound."""
    house = open_house(trial, finishing=True)
    try:
        done = finishing.finish(
            house.sessions, kept, lambda session: sweep(session, house.derivatives)
        )
        drilling.check_standings(stories, done)
        house.runner.drain()
        _build_index(house)
        with house.sessions() as session:
            drilling.check_inside(session, house.index.trouble(session), house.strays(session))
    finally:
        house.close()
    assert done is not None
    return done


def _tell_of_drill(done: finishing.Finished) -> None:
    taken = sum(done.outcome.kinds.values())
    click.echo(
        f"The drill went well. Stories restored: {done.stories}. Lines of the ledger carried "
        f"out: {taken}. The index was rebuilt, and nothing of the drill is left."
    )
