"""When something is: a time with its day, and nothing but the time."""

import pytest
from shape_support import shaped

BINS = "Full bins are collected on Wednesdays between 9 and 11 a.m.; register them by Tuesday noon."
DIARY = """DATES

  Fri 25 Sept       Coffee morning (no nuts)
  Sat 28 Nov        Christmas fair, 11 am - 2 pm, hall
  Fri 18 Dec        Term ends at 1.30 pm
"""
SHOW = "**Lost on the Bar** is on until 1 November, sail loft, 2nd floor, included in the ticket."


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("When are bins collected?", BINS, "between 9 and 11 a.m", "on Wednesdays between 9 and 11 a.m."),
        ("What time are bins collected?", BINS, "between 9 and 11 a.m", "between 9 and 11 a.m."),
        ("When is the Christmas fair?", DIARY, "11 am - 2 pm", "Sat 28 Nov        Christmas fair, 11 am - 2 pm"),
        ("When does term end?", DIARY, "1.30 pm", "Fri 18 Dec        Term ends at 1.30 pm"),
        ("At what time is the fair?", "- Sat 28 Nov: Christmas fair, 11 am\n", "11 am", "11 am"),
        ("till when is Lost on the Bar on", SHOW, "1 November, sail loft, 2nd floor", "1 November"),
        ("where is Lost on the Bar", SHOW, "1 November, sail loft, 2nd floor", "1 November, sail loft, 2nd floor"),
        ("When is the talk?", "It is on 3 May, at noon.", "3 May, at noon", "3 May, at noon"),
        ("When do we pay?", "Pay by 3 May, if you can.", "3 May, if you can", "3 May, if you can"),
        ("When is it open?", "It is open from 9 to 5, on Mondays to 8.", "from 9 to 5", "from 9 to 5"),
        ("When is it open?", "- Monday: 9 to 5\n- Tuesday: 10 to 4\n", "10 to 4", "Tuesday: 10 to 4"),
        ("When is it?", "The fair is on 28 May. It opens at 11 am.", "11 am", "11 am"),
        ("When is it?", "It is on 3 May, at 6 pm.", "6 pm.", "on 3 May, at 6 pm"),
        ("When is it?", "It is on 3 May, at 11 a.m.", "11 a.m", "on 3 May, at 11 a.m."),
        ("When was it?", "In May 40 boats came.", "40", "40"),
    ],
)
def test_a_time_is_given_with_its_day_and_without_more(question: str, text: str, span: str, words: str) -> None:
    assert shaped(question, text, span)[1] == words


@pytest.mark.parametrize(
    ("text", "span", "words"),
    [
        ("Choir is every other Tuesday at 1:15 pm.", "1:15 pm", "every other Tuesday at 1:15 pm"),
        ("Choir is each Friday at 6 pm.", "6 pm", "each Friday at 6 pm"),
        ("Choir is Tuesdays and Thursdays at 8 pm.", "8 pm", "Tuesdays and Thursdays at 8 pm"),
        ("Choir is on Mon, Wed and Fri, 8 pm.", "8 pm", "on Mon, Wed and Fri, 8 pm"),
        ("Open from Monday to Friday at 8 am.", "8 am", "from Monday to Friday at 8 am"),
        ("Open Mon–Fri from 8 am to 5 pm.", "from 8 am to 5 pm", "Mon–Fri from 8 am to 5 pm"),
        ("It is on the first Monday of every month at 2 pm.", "at 2 pm", "on the first Monday of every month at 2 pm"),
        ("It is the last Sunday at 3 pm.", "3 pm", "the last Sunday at 3 pm"),
        ("It is on weekdays at 5 pm.", "5 pm", "on weekdays at 5 pm"),
        ("It is daily at 5 pm.", "5 pm", "daily at 5 pm"),
        ("Daily at 5 pm we have tea.", "5 pm", "Daily at 5 pm"),
        ("Every 2nd and 4th Friday at 5 pm.", "5 pm", "Every 2nd and 4th Friday at 5 pm"),
        ("It is on 3 May at 5 pm.", "5 pm", "on 3 May at 5 pm"),
        # of another thing
        ("Tea is on Monday and choir on Tuesday at 8 pm.", "8 pm", "on Tuesday at 8 pm"),
        ("It ends at 5 pm, every day but Sunday.", "5 pm", "5 pm"),
        ("There we sat at 5 pm.", "5 pm", "5 pm"),
        ("The second of them is at 5 pm.", "5 pm", "5 pm"),
    ],
)
def test_a_time_is_given_with_all_of_its_days(text: str, span: str, words: str) -> None:
    assert shaped("When is it?", text, span)[1] == words


FERRY = """From April to October the ferry sails at 6, 9 and 18. From May to June the bus runs every two hours from 6 to 20.
Between November and March the shop is shut. On weekdays we open at 9 and close at 18. From June to August a seat costs 9 euros.
"""


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("And when does it sail in summer?", "From April to October", "at 6, 9 and 18"),
        ("when does the bus run in spring", "From May to June", "every two hours from 6 to 20"),
        ("When does the summer timetable apply?", "From April to October", "From April to October"),
        ("when does the ferry sail", "From April to October", "From April to October"),
        ("when is the shop shut in winter", "Between November and March", "Between November and March"),
        ("when do you open on weekdays", "weekdays", "at 9"),
        ("When do you close on weekdays?", "On weekdays", "at 18"),
        ("when is there a seat in summer", "From June to August", "From June to August"),
    ],
)
def test_a_period_that_is_named_is_answered_by_its_times(question: str, span: str, words: str) -> None:
    assert shaped(question, FERRY, span)[1] == words
