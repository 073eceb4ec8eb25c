import assert from "node:assert/strict";
import { test } from "node:test";

import { decoded } from "../../qa/static/drawing/entities.js";
import { inline } from "../../qa/static/drawing/inline.js";
import { areAligned, goesOn } from "../../qa/static/drawing/lines.js";
import { piecesOf } from "../../qa/static/drawing/pieces.js";
import { parts } from "../../qa/static/drawing/plain.js";
import { referencesIn } from "../../qa/static/drawing/references.js";
import { structured } from "../../qa/static/drawing/structure.js";
import { tableOf } from "../../qa/static/drawing/tables.js";

/** A tree as HTML, a piece that stands for something else as {it}. */
const html = (text) => ({ tag, href, value, className, children = [], start, end, shown }) => tag
  ? `<${tag}${href ? ` ${href}` : ""}${value === undefined ? "" : ` ${value}`}${className ? ` .${className}` : ""}>${children.map(html(text)).join("")}</${tag}>`
  : shown === undefined ? text.slice(start, end) : `{${shown}}`;

const marks = (text, options) => inline(text, 0, text.length, options).map(html(text)).join("").replaceAll("</br>", "");

test("Markdown's marks are drawn as what they mean", () => {
  for (const [text, drawn] of [
    ["a **bold** and *soft* word", "a <strong>bold</strong> and <em>soft</em> word"],
    ["__bold__ _soft_ ***both***", "<strong>bold</strong> <em>soft</em> <em><strong>both</strong></em>"],
    ["**a *b* c**", "<strong>a <em>b</em> c</strong>"],
    ["*foo**bar*", "<em>foo**bar</em>"],
    ["~~gone~~", "<s>gone</s>"],
    ["`a*b*` and ``c`d``", "<code>a*b*</code> and <code>c`d</code>"],
    ["[the **rules**](https://orm.test/a_(b) \"Title\")", "<a https://orm.test/a_(b)>the <strong>rules</strong></a>"],
    ["<mailto:a@orm.test> <a@orm.test>", "<a mailto:a@orm.test>mailto:a@orm.test</a> <a mailto:a@orm.test>a@orm.test</a>"],
    ["[![a mill](mill.png)](https://orm.test)", "<a https://orm.test>a mill</a>"],
    ["40&nbsp;&euro; &#8364; &#x20ac;", "40{\u00a0}{€} {€} {€}"],
    ["\\*a\\* 1\\. \\|", "*a* 1. |"],
    ["one\\\ntwo  \nthree<br/>four", "one<br>\ntwo<br>\nthree<br>four"],
  ]) assert.equal(marks(text), drawn, text);
});

test("links by reference lead where the text says, and notes are raised", () => {
  const text = "The [**rules**][Harbour  Rules], [fees][], [Fees], ![map][fees], [bad][], [none][nowhere] and [one][].[^1] [^2]\n\n"
    + "[harbour rules]: <https://orm.test/rules> 'Rules'\n[FEES]: https://orm.test/fees\n[bad]: javascript:alert(1)\n[^1]: In May.";
  const references = referencesIn(text);
  const [drawn] = inline(text, 0, text.indexOf("\n"), { references }).map(html(text)).join("").split("\n");
  assert.equal(drawn, "The <a https://orm.test/rules><strong>rules</strong></a>, <a https://orm.test/fees>fees</a>, <a https://orm.test/fees>Fees</a>, "
    + "map, bad, [none][nowhere] and [one][].<sup>1</sup> [^2]");
  assert.equal(inline(text, text.indexOf("\n") + 2, text.length, { references }).map(html(text)).join("").split("\n").at(-1), "[^1]: In May.");
});

test("a few elements of HTML are drawn, without attributes and whole", () => {
  for (const [text, drawn] of [
    ["<b>bold</b>, H<sub>2</sub>O and <kbd>Ctrl</kbd> <code>*a*</code>", "<b>bold</b>, H<sub>2</sub>O and <kbd>Ctrl</kbd> <code><em>a</em></code>"],
    ["<b>a <i>b</i> **c**</b>", "<b>a <i>b</i> <strong>c</strong></b>"],
    ["<b>a **b</b> c**", "<b>a **b</b> c**"],
    ["**a <b>b** c</b>", "<strong>a <b>b</strong> c</b>"],
    ["*a [b* c **d** e](https://orm.test)", "<em>a [b</em> c <strong>d</strong> e](https://orm.test)"],
    ["[a <b>b](https://orm.test) c</b>", "<a https://orm.test>a <b>b</a> c</b>"],
  ]) assert.equal(marks(text), drawn, text);
  for (const text of ["<b>open", "</b>", "<i>a</b>", "<b onclick=x>a</b >", "<script>a</script>", "<mark>a</mark>", "<img>", "<B>a</B>"]) assert.equal(marks(text), text);
});

test("what only looks like a mark stays", () => {
  for (const text of ["2**3 and 2 ** 3", "snake_case_name", "a * b * c", "[1] and [a][b]", "AT&T &bogus; &#0; &#xd800;", "`open", "**open", "](", "a | b", "C:\\dir"]) {
    assert.equal(marks(text), text);
  }
});

test("a link leads only to the web or to mail: else its words are drawn", () => {
  for (const address of ["javascript:alert(1)", "JaVaScRiPt:1", "data:text/html,1", "/rules", "#fees", "file:///etc", "//orm.test", "vbscript:1"]) {
    assert.equal(marks(`[words](${address})`), "words", address);
  }
});

test("marks in each other are as deep as that may be, and no deeper", () => {
  const text = `${"*a **b ".repeat(30)}${"b** a* ".repeat(30)}`;
  const deepest = ({ children = [] }) => 1 + Math.max(0, ...children.map(deepest));
  assert.ok(Math.max(...inline(text, 0, text.length).map(deepest)) < 15);
});

