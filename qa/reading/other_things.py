"""What in a passage is said of another thing than the one that a question is about: each rule has a file of its own.

A guard closes these ranges, so that no answer is taken from them (see `guards.py`).
"""

from collections.abc import Iterator

from qa.reading.ages import of_ages
from qa.reading.codes import of_other_codes
from qa.reading.commented_settings import of_commented_settings
from qa.reading.contrasts import of_contrasts
from qa.reading.dated_sections import of_other_dates
from qa.reading.denied_lists import of_denied_lists
from qa.reading.makers import of_subjects
from qa.reading.namesakes import of_namesakes
from qa.reading.other_measures import of_other_measures
from qa.reading.other_topics import of_other_topics
from qa.reading.other_vehicles import of_other_vehicles
from qa.reading.owners import of_other_actions
from qa.reading.pointers import of_pointers
from qa.reading.roles import of_other_roles
from qa.reading.shortcodes import of_shortcodes
from qa.reading.since import of_times
from qa.reading.unasked_columns import of_unasked_columns
from qa.reading.versions import of_other_versions

Range = tuple[int, int]

_BY_PASSAGE = (
    of_commented_settings,
    of_pointers,
    of_denied_lists,
    of_other_measures,
    of_subjects,
    of_times,
    of_other_topics,
    of_other_vehicles,
    of_ages,
)
_BY_CONTEXT = (
    of_contrasts,
    of_other_roles,
    of_other_actions,
    of_other_codes,
    of_other_versions,
    of_other_dates,
    of_namesakes,
    of_unasked_columns,
)


def of_other_things(question: str, passage: str, context: str) -> Iterator[Range]:
    """The slices of the passage, `context` above it, that are said of another thing than the question's."""
    yield from of_shortcodes(passage)
    for told_by_passage in _BY_PASSAGE:
        yield from told_by_passage(question, passage)
    for told_by_context in _BY_CONTEXT:
        yield from told_by_context(question, passage, context)
