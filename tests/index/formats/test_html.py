"""What is in a page's text, what isn't, and how it is laid out."""

import pytest

from index.documents import Document, Heading
from index.errors import DocumentError
from index.formats.html import HTML
from index.known_slices import known_slices
from index.parsing.parse import parse


def page(source: str) -> Document:
    return parse(source.encode(), "page.html", "text/html")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<aside>Never above 80 degrees.</aside>", "Never above 80 degrees."),
        ("<figure><img src=p.png><figcaption>The key hangs at B12.</figcaption></figure>", "The key hangs at B12."),
        ("<address>Quay 7<br>5004 Norhamn</address>", "Quay 7\n5004 Norhamn"),
        (
            "<form><label>Lost key: 12 crowns</label><input value=x><select><option>y</select></form>",
            "Lost key: 12 crowns",
        ),
        ("<section class=share-classes id=cookies><p>Ten votes.</p></section>", "Ten votes."),
        ("<div class=comment><div class=menu-of-the-day><div class=social>Cod</div></div></div>", "Cod"),
        (
            "<details><summary>Is there a cloakroom?</summary>In the cellar.</details>",
            "Is there a cloakroom?\nIn the cellar.",
        ),
        (
            "<h3><button aria-expanded=false>Who runs it?</button></h3><div>Torunn Eide.</div>",
            "Who runs it?\n\nTorunn Eide.",
        ),
        ("<h2>When?</h2><div hidden=until-found>At noon.</div>", "When?\n\nAt noon."),
        ("<button aria-controls=a>When?</button><div id=a hidden>At noon.</div>", "When?\n\nAt noon."),
        ("<header><h1>Boiler</h1></header><p>Of 16 A.", "Boiler\n\nOf 16 A."),
        ("<article><footer>Written by Ada Holm.</footer></article>", "Written by Ada Holm."),
        ("<p>See <ul><li><a href=a>one</a><li><a href=b>two</a></ul>", "See\n\n- one\n- two"),  # too few for a menu
        ("<ul><li><a href=a>a</a><li><a href=b>b</a><li><a href=c>c</a></ul>", "- a\n- b\n- c"),  # all that there is
    ],
)
def test_all_that_a_reader_sees_is_there(source: str, text: str) -> None:
    assert page(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "<nav>menu</nav>",
        "<div role=navigation>menu</div>",
        "<ul><li><a href=a>a</a><li><a href=b>b</a> · <li><a href=c>c</a></ul>",
        "<footer>Imprint</footer>",
        "<p hidden>secret</p><p style='color: red; DISPLAY : none'>secret</p><p style=visibility:hidden>secret</p>",
        "<script>x()</script><style>p{}</style><template>t</template><noscript>n</noscript><svg><text>s</text></svg>",
        "<button>Copy</button><textarea>typed</textarea><iframe>f</iframe><!-- comment --><?php echo 1 ?>",
    ],
)
def test_menus_and_what_is_not_shown_are_not(source: str) -> None:
    assert page(f"<p>before {source} after</p>{source}<p>end").text.split() == ["before", "after", "end"]


def test_a_list_of_links_below_a_heading_is_its_sections_contents() -> None:
    links = "<ul><li><a href=a>Berths</a><li><a href=b>Fees</a><li><a href=c>Dogs</a></ul>"
    assert page(f"{links}<h1>Rules</h1>{links}<p>end").text == "Rules\n\n- Berths\n- Fees\n- Dogs\n\nend"


def test_of_a_page_that_names_its_main_part_only_that() -> None:
    beside = "<div>Beside</div><ul><li><a>x</a><li><a>y</a><li><a>z</a></ul>"
    assert page(f"{beside}<main><h1>Fees</h1>{beside}</main>{beside}").text == "Fees\n\nBeside\n\n- x\n- y\n- z"
    assert page(f"{beside}<div role=main>Fees</div>").text == "Fees"
    assert page("<p>Fees<main> </main>").text == "Fees"


