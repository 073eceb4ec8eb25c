"""Greetings and thanks are answered as such, questions that begin with one are not."""

import pytest

from qa.answering.greetings import GREETED, PARTED, THANKED, reply_to


@pytest.mark.parametrize("message", ["hi", "Hello!", "hey there", "Good morning, all", "hello, how are you?"])
def test_a_greeting(message: str) -> None:
    assert reply_to(message) == GREETED


@pytest.mark.parametrize("message", ["thanks", "Thank you so much!", "ok, thanks", "Great, thank you for your help"])
def test_thanks(message: str) -> None:
    assert reply_to(message) == THANKED


@pytest.mark.parametrize("message", ["bye", "Goodbye!", "Have a nice day"])
def test_a_farewell(message: str) -> None:
    assert reply_to(message) == PARTED


@pytest.mark.parametrize(
    "message",
    ["hi, when does it open?", "Thanks to whom was it built?", "thank you letter deadline", "hello world program",
     "What is a greeting?", "good morning shift hours", "Hi-fi repair"],
)  # fmt: skip
def test_a_question_is_none_of_these(message: str) -> None:
    assert reply_to(message) is None
