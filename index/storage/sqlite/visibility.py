"""The rules of a principal as SQL conditions."""

import json

from index.storage.principals import Principal, Rule

# Whether a document's metadata has the name with one of the values, or doesn't have the name. An older Quoth stored NaN
# and infinity, so not all metadata is valid JSON; and true isn't 1
_HAS = """EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(metadata) THEN metadata END) AS has,
        json_each(:{values}) AS wanted WHERE has.key = :{name} AND has.value = wanted.value
        AND (has.type IN ('true', 'false')) = (wanted.type IN ('true', 'false')))"""
_LACKS = """NOT EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(metadata) THEN metadata END) AS has
        WHERE has.key = :{name})"""
_NAMED = "SELECT 1 FROM document_readers AS named WHERE named.document = {key}"
_HAS_THEM = f"EXISTS ({_NAMED} AND named.reader IN (SELECT value FROM json_each(:{{groups}})))"  # noqa: S608  # ours
# Whether a collection has a document that names readers, but none of their groups
HIDDEN_BY_GROUPS = f"""SELECT EXISTS (SELECT 1 FROM document_readers JOIN main.documents ON key = document
    WHERE collection = :collection AND NOT {_HAS_THEM.format(key="key", groups="groups")})"""  # noqa: S608


def only_seen(principal: Principal) -> tuple[str, dict[str, str]]:
    """(SQL to put in front of a SELECT, its values), so that `documents` has only those that a principal may see.

    The SQL is a `WITH` clause that shadows the table `documents` in this one statement, so that no query can forget it.
    Without rules it is empty.
    """
    conditions: list[str] = []
    values: dict[str, str] = {}
    for number, rule in enumerate(principal.rules):
        _add(rule, f"rule_{number}", conditions, values)
    if not conditions:
        return "", {}
    return f"WITH documents AS (SELECT * FROM main.documents WHERE {' AND '.join(conditions)}) ", values  # noqa: S608


def groups_of(principal: Principal) -> list[str]:
    """The groups of each rule that has any, as the value `groups` of HIDDEN_BY_GROUPS."""
    return [json.dumps(sorted(rule.groups)) for rule in principal.rules if rule.groups is not None]


def _add(rule: Rule, prefix: str, conditions: list[str], values: dict[str, str]) -> None:
    """Add the conditions of a rule and their values, whose names begin with `prefix`."""
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
    if rule.groups is not None:
        groups = f"{prefix}_groups"
        values[groups] = json.dumps(sorted(rule.groups))
        conditions.append(f"(NOT EXISTS ({_NAMED.format(key='key')}) OR {_HAS_THEM.format(key='key', groups=groups)})")
