"""What streaming and OpenAI's protocol cost beside `/v1/search` and `/v1/ask`: one server, everything asked in turn.

    python tests/benchmarks/protocols.py > protocols.json          some minutes on two cores
    python tests/benchmarks/protocols.py --questions 8 --rounds 1

A stream is read to its end, so that it leaves no work to the next question; how long its first event took is told apart.
"""

import argparse
import statistics
import time
from collections import defaultdict
from typing import Any

import httpx
from common import milliseconds, report, seconds, served
from quality import gold_questions
from speed import seeds_folder

Taken = dict[str, float]


def main() -> None:
    """Serve the seeds, ask, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--questions", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    questions = [gold.question for gold in gold_questions()][: options.questions]
    with served(seeds_folder()) as (_, url), httpx.Client(base_url=url, timeout=60) as client:
        rounds = [[one_round(client, question) for _ in range(1 + options.rounds)][1:] for question in questions]
    report({"questions": len(questions), "rounds": options.rounds, **figures(list(map(medians, rounds)))})


def one_round(client: httpx.Client, question: str) -> Taken:
    """Seconds of each way to ask one question."""
    plain = {"question": question}
    chat = {"model": "quoth", "messages": [{"role": "user", "content": question}]}
    taken = {
        name: seconds(lambda path=path, body=body: client.post(path, json=body).raise_for_status())
        for name, path, body in [
            ("search", "/v1/search", plain),
            ("ask", "/v1/ask", plain),
            ("chat", "/v1/chat/completions", chat),
        ]
    }
    taken["first_passages"], taken["stream"] = streamed(client, "/v1/ask/stream", plain)
    _, taken["chat_stream"] = streamed(client, "/v1/chat/completions", {**chat, "stream": True})
    return taken


def streamed(client: httpx.Client, path: str, body: dict[str, Any]) -> tuple[float, float]:
    """Seconds until the first event is there whole, and until the last is."""
    began, first, received = time.perf_counter(), None, b""
    with client.stream("POST", path, json=body) as response:
        for piece in response.raise_for_status().iter_raw():
            received += piece
            if first is None and b"\n\n" in received:
                first = time.perf_counter() - began
    assert first is not None
    return first, time.perf_counter() - began


def medians(rounds: list[Taken]) -> Taken:
    """Of each way, over the rounds of one question; and of the differences and ratios, each within a round."""
    values = defaultdict(list)
    for taken in rounds:
        for name, each in taken.items():
            values[name].append(each)
        values["first_passages_by_search"].append(taken["first_passages"] / taken["search"])
        for name in ("stream", "chat", "chat_stream"):
            values[f"{name}_over_ask"].append(taken[name] - taken["ask"])
    return {name: statistics.median(each) for name, each in values.items()}


def figures(questions: list[Taken]) -> dict[str, Any]:
    """Medians over the questions."""
    values = {name: [taken[name] for taken in questions] for name in questions[0]}
    by_search = values.pop("first_passages_by_search")
    return {
        **{name: milliseconds(each) for name, each in values.items()},
        "first_passages_by_search": round(statistics.median(by_search), 3),
    }


if __name__ == "__main__":
    main()
