"""Groups of people, by their names: those that may read a document, and those that a key or a token is for.

What a group is, and who is in it, is for others to know: a site's server says so with the tokens that it mints.
"""

from collections.abc import Iterable

from index.errors import QuothError

MAX_GROUPS = 64  # of a document, a key or a token
MAX_GROUP_CHARS = 128
EVERY_GROUP = "*"  # of a key: all groups there are, also those to come


def checked_groups(names: Iterable[str], of: str, error: type[QuothError]) -> tuple[str, ...]:
    """The groups, each once, in the order of their names. `of` says whose they are: "the key 'site'".

    Raises `error` for too many, and for a name that is blank, too long or not printable, has a comma or white space at
    an end, or is EVERY_GROUP, which no group is called.
    """
    groups = tuple(sorted(set(names)))
    if len(groups) > MAX_GROUPS:
        raise error(f"The groups of {of} are {len(groups)}; at most {MAX_GROUPS} are kept: put some together.")
    for name in groups:
        if why := _fault(name):
            raise error(
                f"The group {name[:80]!r} of {of} {why}: a group's name has 1 to {MAX_GROUP_CHARS} printable "
                "characters, none of them a comma."
            )
    return groups


def can_read(name: str) -> bool:
    """Whether a document may name this group among its readers."""
    return _fault(name) is None


def split_groups(text: str) -> list[str]:
    """The groups in a line, separated by commas: "staff, managers". None in a blank one."""
    return [name.strip() for name in text.split(",")] if text.strip() else []


def _fault(name: str) -> str | None:
    if name == EVERY_GROUP:
        return "would be every group, which only a key may have"
    if not name.strip():
        return "is blank"
    if name != name.strip():
        return "has white space at an end"
    if len(name) > MAX_GROUP_CHARS:
        return f"has {len(name)} characters"
    return None if name.isprintable() and "," not in name else "has a comma or what can't be printed"
