"""The command line, assembled. Commands import modules that are slow to import inside functions."""

import getpass
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from index.audit import Actor, acting_as
from index.errors import QuothError
from qa.cli import asking, audit, copying, data, documents, feedback, insights, keys, serving, syncing
from qa.evaluation import calibrate_command, evaluate_command, report_commands
from qa.mcp import command as mcp_command
from qa.text_format import escape_controls

AUDIT_DAYS = "QUOTH_AUDIT_DAYS"


class _Commands(click.Group):
    """Shows Quoth's own errors as one line; other exceptions are defects and keep their traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except QuothError as error:
            raise click.ClickException(escape_controls(str(error))) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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


for _command in (
    *documents.COMMANDS,
    syncing.sync,
    asking.ask,
    serving.serve,
    *data.COMMANDS,
    copying.copy,
    evaluate_command.evaluate,
    report_commands.report,
    report_commands.compare,
    report_commands.export,
    calibrate_command.calibrate,
    *keys.COMMANDS,
    *feedback.COMMANDS,
    *insights.COMMANDS,
    audit.audit,
    mcp_command.mcp,
):
    main.add_command(_command)
