"""What a principal may see, as SQL."""

import json

from index.storage.principals import Principal, Rule

# Of a document's metadata: whether it has the name with one of the values. What an earlier Quoth let in as metadata
# isn't always JSON (NaN and infinity aren't), and true isn't 1
_HAS = """EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(metadata) THEN metadata END) AS has,
        json_each(:{values}) AS wanted WHERE has.key = :{name} AND has.value = wanted.value
        AND (has.type IN ('true', 'false')) = (wanted.type IN ('true', 'false')))"""
_LACKS = """NOT EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(metadata) THEN metadata END) AS has
        WHERE has.key = :{name})"""


def only_seen(principal: Principal) -> tuple[str, dict[str, str]]:
    """What to put in front of a SELECT, and its values, so that its `documents` are those that a principal may see.

    Where there are no rules it is empty. It hides the table behind a view of the same name for this one statement, so
    that no query can forget about it.
    """
    conditions: list[str] = []
    values: dict[str, str] = {}
    for number, rule in enumerate(principal.rules):
        _add(rule, f"rule_{number}", conditions, values)
    if not conditions:
        return "", {}
    return f"WITH documents AS (SELECT * FROM main.documents WHERE {' AND '.join(conditions)}) ", values  # noqa: S608


def _add(rule: Rule, prefix: str, conditions: list[str], values: dict[str, str]) -> None:
    if rule.collections is not None:
        values[prefix] = json.dumps(sorted(rule.collections))
        conditions.append(f"collection IN (SELECT value FROM json_each(:{prefix}))")  # noqa: S608  # ours
    for number, (name, admitted) in enumerate(rule.metadata.items()):
        name_at, values_at = f"{prefix}_name_{number}", f"{prefix}_values_{number}"
        values[name_at] = name
        values[values_at] = json.dumps([value for value in admitted if value is not None])
        condition = _HAS.format(name=name_at, values=values_at)
        if None in admitted:
            condition = f"({condition} OR {_LACKS.format(name=name_at)})"
        conditions.append(condition)
