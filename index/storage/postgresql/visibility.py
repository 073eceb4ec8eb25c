"""What a principal may see, as SQL."""

import json
from typing import Any

from index.storage.postgresql.place import Place
from index.storage.principals import Principal, Rule

# Of a document's metadata: whether it has the name with one of the values. As jsonb true isn't 1, and 1.0 is
_HAS = "metadata::jsonb -> %({name})s = ANY (%({values})s::jsonb[])"
_LACKS = "NOT metadata::jsonb ? %({name})s"


def only_seen(principal: Principal, place: Place) -> tuple[str, dict[str, Any]]:
    """What to put in front of a SELECT, and its values, so that its `documents` are those that a principal may see.

    Where there are no rules it is empty. It hides the table behind a query of the same name for this one statement, so
    that no query can forget about it.
    """
    conditions: list[str] = []
    values: dict[str, Any] = {}
    for number, rule in enumerate(principal.rules):
        _add(rule, f"rule_{number}", conditions, values)
    if not conditions:
        return "", {}
    seen = f"SELECT * FROM {place.identifier}.documents WHERE {' AND '.join(conditions)}"  # noqa: S608  # quoted
    return f"WITH documents AS ({seen}) ", values


def _add(rule: Rule, prefix: str, conditions: list[str], values: dict[str, Any]) -> None:
    if rule.collections is not None:
        values[prefix] = sorted(rule.collections)
        conditions.append(f"collection = ANY (%({prefix})s)")
    for number, (name, admitted) in enumerate(rule.metadata.items()):
        name_at, values_at = f"{prefix}_name_{number}", f"{prefix}_values_{number}"
        values[name_at] = name
        values[values_at] = [json.dumps(value) for value in admitted if value is not None]
        condition = _HAS.format(name=name_at, values=values_at)
        if None in admitted:
            condition = f"({condition} OR {_LACKS.format(name=name_at)})"
        conditions.append(condition)
    if rule.groups is not None:
        values[f"{prefix}_groups"] = sorted(rule.groups)
        conditions.append(f"(readers = '{{}}' OR readers && %({prefix}_groups)s::text[])")
