"""A language is one file: the toy one here adds that file and its lines in the registry, and the rest reads it."""

import importlib.util
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support import copy_of_the_packages

from index.chunking import chunk
from index.language.base import Language
from index.retrieval.query_words import query_words
from qa.answering.answer_equivalence import contradict, same_fact
from qa.answering.answer_normalization import canonical
from qa.answering.follow_up import is_follow_up, rewrite
from qa.answering.questions import Turn
from qa.citing import sentence_around

pytestmark = pytest.mark.slow

TOY = '''"""Esperanto, as much of it as a test needs."""

import re

from index.language.base import Answers, FollowUps, Language, Messages, Numbers, Sentences, words

_DIGITS = {"du": "2", "tri": "3", "kvin": "5"}

ESPERANTO = Language(
    code="eo",
    name="Esperanto",
    messages=Messages("Nenio.", "Neniu respondas.", "Tro malcerte.", "Ili ne konsentas:", "Vidu {link}.", "paĝo {number}"),
    stop_words=words("la kaj en kiu kiam estas"),
    articles=words("la"),
    sentences=Sentences(abbreviations=("S-ro",)),
    numbers=Numbers(
        digits_of=lambda text: re.sub(r"[a-z]+", lambda match: _DIGITS.get(match[0], match[0]), text),
        months=("januaro", "februaro", "marto", "aprilo", "majo"),
        of_dates=words("de"),
        scales={"milionoj": 10**6},
        unit_of=lambda word: word.removesuffix("j"),
    ),
    answers=Answers(turning=words("sen"), linking=words("en de"), titles=words("sinjoro")),
    follow_ups=FollowUps(openers=words("kaj"), persons=words("li ŝi")),
)
'''
TEXT = "S-ro. Vask alvenis la 3an. Li restis kvin tagojn. Poste li foriris."


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_of_the_packages(tmp_path_factory.mktemp("toy-language"))
    (root / "index/language/esperanto.py").write_text(TOY)
    registry = root / "index/language/registry.py"
    text = registry.read_text().replace("= (ENGLISH,)", "= (ENGLISH, ESPERANTO)")
    line = "from index.language.english import ENGLISH\n"
    registry.write_text(text.replace(line, f"{line}from index.language.esperanto import ESPERANTO\n"))
    (root / "notes").mkdir()
    (root / "notes/vask.txt").write_text(TEXT)
    return root


@pytest.fixture(scope="module")
def toy(root: Path) -> Language:
    spec = importlib.util.spec_from_file_location("toy_language", root / "index/language/esperanto.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    language: Language = module.ESPERANTO
    return language


def test_texts_are_cut_and_cited_by_its_sentences(toy: Language) -> None:
    start = TEXT.index("alvenis")
    first, last = sentence_around(TEXT, start, start + 7, toy)
    assert TEXT[first:last] == "S-ro. Vask alvenis la 3an."
    first, last = sentence_around(TEXT, start, start + 7)  # in English "S-ro." may end a sentence
    assert TEXT[first:last] == "Vask alvenis la 3an."
    chunks = chunk(TEXT, lambda text: len(text.split()), size=9, overlap=0, language=toy)
    assert [TEXT[c.start : c.end] for c in chunks] == [TEXT[:49], TEXT[50:]]


def test_answers_are_compared_by_its_numbers_dates_and_names(toy: Language) -> None:
    assert canonical("la 3 de majo 2024", toy) == ("3", "majo", "2024")
    assert canonical("kvin milionoj da eŭroj", toy) == ("5000000", "da", "eŭroj")
    assert canonical("tri tagoj", toy) == ("3", "tago")
    assert same_fact("2024-05-03", "la 3 de majo 2024", toy)
    assert contradict("2 majo", "la 3 majo", toy)
    assert same_fact("Vask", "Sinjoro Vask", toy)
    assert not same_fact("Vask", "sen Vask", toy)


def test_questions_are_searched_for_and_completed_by_its_words(toy: Language) -> None:
    assert query_words("Kiu estas la kapitano?", toy.stop_words) == ["kapitano"]
    assert is_follow_up("Kaj kiam?", toy)
    assert rewrite("Kiam li foriris?", [Turn("Kiu estas Vask?")], toy) == "Kiu estas Vask? Kiam li foriris?"
    assert not is_follow_up("Kiam foriris Vask?", toy)


def quoth(root: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "qa.cli", "--data", "data", *arguments]
    return subprocess.run(
        command, cwd=root, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=600
    )


def test_an_index_is_made_in_it_and_refused_by_another(root: Path) -> None:
    made = quoth(root, "index", "notes", QUOTH_LANGUAGE="eo")
    assert (made.returncode, made.stdout) == (0, "added      notes/vask.txt  1 chunk\n1 added  (data)\n"), made.stderr
    connection = sqlite3.connect(root / "data/quoth.sqlite3")
    ((statement,),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'words_1'")
    assert "tokenize = 'unicode61'" in statement
    connection.close()
    refused = quoth(root, "ask", "Who is Vask?")
    assert refused.returncode == 1
    assert "was made with language 'eo' (here 'en'). Set them as they were, or run `quoth rebuild`" in refused.stderr


def test_one_collection_is_made_in_it_and_refused_by_another(root: Path) -> None:
    both = {"QUOTH_COLLECTION_LANGUAGES": "notoj=eo"}
    for name in ("default", "notoj"):
        made = quoth(root, "--data", "both", "index", "notes", "--collection", name, **both)
        assert made.returncode == 0, made.stderr
    connection = sqlite3.connect(root / "both/quoth.sqlite3")
    query = """SELECT collection, sql FROM word_indexes JOIN sqlite_schema ON name = 'words_' || number ORDER BY 1"""
    tokenizers = {name: sql.partition("tokenize = ")[2].split("\n")[0] for name, sql in connection.execute(query)}
    connection.close()
    assert tokenizers == {"default": "'porter unicode61'", "notoj": "'unicode61'"}
    refused = quoth(root, "--data", "both", "ask", "Who is Vask?")
    assert refused.returncode == 1
    assert "was made with language 'eo' for the collection 'notoj' (here 'en'). Set them as they were" in refused.stderr


def test_an_unknown_one_is_refused_with_the_known_ones(root: Path) -> None:
    refused = quoth(root, "documents", QUOTH_LANGUAGE="tlh")
    assert refused.returncode == 1
    assert "QUOTH_LANGUAGE is 'tlh'" in refused.stderr
    assert "there is no language 'tlh': known are en (English), eo (Esperanto)." in refused.stderr
