"""What holds for every answer, whatever was asked."""

from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer, Status
from qa.assembly import Engine


def check_promises(engine: Engine, answer: Answer, collection: str = "default") -> None:
    """Every citation and passage slices its document; status, reason and answers agree."""
    with engine.store.view(SEES_ALL) as snapshot:
        for given in answer.answers:
            assert 0 <= given.confidence <= 1
            first = given.citations[0]
            assert given.text == first.quote.exact
            for part in given.parts:
                assert first.start <= part.start < part.end <= first.end
                assert snapshot.document(first.document_id, collection).text[part.start : part.end] == part.text
            for citation in given.citations:
                document = snapshot.document(citation.document_id, collection)
                assert document.text[citation.start : citation.end] == citation.quote.exact
                around = document.text[: citation.start], document.text[citation.end :]
                assert around[0].endswith(citation.quote.prefix)
                assert around[1].startswith(citation.quote.suffix)
                assert citation.quote.exact in citation.sentence
                assert citation.page == document.page_at(citation.start)
                assert citation.section == document.section_at(citation.start)
        for passage in answer.passages:
            document = snapshot.document(passage.document_id, collection)
            assert document.text[passage.start : passage.end] == passage.text
        if near := answer.nearest:
            text = snapshot.document(near.document_id, collection).text
            assert near.start <= near.sentence_start < near.sentence_end <= near.end
            assert text[near.start : near.end] == near.text
            assert text[near.sentence_start : near.sentence_end] == near.sentence
    assert (answer.nearest is None) == bool(answer.answers or not answer.passages)
    assert (answer.message is None) == bool(answer.answers)
    assert (answer.status == Status.ANSWERED) == bool(answer.answers) == (answer.reason is None)
