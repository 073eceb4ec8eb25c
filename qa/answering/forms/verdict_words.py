"""Words that tell yes from no: classes of words, and pairs of opposites.

"charge~" stands for charge, charges, charged and charging, "preserv*" for every word that begins so, "as_well" for a
phrase. A class that begins with "q_" is looked for in the question, others in the clause.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HARM = """problem~ problematic troubl* wrong weird rude strange odd bad worse lose loses losing lost loss break breaks
breaking broke broken fail~ failure unsafe danger* risk~ risky harm~ harmful hurt hurts damag* hack~ leak~ breach*
block~ suffer~ delete~ wipe~ throw throws throwing thrown erase~ vanish* disappear* bug bugs crash~ crashes affect~
disturb* mess messes interfer* conflict~ protest~ object objects objected objection objections outage outages downtime
crime crimes criminal illegal fired punish* penal* fined sue sued refus* reject~ declin* deny denies denied late expire~
expir* cancel* terminat* drop drops dropped suspend~ ban bans banned forbid* prohibit* exclu* annoy* upset matter~
difference mistake mistakes error~ complain~ liable blame~ offen* stuck slow* delay~ miss misses missed missing void*
forfeit~ invalid* too_late too_old too_new too_young too_long too_short too_many too_few too_big too_small too_early
too_much too_little locked_out left_out hard harder difficult*"""

CLASSES = {
    # The whole of something: rules seldom say so much
    "q_whole": """only just all every each always everybody everyone everything everywhere same final fixed forever
for_good for_ever for_sure for_life in_stone exhaustive complete completely entire entirely fully absolutely definitely
certain certainly guarantee~ straight_away right_away immediately instantly at_once as_soon_as alone myself itself
yourself ourselves himself herself themselves on_my_own on_its_own on_our_own on_their_own enough exactly purely
outright never permanent permanently unlimited whole mostly necessarily any_time anytime whenever wherever whatever
as_many as_much as_long as_often sole totally full anyone anybody anything perfect*""",
    # Something at all
    "q_some": """any ever some sometimes might could possible possibly something anything at_all too also as_well
eventually some_day someday happen~ other another else even in_future chance way""",
    "q_exist": """is_there are_there was_there were_there isn't_there aren't_there there_is there_are there_any any
exist~ do_you_have do_you_offer do_you_provide do_you_get do_you_sell do_we_have do_they_have do_i_have_a do_i_get
do_we_get do_they_offer do_they_provide does_it_have does_he_have does_she_have did_they_have have_you_got
have_they_got have_we_got""",
    "q_duty": """essential necessary require~ requirement~ need~ mandatory must have_to has_to had_to got_to compulsory
oblige~ obligatory obligation expected supposed meant forced""",
    "q_harm": _HARM,
    "q_future": "will would won't i'll you'll it'll they'll we'll going_to gonna",
    "q_scope": """count~ apply applies applied cover~ include~ part_of hold_for holds_for rule~ as_well too also
qualif* eligible belong~ concern~""",
    "only": "only solely exclusively restricted_to limited_to reserved_for alone",
    "not_only": "not_only not_just not_merely not_solely not_limited_to",
    "duty": """must shall have_to has_to need~ require~ mandatory obligatory oblige~ compulsory""",
    "done_to": """must_be should_be shall_be will_be has_to_be have_to_be need_to_be needs_to_be are_to_be is_to_be
must_first_be will_not_be must_not_be should_not_be""",
    "choice": """optional optionally if_you_like if_you_want if_you_wish if_you_can if_you_prefer if_you_need up_to_you
voluntar* without_having without_needing suffice~ sufficient unnecessary regardless""",
    "harm": _HARM
    + """ degrad* disciplin* perjury unencrypted subtract~ charge~ cost~ fee fees warn~ warning~ disabl*
revok* restrict* violat* reduc* withdraw* withheld deduct~ impossible confus* insecure concern~ poor poorly""",
    "part": """most many some not_all certain partial* partly temporar* draft~ approximate* for_now evolve~ amend~
subject_to provisional* preliminary estimate~ varies vary depend~ incomplete preview beta selected limited case-by-case
at_least up_to minimum maximum exception exceptions except within""",
    "free": """free freely welcome happy encourage~ acceptable ok okay fine great good normal normally possible possibly
available access accessible able invite~ open_to thrilled glad safe safely easy easily entitled eligible right_to choose
opportunit* permitted permission allowed approve~ valid""",
    "can": """can may could allow~ enable~ let lets permit permits permitted support~ capable""",
    "all": """all any both every each either regardless even also always no_matter whether including anyone everyone
