"""Limits to a version, an age or the years that something has been so, however they are worded."""

import pytest

from qa.answering.forms.limits import relation_to_limit
from qa.answering.forms.verdicts import beyond_of_yes, verdict_of


@pytest.mark.parametrize(
    ("question", "clause", "relation"),
    [
        # 2.9 is older than 2.10
        ("Can client 2.9 log in?", "Clients of version 2.10 or later can log in.", "beyond"),
        ("Can client 2.11 log in?", "Clients of version 2.10 or later can log in.", "within"),
        ("Can version 3.0 log in?", "Clients of version 2.10 or later can log in.", "within"),
        ("Does it run on Python 3.9?", "Python 3.10 or newer is required.", "beyond"),
        ("Does it run on Python 3.12?", "Python 3.10 or newer is required.", "within"),
        ("I have kernel 4.9, will it run?", "You need a Linux kernel of 4.18 or later.", "beyond"),
        ("Is agent 4.9.6 refused?", "Agents older than 4.9.4 are refused.", "beyond"),
        ("Is agent 4.9.3 refused?", "Agents older than 4.9.4 are refused.", "within"),
        ("I'm on firmware 4.1, does it work?", "It works from firmware 4.2 on.", "beyond"),
        ("Does it work with Node 18.2?", "Node 18.12+ is supported.", "beyond"),
        ("Is version 2.11 supported?", "Versions before 2.10 are not supported.", "beyond"),
        ("Is version 2.10 supported?", "Versions before 2.10 are not supported.", "beyond"),
        ("Is PostgreSQL 12 enough?", "PostgreSQL 13 or later is needed.", "beyond"),
        ("Is version 2 enough?", "Version 2.10 or later is needed.", "unclear"),
        # no versions: 7.25 kg is less than 7.5 kg
        ("Can my bag weigh 7.25 kg?", "Bags may weigh up to 7.5 kg.", "within"),
        ("Can I put 2.10 l into it?", "The tank holds up to 2.5 l.", "within"),
        ("Does version 3 take 12 users?", "Version 3 takes up to 10 users.", "beyond"),
        # ages
        ("Can a 15 year old join?", "Any person who has reached the age of 16 may join.", "beyond"),
        ("Can a 17 year old join?", "Any person who has reached the age of 16 may join.", "within"),
        ("I'm 17, can I drive?", "Whoever has turned 18 may drive.", "beyond"),
        ("I'm 19, can I book a room?", "Whoever is past 21 can book a room.", "beyond"),
        ("Can my 12 year old row?", "From the age of 15 you may row.", "beyond"),
        ("Can my 15 year old fly?", "Students who have completed their 17th year may fly.", "beyond"),
        ("Can my 14 year old come?", "The sauna is open to guests from their 16th birthday on.", "beyond"),
        ("Can my 7 year old swim?", "Children may swim alone once they are 8.", "beyond"),
        ("I'm 17, can I rent a car?", "Persons under the age of 18 can't rent a car.", "within"),
        # "under 14" is not 14
        ("Can my 14 year old use the slide?", "Children under 14 must not use the slide.", "beyond"),
        ("Can my 13 year old use the slide?", "Children under 14 must not use the slide.", "within"),
        ("Does my 6 year old travel free?", "Children under 6 travel free.", "beyond"),
        ("Does my 5 year old travel free?", "Children under 6 travel free.", "within"),
        ("I'm 18, can I buy beer?", "Under 18s can't buy beer.", "beyond"),
        ("Can my child of 110 cm ride?", "Children under 120 cm may not ride.", "within"),
        ("Can I attach a file of 25 MB?", "Files over 25 MB are rejected.", "beyond"),
        ("Can I bring a bag of 10 kg?", "Bags up to 10 kg are allowed.", "within"),
        ("Can I have two guests?", "No more than two guests may stay.", "within"),
        ("Do I need approval for less than 200 km?", "Trips of less than 200 km need no approval.", "within"),
        # years
        ("I've lived here for 2 years, can I apply?", "Anyone who has lived here for five years may apply.", "beyond"),
        ("I've lived here for 6 years, can I apply?", "Anyone who has lived here for five years may apply.", "within"),
        ("I've lived here for 2 years, can I vote?", "Whoever has reached the age of 16 may vote.", None),
        ("Has the boat sailed for 5 years?", "The boat has sailed for ten years.", None),
        # a dose, not the age
        ("I'm 85, may I take 40 mg?", "People above 80 stay at 20 mg.", "unclear"),
    ],
)
def test_where_what_is_asked_lies(question: str, clause: str, relation: str | None) -> None:
    assert relation_to_limit(question, clause) == relation


@pytest.mark.parametrize(
    ("question", "clause", "verdict"),
    [
        ("Can client 2.9 log in?", "Clients of version 2.10 or later can log in.", "no"),
        ("Can a 15 year old join?", "Any person who has reached the age of 16 may become a member.", "no"),
        ("I'm 17, can I take out a card?", "Whoever has turned 18 can take out a card.", "no"),
        ("I'm 19, can I take out a card?", "Whoever has turned 18 can take out a card.", "yes"),
    ],
)
def test_too_old_a_version_and_too_young_a_person_get_a_no(question: str, clause: str, verdict: str) -> None:
    assert verdict_of(question, clause) == verdict


def test_a_yes_that_leaves_the_numbers_out_is_a_no_beyond_the_limit() -> None:
    updated = "Devices with firmware 4.2 or later can be updated over the air."
    assert beyond_of_yes("firmware 4.1, over the air possible?", updated) == "no"
    assert beyond_of_yes("is agent 4.9.6 refused?", "Agents older than 4.9.4 are refused.") is None
    assert beyond_of_yes("are 30 kg free?", "Bags up to 20 kg are free.") is None
