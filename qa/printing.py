"""How commands print: nothing of what documents say makes the terminal do something."""

import click

from qa.text_format import escape_controls


def say(text: str, *, err: bool = False) -> None:
    """Print lines, to standard error if `err`. JSON stays the same JSON."""
    click.echo(escape_controls(text), err=err)