everybody anybody whatever wherever anything everything too as_well globally or""",
    "against": """unable unlikely unavailable unknown unsupported unacceptable unusable unsuitable unstable impossible
irrevocabl* irreversibl* insufficient inadequate lack~ deprecated archived supersed* replac* against opposed refuse~
reject~ decline~ disable~ revok* remov* delet* withdrawn rarely seldom hardly scarcely barely decided_against rather
however but low few little separate* different* differ~ exclu* omit~ omitted except* other_than instead stop~ stopped
end ends ended lost loses too discourag* closed ignore~ avoid~ refrain~ prohibit* forbid* banned discard~ dropped
expire~ cancel* beyond unless outside""",
}

# Of what is one of them, the other isn't true
OPPOSITES = (
    ("open~ reopen~", "closed closes shut shuts closing"),
    (
        "include~ including part_of cover~ contain~",
        "exclude~ left_out leave_out leaves_out extra omit omits omitted exclusion separately not_part except",
    ),
    ("accept~ approve~ granted welcome adopted passed", "reject~ refuse~ decline~ turned_down turned_away denied"),
    (
        "free free_of_charge for_free for_nothing no_cost complimentary gratis",
        "charge~ cost~ fee fees pay~ paid payable bill billed price~ chargeable subscription",
    ),
    ("automatic automatically by_itself by_themselves on_its_own", "manual manually by_hand myself yourself"),
    (
        "optional voluntary optionally leave_out left_out skip~ do_without omit",
        "require~ mandatory must compulsory essential necessary need~ obligatory have_to has_to oblige~ crucial vital",
    ),
    (
        "on enable~ switched_on turned_on active activate~",
        "disable~ off inactive switched_off turned_off deactivate~",
    ),
    (
        "private privately secret secretly hidden confidential anonymous anonymously",
        "public publicly visible viewable plain_text in_the_clear publish published searchable disclose~",
    ),
    (
        "temporary temporarily for_now draft provisional approximate tentative evolve~ amend~ amendment may_change "
        "subject_to interim short-term incomplete",
        "permanent permanently for_good final forever for_ever fixed in_stone exhaustive lasting definitive "
        "irrevocable irreversible",
    ),
    (
        "same identical identically equal equally alike uniform",
        "different differently differ~ vary varies varied unlike difference differences distinct",
    ),
    ("before ahead beforehand in_advance prior_to earlier up_front", "after afterwards later following upon once"),
    ("encrypted scrambled", "unencrypted plain_text plaintext in_the_clear"),
    (
        "easy easier simple quick quickly easily fast straightforward",
        "hard harder difficult complicated slow slowly time-consuming complex tricky tedious",
    ),
    (
        "safe safely secure okay fine normal harmless correct reliable reliably",
        "unsafe insecure dangerous harmful risky weird rude strange wrong problem~ trouble bad incorrect unreliable "
        "risk~",
    ),
    (
        "alone by_myself by_himself by_herself by_itself by_yourself by_ourselves by_themselves individually on_my_own "
        "on_your_own on_their_own single-handed",
        "together jointly as_a_group at_least_two shared in_pairs accompanied accompany",
    ),
    (
        "often frequent frequently regularly usually mostly most many lots a_lot plenty majority",
        "rare rarely seldom hardly few low little sparingly occasionally minority sporadic",
    ),
    (
        "yearly annual annually per_year a_year each_year every_year",
        "monthly per_month month_by_month weekly daily a_month each_month every_month",
    ),
    (
        "still in_use maintain~ current currently ongoing",
        "archived deprecated retired obsolete discontinued no_longer former formerly superseded legacy",
    ),
    ("internal internally insider insiders", "external externally outsider outsiders third_party third_parties"),
    (
        "keep~ kept maintain~ remain~ stay~ preserv* surviv* retain~ save~ restor* recover~ store~",
        "lose loses losing lost remov* delet* wipe~ squashed drop dropped discard~ erase~ overwritten destroy~ purge~",
    ),
    (
        "increase~ rise rises rose more higher grow grows grew raise~ improve~",
        "decrease~ fall falls fell less lower shrink~ reduc* fewer drop drops decline~ worse",
    ),
    ("begin begins began start~ launch launches launched", "end ends ended stop stops stopped finish~ finishes cease~"),
    (
        "work~ stable support~ available usable compatible",
        "broken fail~ unstable unsupported unavailable out_of_order incompatible",
    ),
    ("likely probably probable surely certainly", "unlikely improbable uncertain unsure unclear"),
    ("possible possibly feasible able", "impossible infeasible unable cannot"),
    ("complete completely fully entire whole entirely", "incomplete partial partly partially preview half"),
    ("in_favour in_favor agree~ endorse~", "against opposed oppose~ disagree~ object objects"),
    ("legal lawful legally", "illegal unlawful illegally crime criminal offence offense"),
    (
        "online remote remotely virtual virtually from_home telework~",
        "in_person on-site onsite offline face-to-face in_the_office",
    ),
    ("indoors indoor inside", "outdoors outdoor outside"),
    (
        "allow~ permit permits permitted authorise~ authorize~",
        "forbid* prohibit* ban bans banned disallowed unauthori*",
    ),
    ("succeed~ success successful successfully won win wins", "fail~ failure unsuccessful defeated"),
    ("present attend~ came", "absent absence apologies excused"),
    ("always every_time each_time constantly", "sometimes occasionally at_times not_always"),
    (
        "immediately straight_away right_away at_once instantly",
        "later wait~ within eventually delayed",
    ),
    ("warm hot heated", "cold cool chilled unheated"),
    ("raw uncooked", "cooked boiled fried"),
    ("fresh freshly", "dried canned tinned frozen stale"),
    ("wet damp moist", "dry"),
    ("electronic electronically digital digitally by_email", "on_paper printed by_post handwritten in_ink"),
    ("adult adults", "child children kid kids minor minors"),
    ("employee employees staff", "contractor contractors freelancer freelancers volunteer volunteers"),
    ("refundable refund~ money_back reimburs*", "non-refundable nonrefundable forfeit~"),
    ("know knows known", "unknown unaware"),
    ("directly straight_to", "through via instead"),
    ("add adds added adding", "remov* dropped"),
    ("big large huge long major", "small tiny short brief minor"),
    ("early", "late"),
    ("one once single just_one", "two several multiple many twice more_than_one"),
    (
        "weekend weekends saturday saturdays sunday sundays",
        "weekday weekdays working_day working_days business_day business_days monday_to_friday monday_through_friday",
    ),
    ("night nights overnight evening evenings", "daytime during_the_day morning mornings"),
)

_BEGINNING = 3  # characters of its first word that an entry is found by
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A word or phrase; if `is_stem`, every word that begins with its only one. `classes` are those it is of."""

    words: tuple[str, ...]
    is_stem: bool
    classes: tuple[str, ...]

    def is_at(self, words: Sequence[str], i: int) -> bool:
        if self.is_stem:
            return words[i].startswith(self.words[0])
        return words[i] == self.words[0] and tuple(words[i : i + len(self.words)]) == self.words


