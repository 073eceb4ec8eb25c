"""The command line, assembled. A command's module is imported when it is run, or shown.

Commands import modules that are slow to import inside functions.
"""

import getpass
import os
from collections import UserDict
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from index.audit import Actor, acting_as
from index.errors import QuothError
from qa.text_format import escape_controls

AUDIT_DAYS = "QUOTH_AUDIT_DAYS"
MODULES = {
    "qa.cli.documents": ("index", "documents", "delete", "rebuild"),
    "qa.cli.syncing": ("sync",),
    "qa.cli.asking": ("ask",),
    "qa.cli.serving": ("serve",),
    "qa.cli.data": ("verify", "repair", "backup", "restore"),
    "qa.cli.copying": ("copy",),
    "qa.evaluation.evaluate_command": ("evaluate",),
    "qa.evaluation.report_commands": ("report", "compare", "export"),
    "qa.evaluation.calibrate_command": ("calibrate",),
    "qa.cli.keys": ("keys",),
    "qa.cli.feedback": ("feedback",),
    "qa.cli.insights": ("insights",),
    "qa.cli.audit": ("audit",),
    "qa.mcp.command": ("mcp",),
}


class _CommandsByName(UserDict[str, Any]):
    """Names of commands → their modules to begin with; what is got is the command itself."""

    def __getitem__(self, name: str) -> click.Command:
        command: click.Command = getattr(import_module(super().__getitem__(name)), name)
        return command


class _Commands(click.Group):
    """Shows Quoth's own errors as one line; other exceptions are defects and keep their traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except QuothError as error:
            raise click.ClickException(escape_controls(str(error))) from error


@click.group(
    cls=_Commands,
    commands=_CommandsByName({name: module for module, names in MODULES.items() for name in names}),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the index [default: QUOTH_DATA or ./.quoth].")
@click.version_option(package_name="quoth")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """Ask questions of your own documents; answers are copied from them and cited.

    \b
    quoth index seeds/                       read documents into ./.quoth
    quoth sync handbook/                     the same, and remove what is gone from the folder
    quoth ask "How big is the reward now?"   answer from the command line
    quoth serve seeds/                       index what is new, then answer over HTTP
    quoth evaluate questions.jsonl           ask them all and measure the answers
    """  # noqa: D301  # click wants the character itself
    ctx.obj = data
    if AUDIT_DAYS in os.environ:
        ctx.with_resource(_acting())


def _acting() -> AbstractContextManager[None]:
    """Inside, changes are written down as made on the command line, by the user of the system."""
    from qa.settings import load_settings

    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a number without a name, as in a container
        user = str(os.getuid())
    days = load_settings().audit_days
    return acting_as(Actor(f"{user} on the command line", days) if days else None)