def test_blocks_lists_and_tables() -> None:
    source = """<p>One  line,
      two.</p>Three<ul><li><p>a</p><p>b</p><li>c<ol><li>d</ol></ul>
      <dl><dt>Q<dd>A</dl><blockquote>said</blockquote><pre>  x\n    y\n</pre>
      <table><caption>Cars</caption><thead><tr><th>Name<th>Age</thead>
      <tr><td><p>Ada</p><br><b>H</b><td>3<tr><td><td>4<tr><td>Bo<td></table>end"""
    assert page(source).text == (
        "One line, two.\n\nThree\n\n- a\n  b\n- c\n  1. d\n\nQ:\xa0A\n\nsaid\n\n  x\n    y\n\n"
        "Cars\nName | Age\nAda H | 3\n| 4\nBo\n\nend"
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<ol start=3><li>a<li value=7>b<li>c</ol>", "3. a\n7. b\n8. c"),
        ("<ol start=-1><li value=x>a<li>b</ol>", "-1. a\n0. b"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ("<ol type=a><li>a<li>b</ol><ol type=A start=26><li>z<li>more</ol>", "a) a\nb) b\n\nZ) z\n27. more"),
        ("<ol type=i start=3><li>a<li>b</ol><ol type=I><li>a</ol>", "iii) a\niv) b\n\nI) a"),
        ("<ul><li>a<ol><li>b<li>c</ol>then<li>d</ul>x", "- a\n  1. b\n  2. c\n  then\n- d\n\nx"),
        ("<ol><li>one<br>line<li><pre>ls</pre>lists</ol>", "1. one\n   line\nls\n  lists"),
        ("<ul><li><ul><li>deep</ul></ul>", "  - deep"),
        ("<ul><li> <li>b</ul><p>c", "- b\n\nc"),
        ("<table><tr><th>A<th>B<tr><td>1<td><ul><li>2<li>3</ul></table>", "A | B\n1 | 2 3"),
        ("<ul><li>cat a | wc<li>b</ul>", "- cat a | wc\n- b"),  # which is no row of a table
        ("<li>a<li>b", "a\nb"),  # in no list
    ],
)
def test_items_have_the_marks_that_the_page_shows(source: str, text: str) -> None:
    assert page(source).text == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<dl><dt>Weight<dd>3.2 kg<dt>Cable</dt> <dd> <p>15 <b>m</b></p> </dd></dl>", "Weight:\xa03.2 kg\nCable:\xa015 m"),
        ("<dl><div><dt>Weight :</dt><dd>3.2 kg</dd></div><div><dt>Noise<dd>62 dB</div></dl>",
         "Weight:\xa03.2 kg\n\nNoise:\xa062 dB"),
        ("<dl><dt>Net weight</dt><dt>Weight</dt><dd>3 kg</dd></dl>", "Net weight\nWeight:\xa03 kg"),
        ("<ul><li><dl><dt>Weight</dt><dd>3 kg</dd></dl></li></ul>", "- Weight:\xa03 kg"),
        # no label and value: several descriptions or blocks, a question, a sentence, a long one, none that is shown
        ("<dl><dt>Colours</dt><dd>blue</dd><dd>grey</dd></dl>", "Colours\nblue\ngrey"),
        ("<dl><dt>Note</dt><dd><p>One</p><p>two</p></dd></dl>", "Note\nOne\ntwo"),
        ("<dl><dt>Fits</dt><dd><ul><li>a</ul></dd></dl>", "Fits\n- a"),
        ("<dl><dt>What does it cost?</dt><dd>£5</dd></dl>", "What does it cost?\n£5"),
        ("<dl><dt>It is paid.</dt><dd>£5</dd></dl>", "It is paid.\n£5"),
        (f"<dl><dt>Term</dt><dd>{'word ' * 50}</dd></dl>", "Term\n" + "word " * 49 + "word"),
        ("<dl><dt>Weight</dt><dd hidden>3 kg</dd></dl>", "Weight"),
        ("<dl><dt><h3>Weight</h3></dt><dd>3 kg</dd></dl>", "Weight\n3 kg"),
        ("<table><tr><td><dl><dt>a<dd>b</dl><td>c</table>", "a b | c"),
    ],
)  # fmt: skip
def test_a_short_term_and_its_description_are_a_label_and_its_value(source: str, text: str) -> None:
    assert page(source).text == text