def words_of(text: str) -> list[str]:
    """Its words in lower case, each with its apostrophes and hyphens."""
    return _WORD.findall(text.lower().replace("’", "'"))


def classes_in(words: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(Index of a word, a class that it or the phrase beginning there is of), for each of them.

    The opposites of pair number 3 are the classes "3+" and "3-".
    """
    covered = 0  # words of a phrase: "free of charge" has no "charge"
    for i, word in enumerate(words):
        if i < covered:
            continue
        for entry in _ENTRIES.get(word[:_BEGINNING], ()):
            if entry.is_at(words, i):
                covered = max(covered, i + len(entry.words))
                for name in entry.classes:
                    yield i, name


def _forms(entry: str) -> list[str]:
    """All that an entry stands for; a stem keeps its "*"."""
    if not entry.endswith("~"):
        return [entry]
    word = entry[:-1]
    if word.endswith("e"):
        return [word, word + "s", word + "d", word[:-1] + "ing"]
    return [word, word + "s", word + "ed", word + "ing"]


def _entries() -> dict[str, list[_Entry]]:
    classes = dict(CLASSES)
    for number, (one, other) in enumerate(OPPOSITES):
        classes |= {f"{number}+": one, f"{number}-": other}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, entries in classes.items():
        for entry in entries.split():
            for form in _forms(entry):
                names[form].add(name)
    found = defaultdict(list)
    for form, those in names.items():
        words = tuple(form.removesuffix("*").split("_"))
        found[words[0][:_BEGINNING]].append(_Entry(words, form.endswith("*"), tuple(sorted(those))))
    return dict(found)


_ENTRIES = _entries()
