"""A setting in a comment isn't what holds, where another line sets it."""

import pytest

from qa.reading.commented_settings import of_commented_settings

YAML = "# host: old-relay.elm.example\nhost: relay4.elm.example\nport: 587\n"


def closed(question: str, passage: str) -> list[str]:
    return [passage[slice(*place)] for place in of_commented_settings(question, passage)]


@pytest.mark.parametrize(
    ("passage", "comments"),
    [
        (YAML, ["# host: old-relay.elm.example"]),
        ("; retries = 3\nretries = 5\n", ["; retries = 3"]),
        ("server:\n  port: 8081\n  #port: 8080\n", ["  #port: 8080"]),
        ("// cache=off\nCache=on\n", ["// cache=off"]),
        ("ttl: 60  # was 30, doubled in May\n", ["  # was 30, doubled in May"]),
        ("# debug: true\nport: 80\n", []),  # all there is on it
        ("# seconds until a client is dropped\nidle_timeout = 75\n", []),
        ("# Fees\n\nfees: 7 crowns\n", []),
        ("port = 80  # the load balancer's\n", []),
        ("--depth=3 sets the depth.\ndepth=4 is common.\n", []),
    ],
)
def test_what_a_comment_sets_again(passage: str, comments: list[str]) -> None:
    assert closed("What is it set to?", passage) == comments


@pytest.mark.parametrize(
    "question", ["What was the host before?", "Which host is in the comment?", "What is the default host?"]
)
def test_a_question_on_what_a_comment_tells(question: str) -> None:
    assert closed(question, YAML) == []
