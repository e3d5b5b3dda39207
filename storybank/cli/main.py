"""The command itself: which commands there are, and how trouble is told."""

from __future__ import annotations

import sys
import traceback
from typing import NoReturn

import click
import sqlalchemy as sa

from storybank.cli import (
    bringing_in,
    choosing,
    exchanging,
    intakes,
    keeping,
    keys,
    looking,
    mailing,
    moving,
    people,
    setting_up,
    suggesting,
    upgrading,
    working,
)
from storybank.errors import StorybankError
from storybank.web import log


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="storybank")
def commands() -> None:
    """Storybank keeps stories, and the consent that travels with them."""


for command in (
    setting_up.init, upgrading.upgrade, setting_up.demo, setting_up.serve, setting_up.check,
    setting_up.routes, people.people, bringing_in.take_in, intakes.list_intakes,
    intakes.undo_intake, suggesting.suggest, exchanging.bring_in, choosing.stop,
    choosing.allow, choosing.erase, looking.search, looking.strays, looking.reindex, mailing.mail,
    keys.rotate_keys, keeping.backup, keeping.restore, moving.move, working.work,
):  # fmt: skip
    commands.add_command(command)


def main() -> NoReturn:
    """Run the command; say trouble in one sentence."""
    log.configure()
    try:
        # Out of its own exits, click gives the code of an Exit back as if it were a result.
        code = commands.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        sys.exit(asked.exit_code)
    except click.UsageError as problem:
        named = problem.ctx.command_path if problem.ctx else "storybank"
        _end(f"{problem.format_message()} See: {named} --help", problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("Stopped. What was said to be done is done; the rest is not.", 130)
    except StorybankError as problem:
        _end(problem.sentence)
    except sa.exc.OperationalError:
        _end("The database does not answer, or is not set up. Run: storybank check")
    except sa.exc.SQLAlchemyError as problem:
        _end(f"The database refused that ({type(problem).__name__}). Run: storybank check")
    except OSError as problem:
        what = f"Cannot use {problem.filename}" if problem.filename else "The machine refused that"
        _end(f"{what}: {problem.strerror or type(problem).__name__}.")
    except UnicodeError:
        _end("What was typed or sent is not in UTF-8. Send it in UTF-8.")
    except Exception as problem:
        # Its message could quote a story, so the kind and the place are told, and no more.
        last = traceback.extract_tb(problem.__traceback__)[-1]
        _end(
            f"This is a fault in Storybank: {type(problem).__name__} at "
            f"{last.filename}:{last.lineno}. Nothing that was not said to be done is done.",
            70,
        )
    sys.exit(code if isinstance(code, int) else 0)


def _end(sentence: str, code: int = 1) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)
