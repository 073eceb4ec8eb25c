"""What is installed here, and what of it others need."""

from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def closure(requirements: set[str]) -> set[str]:
    """The canonical names of all that these need here, with what those need in turn."""
    found: dict[str, set[str]] = {}
    wanted = [Requirement(line) for line in requirements]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        extras = {"", *requirement.extras} - found.setdefault(name, set())
        found[name] |= extras
        for line in distribution(name).requires or [] if extras else []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                wanted.append(needed)
    return set(found)
