"""Tokens by themselves: what is signed is read again, and nothing else is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from index.keys import Key
from qa.api.errors import UnauthorizedError
from qa.service.auth.tokens import Token, mint, read

KEY = Key(7, "site", frozenset({"ask"}), "", "", b"k" * 32)
OTHER = Key(8, "other", frozenset({"ask"}), "", "", b"o" * 32)
TOKEN = Token(KEY, "https://site.example", "default", frozenset({"crew", "staff"}))
CLAIMS = {"exp": 4_000_000_000, "origin": "https://site.example", "collection": None}
HEAD = {"kid": "7"}


def test_a_token_says_what_it_was_minted_with() -> None:
    signed, ends = mint(TOKEN, 60)
    assert read(signed, [OTHER, KEY]) == TOKEN
    assert 58 < (ends - datetime.now(UTC)).total_seconds() <= 60
    assert jwt.get_unverified_header(signed) == {"alg": "HS256", "kid": "7", "typ": "JWT"}


def test_it_ends() -> None:
    signed, ends = mint(TOKEN, 60, datetime.now(UTC) - timedelta(seconds=61))
    assert ends < datetime.now(UTC)
    with pytest.raises(UnauthorizedError, match="has ended: fetch a new one"):
        read(signed, [KEY])


def test_it_ends_with_its_key() -> None:
    signed, _ = mint(TOKEN, 60)
    for keys in ([], [OTHER]):
        with pytest.raises(UnauthorizedError, match="was revoked"):
            read(signed, keys)


def signed(claims: dict[str, Any] = CLAIMS, secret: bytes = KEY.secret, algorithm: str | None = "HS256",
           headers: dict[str, Any] = HEAD) -> str:  # fmt: skip
    return jwt.encode(claims, secret if algorithm else None, algorithm, headers=headers)


FORGED = {
    "another key's secret": signed(secret=OTHER.secret),
    "no signature": signed(algorithm=None),
    "no signature, by another name": signed().rpartition(".")[0] + ".",
    "another algorithm": signed(algorithm="HS512", secret=b"k" * 64),
    "another's claims": ".".join([signed().split(".")[0], signed({**CLAIMS, "origin": "x"}).split(".")[1], signed().split(".")[2]]),
    "another's number": signed(headers={"kid": "8"}),
    "without an end": signed({"origin": "https://site.example", "collection": None}),
    "without an origin": signed({"exp": 4_000_000_000, "collection": None}),
    "an end that is none": signed({**CLAIMS, "exp": "never"}),
    "cut short": signed()[:-4],
    "a word": "token",
    "nothing": "..",
    "not ASCII": "é.é.é",
}  # fmt: skip


def test_what_was_forged_would_hold_if_it_were_not() -> None:
    assert read(signed(), [KEY]).origin == "https://site.example"


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_no_other_token_is_read(token: str) -> None:
    with pytest.raises(UnauthorizedError, match="neither a key nor a token"):
        read(token, [KEY, OTHER])


@pytest.mark.parametrize("groups", ["staff", {"staff": True}, 7, None, ["staff", 7], [["staff"]]])
def test_groups_that_are_no_list_of_names_are_refused(groups: Any) -> None:
    with pytest.raises(UnauthorizedError, match="The groups of this token are no list of names: mint one with"):
        read(signed({**CLAIMS, "groups": groups}), [KEY])


def test_a_token_from_before_there_were_groups_has_none() -> None:
    assert read(signed(), [KEY]).groups == frozenset()
