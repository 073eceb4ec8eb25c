"""Greetings and thanks are answered as such, questions that begin with one are not."""

import pytest

from qa.answering.greetings import GREETED, PARTED, THANKED, reply_to


@pytest.mark.parametrize(
    "message",
    ["hi", "Hello!", "hey there", "Good morning, all", "good morning all", "morning all", "hello, how are you?",
     "hello, are you there?", "Hey!! Anyone there?", "good evening to you all", "Hi team", "hello again", "what’s up"],
)  # fmt: skip
def test_a_greeting(message: str) -> None:
    assert reply_to(message) == GREETED


@pytest.mark.parametrize(
    "message",
    ["thanks", "Thank you so much!", "ok, thanks", "Great, thank you for your help", "Thanks, that helped",
     "thanks, very helpful", "Thank you, that's all", "No, that’s all. Thanks!", "hi, thanks", "cheers mate",
     "great, thank you so much!", "Thank you very much for your help today", "that answers my question, thank you",
     "You're the best, thanks 😊", "thank you for the quick answer", "ok", "okay great", "much appreciated"],
)  # fmt: skip
def test_thanks(message: str) -> None:
    assert reply_to(message) == THANKED


@pytest.mark.parametrize(
    "message",
    ["bye", "Goodbye!", "Have a nice day", "ok thx bye", "thanks a lot, bye!", "see you tomorrow", "bye-bye",
     "Good night everyone", "much appreciated, have a great weekend!"],
)  # fmt: skip
def test_a_farewell(message: str) -> None:
    assert reply_to(message) == PARTED


@pytest.mark.parametrize(
    "message",
    ["hi, when does it open?", "Thanks to whom was it built?", "thank you letter deadline", "hello world program",
     "What is a greeting?", "good morning shift hours", "Hi-fi repair", "Thanks. When does the pool open?",
     "hi, what is the wifi password", "thanks for the refund how long does it take", "Thanks, and the sauna?",
     "thanks for the info, what about children?", "that helps how much?", "Is anyone there on Sundays?",
     "what's up with the lift?", "see you at the gate?", "Good Friday opening hours", "bye laws", "yo-yo", "no", "all",
     "great hall capacity", "Have a nice day care centre address", "👋", ""],
)  # fmt: skip
def test_a_question_is_none_of_these(message: str) -> None:
    assert reply_to(message) is None
