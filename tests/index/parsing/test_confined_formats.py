"""Every format is read where nothing can be opened as it is where everything can."""

from collections.abc import Callable, Iterator

import pytest
from bomb_corpus import bombs
from support import ROOT, SEEDS

from index.errors import DocumentError
from index.formats.base import Parsed
from index.formats.registry import BY_SUFFIX, format_of, parse_bytes
from index.parsing.limits import Limits
from index.parsing.process import ParsingProcess

pytestmark = pytest.mark.slow

DECLARED = b'<meta charset="%b"><title>Bees</title><p>Bees fly from flower to flower, as everyone knows.'
ENCODINGS = ["windows-1252", "iso-8859-15", "shift_jis", "utf-7", "gbk", "koi8-r", "cp037", "idna", "nope"]
FORMATS = [each for each in sorted((ROOT / "tests" / "data" / "formats").iterdir()) if each.suffix in BY_SUFFIX]
DOCUMENTS = {
    **{path.name: (path.read_bytes(), format_of(path.name).media_type) for path in sorted(SEEDS.iterdir())},
    **{path.name: (path.read_bytes(), format_of(path.name).media_type) for path in FORMATS},
    **{f"{each}.html": (DECLARED % each.encode(), "text/html") for each in ENCODINGS},
    **{f"small {b.name}": (b.data, b.media_type) for b in bombs(scale=0.0005) if b.name != "looping.pdf"},
}


@pytest.fixture(scope="module")
def process() -> Iterator[ParsingProcess]:
    process = ParsingProcess(Limits())
    yield process
    process.close()


def read(parse: Callable[[bytes, str, str], Parsed], name: str) -> Parsed | str:
    """The document, or why there is none."""
    try:
        return parse(DOCUMENTS[name][0], name, DOCUMENTS[name][1])
    except DocumentError as error:
        return str(error)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_read_confined_as_it_would_be_here(process: ParsingProcess, name: str) -> None:
    assert read(process.parse, name) == read(parse_bytes, name)
