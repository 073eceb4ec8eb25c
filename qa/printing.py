"""Printing of commands: control characters are escaped, so that text of documents can't control the terminal."""

import click

from qa.text_format import escape_controls


def say(text: str, *, err: bool = False) -> None:
    """Print text, to standard error if `err`. Printed JSON keeps its meaning."""
    click.echo(escape_controls(text), err=err)