def test_a_heading_in_an_item_has_no_mark() -> None:
    document = page("<ul><li><h3>Fees</h3>9 euros<li>more</ul>")
    assert document.text == "Fees\n  9 euros\n- more"
    assert document.headings == (Heading(0, 3, "Fees"),)


def test_a_mark_is_in_no_text_fragment() -> None:
    text = page("<p>a<ol start=10><li>First<li>Second<ol type=i><li>deep</ol></ol>").text
    assert text == "a\n\n10. First\n11. Second\n  i) deep"
    assert [part for part in HTML.breaks.split(text) if part] == ["a", "First", "Second", "deep"]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            "<tr><td rowspan=2>summer<td>House<td>10-6<tr><td>Barn<td>11-5<tr><td>winter<td colspan=2>closed",
            "summer | House | 10-6\nsummer | Barn | 11-5\nwinter | closed",
        ),
        (
            "<tr><th rowspan=2>Boat<th colspan=2>Price<th rowspan=2>Seats<tr><th>members<th>guests"
            "<tr><td>Eider<td>40<td>55<td>4",
            "Boat | Price | | Seats\nBoat | members | guests | Seats\nEider | 40 | 55 | 4",
        ),
        ("<tr><td>a<td rowspan=3>b<tr><td>c<tr><td>d<tr><td>e<td>f", "a | b\nc | b\nd | b\ne | f"),
        ("<tr><td>a<td rowspan=2>b<td>c<tr><td>d<td>e", "a | b | c\nd | b | e"),
        ("<tr><td rowspan=2 colspan=2>a<td>b<tr><td>c", "a | | b\na | | c"),
        ("<tr><td rowspan=2>a<td>b<tr><tr><td>c<td>d", "a | b\nc | d"),  # a row without cells isn't shown
        ("<tr><td rowspan=0>a<td colspan=x>b<tr><td>c<td>d", "a | b\nc | d"),
        (f"<tr><td rowspan=2>{'long ' * 50}<td>b<tr><td>c", f"{'long ' * 50}| b\n| c"),  # that is no label
    ],
)
def test_a_cell_over_several_rows_stands_in_each_and_one_over_several_columns_in_the_first(
    table: str, text: str
) -> None:
    assert page(f"<table>{table}</table>").text == text


def test_cells_that_span_everything_make_no_text_without_end() -> None:
    wide = "<td rowspan=100 colspan=1000>x" * 5_000
    text = page(f"<table><tr>{wide}{'<tr><td>y' * 5_000}</table>").text
    assert len(text) < 2_000_000
    assert text.startswith("x | | ")


def test_a_table_that_only_lays_out_has_no_rows() -> None:
    inner = "<table><tr><th>A<th>B<tr><td>1<td>2</table>"
    assert page(f"<table><tr><td>left<td>{inner}</table>").text == "left\n\nA | B\n1 | 2"
    assert page("<table><tr><td>one<tr><td>two</table>").text == "one\n\ntwo"


def test_headings_stand_where_they_say() -> None:
    document = page(
        "<h1>Bees <a href=#b>¶</a></h1>x<div><h2>  The\n<i>queen</i></h2></div><details><summary>Why?</summary>y"
    )
    assert document.text == "Bees\n\nx\n\nThe queen\n\nWhy?\ny"
    assert [(h.start, h.level, h.title) for h in document.headings] == [
        (0, 1, "Bees"),
        (9, 2, "The queen"),
        (20, 6, "Why?"),
    ]


def test_docbooks_headings_are_there_once() -> None:
    def titled(level: int, words: str) -> str:
        heading = f"<h{level} class='title'><a id='i{level}'></a>{words}</h{level}>"
        return f"<div class='titlepage'><div><div>{heading}</div></div><hr/></div>"

    document = page(
        f"<div class='book'>{titled(1, 'Mill')}<div class='toc'><p><b>Contents</b></p></div><div class='chapter'>"
        f"{titled(2, 'Chapter 1. Stones')}<p>They are of granite.</p><div class='section'>{titled(3, 'Upper stone')}"
        "<p>It weighs 800 kg.</p></div></div></div>"
    )
    assert [(h.level, h.title) for h in document.headings] == [
        (1, "Mill"),
        (2, "Chapter 1. Stones"),
        (3, "Upper stone"),
    ]
    assert [document.text.count(h.title) for h in document.headings] == [1, 1, 1]
    assert document.section_at(document.text.index("It weighs")) == "Upper stone"


