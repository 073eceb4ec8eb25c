"""What many documents say in the same words fills one place; records that differ in what is asked keep theirs."""

from dataclasses import dataclass

import pytest

from index.documents import Document
from index.language.english import ENGLISH
from index.retrieval.distinct import Distinct
from index.retrieval.stage import Candidates, Search
from index.storage.base import Filter, StoredChunk
from index.storage.principals import SEES_ALL
from qa.assembly import Engine, filter_of
from qa.settings import load_settings


@dataclass
class Texts:
    """A view of the chunks below, each of a document of its own unless `document` says another."""

    document: str = ""

    def chunks(self, keys) -> dict[int, StoredChunk]:
        return {key: StoredChunk(key, self.document or f"{key}.md", 0, 1, CHUNKS[key], "") for key in keys}


CHUNKS = {
    1: "Lamp 3 has a cable of 2 metres. Refunds are quick. Ask at the desk.",
    2: "Lamp 4 has a cable of 3 metres. Refunds are quick. Ask at the desk.",
    3: "Send it back with the bill.",
    4: "Lamp 5 has no cable. Refunds are quick. Ring the bell.",
    5: "Send it back with the bill.",
}


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("How do I get a refund?", (1, 3, 4)),  # 2 says what 1 says; 4 goes on otherwise, 5 is a copy of 3
        ("Which lamp has 3 metres of cable?", (1, 2, 3, 4)),
        ("Why?", (1, 2, 3, 4)),  # no word to go by: only copies are left out
    ],
)
def test_of_those_that_say_the_same_the_best_is_kept(question: str, kept: tuple[int, ...]) -> None:
    candidates = Candidates(tuple(CHUNKS), {"dense": {key: 1.0 / key for key in CHUNKS}})
    after = Distinct().apply(Search(Texts(), None, ENGLISH, question, Filter(), 7), candidates)
    assert after.keys == kept
    assert after.signals == candidates.signals


def test_no_more_than_are_wanted_are_compared() -> None:
    search = Search(Texts(), None, ENGLISH, "How do I get a refund?", Filter(), 2)
    assert Distinct().apply(search, Candidates(tuple(CHUNKS))).keys == (1, 3)


def test_chunks_of_one_document_are_all_kept() -> None:
    search = Search(Texts("all.md"), None, ENGLISH, "How do I get a refund?", Filter(), 7)
    assert Distinct().apply(search, Candidates(tuple(CHUNKS))).keys == tuple(CHUNKS)


def test_one_notice_on_thirty_pages_leaves_room_for_the_page_that_answers(tmp_path) -> None:
    notice = "Refunds are handled with care. Whoever wants a refund reads our page on refunds."
    documents = [Document(f"{n}.md", f"Lamp {n}", f"Lamp {n} has a cable.\n\n{notice}") for n in range(30)]
    back = Document("back.md", "Money back", "We pay back the whole price of a lamp within 14 days.")
    engine = Engine(load_settings(data=tmp_path), writing=True)
    list(engine.indexer.add_all([*documents, back], "default"))
    passages = engine.search(SEES_ALL, "How long does a refund take?", filter_of()).passages
    engine.close()
    assert [passage.document_id for passage in passages if passage.document_id == "back.md"] == ["back.md"]
    assert len(passages) == 2