test("entities that aren't known, and characters that can't be seen, stay", () => {
  assert.equal(decoded("&eacute;"), "é");
  assert.equal(decoded("&yuml;"), "ÿ");
  for (const entity of ["&nothing;", "&#0;", "&#x1;", "&#128;", "&#xdfff;", "&#x110000;"]) assert.equal(decoded(entity), null);
});

test("lines that were broken to fit go on, others don't", () => {
  for (const [lines, expected] of [
    [["The fee for a week is forty crowns, and", "is paid in advance at the office."], [true]],
    [["The fee for a week is forty crowns, and", "is paid in advance.", "Berths", "are let by the year."], [true, false, true]],
    [["From: the harbour master, Ingrid Solheim", "To: all of the staff, and the crew", "Date: 3 May"], [false, false]],
    [["Harbour office", "Kestrel Quay 4"], [false]],
    [["12:00 INFO the server was started anew here", "12:01 INFO the server was stopped once again", "12:02 INFO the server was started anew here", "12:03 INFO it rests"], [false, false, false]],
    [["Bring what you need for one week on board:", "- oilskins and a warm pullover", "- a knife"], [false, false]],
    [["alone"], []],
  ]) assert.deepEqual(goesOn(lines), expected, lines[0]);
});

test("columns made of blanks and pictures made of dashes are known as such", () => {
  assert.ok(areAligned(["Boat    Day", "Eider   40"]));
  assert.ok(areAligned(["+----+", "| at |", "+----+"]));
  assert.ok(!areAligned(["The fee is 40 crowns.", "It is due in May."]));
});

test("a table has its heads, its columns' sides, and pipes in its cells", () => {
  const text = "| Boat | Day |\n|:----|---:|\n| a \\| b | 40 |\nTeal | 35";
  const [first, second, third] = [text.indexOf("\n| a"), text.indexOf("\nTeal"), text.length];
  const rows = [{ start: 0, end: first, table: true }, { start: first + 1, end: second }, { start: second + 1, end: third }];
  const table = html(text)(tableOf(text, rows, (start, end) => [{ start, end }]));
  assert.equal(table, "<div .table><table><thead><tr><th .start>Boat</th><th .end>Day</th></tr></thead>"
    + "<tbody><tr><td .start>a \\| b</td><td .end>40</td></tr><tr><td .start>Teal</td><td .end>35</td></tr></tbody></table></div>");
});

test("a row of ten thousand cells has a hundred, and the rest in the last", () => {
  const text = "|a".repeat(10_000);
  const [row] = tableOf(text, [{ start: 0, end: text.length, table: true }], (start, end) => [{ start, end }]).children[0].children[0].children;
  assert.equal(row.children.length, 100);
  assert.equal(row.children[99].children[0].end, text.length);
});

test("items have the numbers that the text has, and lie in each other as they are indented", () => {
  const text = "7. a\n   - b\n\n   c\n9) d\n(e) f\n- [x] g";
  const blocks = [["7.", 0], ["- b", 1], ["c", 0, "paragraph"], ["9)", 0], ["(e)", 0], ["- [x]", 0]].map(([mark, level, kind = "item"], i, all) => {
    const start = text.indexOf(mark);
    const end = i + 1 < all.length ? start + text.slice(start, text.indexOf(all[i + 1][0])).trimEnd().length : text.length;
    return { kind, start, content: kind === "item" ? start + mark.replace(/b$/, "").trimEnd().length + 1 : start, end, level };
  });
  assert.equal([...structured(text, blocks, { pages: [], layout: "markdown" })].map(html(text)).join(""),
    "<div .lists><ol><li 7>a<ul><li>b</li></ul><p>c</p></li></ol><ol .parenthesis><li 9>d</li></ol>"
    + "<ul .marked><li><span .mark>(e)</span>f</li></ul><ul><li>{☑ }g</li></ul></div>");
});

test("a list that goes on amid another has its items side by side", () => { // as behind a page's end
  const text = "- a\n- b\n- c";
  const blocks = [2, 2, 0].map((level, i) => ({ kind: "item", start: 4 * i, content: 4 * i + 2, end: 4 * i + 3, level }));
  assert.equal([...structured(text, blocks, { pages: [], layout: "lines" })].map(html(text)).join(""),
    "<div .lists><ul><li>a</li><li>b</li></ul><ul><li>c</li></ul></div>");
});

test("a text as indexed is parted at blank lines, lines or words, and nothing of it is lost", () => {
  for (const text of ["a\n\n".repeat(12_000), "line of words\n".repeat(9000), "word ".repeat(9000), "x".repeat(90_000), "🐝".repeat(45_000)]) {
    const made = [...parts(text, [30_000, 30_000, 7])];
    assert.equal(made.map(([start, end]) => text.slice(start, end)).join(""), text);
    for (const [start, end] of made) {
      assert.ok(end > start && end - start <= 20_001);
      assert.ok(!/^[\udc00-\udfff]/.test(text.slice(start, end)) || start === 7, "a character is whole");
    }
    assert.ok(made.some(([start]) => start === 7) && made.some(([start]) => start === 30_000));
  }
});

test("a leaf is cut where the cited words and pages begin and end", () => {
  assert.deepEqual(piecesOf(10, 20, [5, 12, 20], { start: 15, end: 30 }), [
    { start: 10, end: 12, isCited: false }, { start: 12, end: 15, isCited: false }, { start: 15, end: 20, isCited: true },
  ]);
  assert.deepEqual(piecesOf(10, 20, [], null), [{ start: 10, end: 20, isCited: false }]);
});
