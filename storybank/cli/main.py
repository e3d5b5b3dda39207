"""The command itself: which commands there are, and how trouble is told."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
import sqlalchemy as sa

from storybank.cli import bringing_in, choosing, looking, people, setting_up
from storybank.errors import StorybankError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="storybank")
def commands() -> None:
    """Storybank keeps stories, and the consent that travels with them."""


for command in (
    setting_up.init, setting_up.demo, setting_up.serve, setting_up.check, setting_up.routes,
    people.people, bringing_in.take_in, bringing_in.suggest, choosing.stop, choosing.allow,
    looking.search, looking.strays, looking.reindex,
):  # fmt: skip
    commands.add_command(command)


def main() -> NoReturn:
    """Run the command; say trouble in one sentence."""
    try:
        commands.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("Stopped. What was said to be done is done; the rest is not.", 130)
    except BrokenPipeError:
        # The reader of our output went away (head, less): nothing is wrong.
        sys.stderr.close()
        sys.exit(0)
    except StorybankError as problem:
        _end(problem.sentence)
    except sa.exc.OperationalError:
        _end("The database does not answer, or is not set up. Run: storybank check")
    except sa.exc.SQLAlchemyError as problem:
        _end(f"The database refused that ({type(problem).__name__}). Run: storybank check")
    except (PermissionError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as problem:
        _end(f"Cannot use {problem.filename}: {problem.strerror}.")
    except OSError as problem:
        _end(f"The machine refused that: {problem.strerror or type(problem).__name__}.")
    sys.exit(0)


def _end(sentence: str, code: int = 1) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)
