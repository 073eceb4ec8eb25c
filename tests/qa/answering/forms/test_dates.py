"""Of several dates in a sentence the one that the question asks for."""

import pytest
from shape_support import shaped

GRANTS = "Applications open on 3 March and close on 14 April. Decisions are sent by 2 June."
POOL = "The pool is open from 7 am to 9 pm, on Sundays from 10:00 until 18:00."
SALE = "Tickets are sold from 3 March for members and from 10 March for guests."
FAIR = "The fair starts on Friday, 1 May 2026, the parade sets off at noon and it all ends on Sunday 3 May 2026."
BOTH = "3 March and close on 14 April"

AQUA = "Aqua fitness takes place on Wednesdays at 7 pm and on Saturdays at 9 am."
CHOIR = "The choir rehearses on Mondays from 7 pm and on Thursdays from 6 pm."
LOCKED = "The gates are locked at 9 pm from April to September and at 6 pm in the other months."
CLOSED = "The gates close at 9 pm in June and at 6 pm in November, the shop closes at 5 pm."
SEASONS = "The heating is switched on at 6 am in winter and in spring at 7 am."
GATES = "The north gate is checked on 3 May and the south gate on 4 May."

MOVES = (
    "Who moves when\nStores: Monday 12 January 2026\nSales, canteen: Friday 16 January\n"
    "The library is the last to go, on 2 and 3 February, because of its shelves.\n"
)


@pytest.mark.parametrize(
    ("question", "text", "span", "date"),
    [
        ("when does the library move", MOVES, "2 and 3 February", "2 and 3 February"),
        ("when does the library move", MOVES, "Friday 16 January", "2 and 3 February"),
        ("i'm in sales, which day do we move over", MOVES, "Friday 16 January", "Friday 16 January"),
        ("which day do the stores move", MOVES, "Friday 16 January", "Monday 12 January 2026"),
        ("when is payday", MOVES, "Friday 16 January", "Friday 16 January"),  # none is named
        ("when does it close", GRANTS, "on 14 April", "14 April"),
        ("until when can I apply?", GRANTS, BOTH, "14 April"),
        ("Until when can I apply?", GRANTS, "3 March", "14 April"),
        ("by when do I have to apply", GRANTS, BOTH, "14 April"),
        ("When is the deadline for applications?", GRANTS, "3 March", "14 April"),
        ("what is the last day to apply", GRANTS, "3 March", "14 April"),
        ("when do applications open?", GRANTS, BOTH, "3 March"),
        ("From when can I apply?", GRANTS, BOTH, "3 March"),
        ("what is the earliest date for an application", GRANTS, "14 April", "3 March"),
        ("from when is it open", POOL, "7 am to 9 pm", "7 am"),
        ("When does the fair end?", FAIR, "1 May 2026", "Sunday 3 May 2026"),
        ("When does the fair start?", FAIR, "on Friday, 1 May 2026", "Friday, 1 May 2026"),
        ("When does the parade set off?", FAIR, "noon", "noon"),
        ("when can guests buy tickets", SALE, "3 March", "10 March"),
        ("When can members buy tickets?", SALE, "3 March for members and from 10 March", "3 March"),
        ("When does the café close?", "The café opens at 10 am and closes at 4 pm.", "10 am", "4 pm"),
        ("When does the café close?", "The café opens at 10 a.m. and closes at 4 p.m.", "10 a.m.", "4 p.m."),
        # nothing tells, or all of it is asked for
        ("when are decisions sent", GRANTS, "2 June", "2 June"),
        ("When can I apply?", GRANTS, BOTH, BOTH),
        ("when are tickets sold", SALE, "3 March", "3 March"),
        ("When is the pool open?", POOL, "7 am to 9 pm", "7 am to 9 pm"),
        ("When is the pool closed?", "The pool is closed from 3 May to 9 May.", "3 May to 9 May", "3 May to 9 May"),
        ("Until when is it closed?", "The pool is closed from 3 May to 9 May.", "3 May to 9 May", "9 May"),
        ("when is the talk", "The hall: 13:00–13:50 for the talk.", "13:00–13:50", "13:00–13:50"),
        ("until when is the talk", "The hall: 13:00–13:50 for the talk.", "13:00–13:50", "13:50"),
        (
            "when was it last changed",
            "It was changed on Oct 29, 2025, 09:15 AM.",
            "Oct 29, 2025, 09:15 AM",
            "Oct 29, 2025, 09:15 AM",
        ),
        ("when is the last day", "Days:\n- 3 May\n- until 5 May", "3 May", "3 May"),
        # times that share their subject
        ("What time is aqua fitness on Saturdays?", AQUA, "9 am", "9 am"),
        (
            "When is aqua fitness?",
            AQUA,
            "on Wednesdays at 7 pm and on Saturdays",
            "on Wednesdays at 7 pm and on Saturdays",
        ),
        ("When does the choir rehearse?", CHOIR, "on Mondays from 7 pm", "on Mondays from 7 pm"),
        ("What time does the choir rehearse on Thursdays?", CHOIR, "7 pm", "6 pm"),
        ("Until when is it open?", "It is open from 7 am to 9 pm, on Sundays until 6 pm.", "7 am to 9 pm", "9 pm"),
        ("When are the gates locked in October?", LOCKED, "at 6 pm in the other months", "at 6 pm in the other months"),
        ("When do the gates close?", CLOSED, "9 pm in June and at 6 pm", "9 pm in June and at 6 pm in November"),
        ("When do the gates close in November?", CLOSED, "9 pm", "6 pm"),
        ("When does the shop close?", CLOSED, "9 pm", "5 pm"),
        (
            "When is the heating switched on?",
            SEASONS,
            "at 6 am in winter and in spring",
            "at 6 am in winter and in spring",
        ),
        ("When is the heating switched on in spring?", SEASONS, "at 6 am", "7 am"),
        ("When is the north gate checked?", GATES, "4 May", "3 May"),
        ("When is the north gate checked?", GATES, "3 May", "3 May"),
        ("Where do I apply until 14 April?", GRANTS, BOTH, BOTH),
        ("How long are applications open?", GRANTS, BOTH, BOTH),
    ],
)
def test_the_date_of_what_is_asked(question: str, text: str, span: str, date: str) -> None:
    found, words = shaped(question, text, span)
    assert words == date
    assert found.start == (text.index(date) if date != span else text.index(span))