@pytest.mark.parametrize(
    ("source", "titles"),
    [
        ("<h2><div>Fees</div></h2>", ["Fees"]),
        ("<h2>Fees<div>of <p>2026</p></div></h2>", ["Fees of 2026"]),
        ("<details><summary><div>Why?</div></summary>x</details>", ["Why?"]),
        ("<details><summary><span>Source</span><h3>Why?</h3></summary>x</details>", ["Why?"]),
        ("<h2>Fees <button>Copy</button></h2>", ["Fees"]),
        ("<h2><button>Fees</button></h2>", ["Fees"]),
        (f"<h2>Fees<div>{'x' * 501}</div>", []),  # somebody forgot to end it
    ],
)
def test_a_heading_may_have_blocks_in_it(source: str, titles: list[str]) -> None:
    document = page(f"<p>Before</p>{source}<p>After</p>")
    assert [heading.title for heading in document.headings] == titles
    assert all(document.text.startswith(heading.title, heading.start) for heading in document.headings)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("in 1987<sup><a href=#n>1</a></sup> by", "in 1987 by"),
        ("1204<sup>2</sup> visitors", "1204 visitors"),
        ("85<sup>[4]</sup> tonnes<sup>*</sup>", "85 tonnes"),
        ("10<sup>6</sup> people, 2<sup>-3</sup>", "10⁶ people, 2⁻³"),
        ("25 m<sup>2</sup> at the town<sup>3</sup>", "25 m² at the town"),
        ("the 2<sup>nd</sup> H<sub>2</sub>O", "the 2nd H2O"),
        ("mem&shy;bership &#31;&nbsp; x", "membership \ufffd x"),
    ],
)
def test_a_notes_mark_is_no_part_of_a_number(source: str, text: str) -> None:
    assert page(f"<p>{source}</p>").text == text


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=iso-8859-1>", "cp1252"),  # as browsers have it
        ("<meta name=description content='our charset=windows-1251 guide'><meta charset=utf-8>", "utf-8"),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", "cp1252"),
        ("<!-- <meta charset=koi8-r> -->", "utf-8"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>", "cp1252"),
        ("<?xml version='1.0' encoding='iso-8859-1'?><meta charset=utf-8>", "utf-8"),
        ("", "utf-16"),
    ],
)
def test_the_encoding_is_what_the_page_says_as_browsers_understand_it(head: str, encoding: str) -> None:
    said = "The café’s “dinner” – 20 €"
    assert parse(f"{head}<title>x</title><p>{said}".encode(encoding), "a.html", "text/html").text == said


def test_elements_nested_deeper_than_is_read_are_refused_and_not_cut_off() -> None:
    assert page("<div>" * 2000 + "deep" + "</div>" * 2000 + "<p>last").text == "deep\n\nlast"
    with pytest.raises(DocumentError, match=r"page\.html is HTML nested too deep to be read whole: save the page anew"):
        page("<p>first" + "<div>" * 3000 + "deep")


@pytest.mark.parametrize("source", ["<html></html>", "<!-- x -->", "<nav>a</nav>", "<p> &nbsp; </p>"])
def test_a_page_without_text_is_refused(source: str) -> None:
    with pytest.raises(DocumentError, match=r"page\.html is HTML without any text to index"):
        page(source)


def test_captions_are_known_as_such() -> None:
    document = page(
        "<figure><img src=a.png><figcaption>The <b>slip</b> at Orm<p>in May</figcaption></figure><p>Text."
        "<table><caption>Prices</caption><tr><th>Boat<th>Price<tr><td>Eider<td>40</table>"
        "<ul><li><figure><figcaption>In an item</figcaption></figure></ul>"
    )
    assert document.text == "The slip at Orm\n\nin May\n\nText.\n\nPrices\nBoat | Price\nEider | 40\n\n- In an item"
    known = known_slices(document.metadata, len(document.text))
    assert [(each.kind, document.text[each.start : each.end]) for each in known] == [
        ("caption", "The slip at Orm"), ("caption", "in May"), ("caption", "Prices"),
    ]  # fmt: skip
    assert page("<p>No caption.").metadata == {}
