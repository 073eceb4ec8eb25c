// A document's blocks → a tree of what is drawn: headings, paragraphs, lists, tables, code, quotations and others.
//
// Leaves and nodes are as in inline.js. Besides leaves' slices the text has white space and marks alone: of headings ("##",
// a line of "=" below), items ("- ", "1. "), code ("```"), quotations ("> "), tables ("|", a line of dashes), and front
// matter ("---").

import { indentOf, squeezed } from "./blocks.js";
import { cellLeaves, inline, leaves } from "./inline.js";
import { areAligned, goesOn, linesIn } from "./lines.js";
import { listOf } from "./lists.js";
import { cutAt } from "./plain.js";
import { referencesIn } from "./references.js";
import { tableOf } from "./tables.js";

const MAX_QUOTE_DEPTH = 5;
const MAX_ITEMS = 200; // of a list that is drawn as one
const CODE_INDENT = 4; // from which on Markdown has code
const MAX_ROWS = 1000; // of a table, likewise
const LONGEST = 20_000; // units of a block, likewise: of a longer one no marks are looked for

const FENCE = /^[ \t]*(`{3,}|~{3,})[^\n]*/;
const UNDERLINE = /\n[ \t]*([=~^"'`#*+.:_-])\1+[ \t]*$/;
const MARKDOWN_HEADING = /^(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]{0,20}){0,20}#{1,6}[ \t]+/; // also in an item or a quotation
const HEADING_MARK = /^(?:={1,6}|\*{1,9})[ \t]+/; // AsciiDoc's and Org's
const CLOSING = /[ \t]{1,20}#{1,20}[ \t]{0,20}$/; // of "## Fees ##"
const QUOTED = /^[ \t]*(?:>[ \t]?)+/;
const LIST_MARK = /^(?:[-*+]|\d{1,9}[.)])[ \t]/;

/** Yields a node for each of the `regrouped` blocks, or for several that belong together. `pages` are where pages begin,
 * before which lists and tables end. */
export function* structured(text, blocks, { pages, layout }) {
  const draw = new Drawing(text, layout);
  const kept = blocks.map((block) => (block.end - block.start > LONGEST ? { ...block, kind: "long" } : block));
  let page = 0;
  for (let i = 0; i < kept.length;) {
    while (page < pages.length && pages[page] <= kept[i].start) page++;
    const next = pages[page] ?? Infinity;
    const count = runLength(text, kept, i, next);
    const run = kept.slice(i, i + count);
    if (run[0].kind === "item") yield listOf(draw, run);
    else if (run[0].kind === "row") yield tableOf(text, run, (start, end) => draw.cell(start, end));
    else yield* draw.parts(run[0]);
    i += count;
  }
}

/** How many blocks are drawn together: a list with what is indented below its items, a table's rows. */
function runLength(text, blocks, first, page) {
  const { kind } = blocks[first];
  if (kind !== "item" && kind !== "row") return 1;
  let [count, items] = [1, 1];
  for (let block; (block = blocks[first + count]) && block.start < page; count++) {
    if (kind === "row" ? block.kind !== "row" || block.table : !isInList(text, block)) break;
    if (kind === "row" && count === MAX_ROWS) break;
    if (block.kind === "item" && ++items > MAX_ITEMS && block.level === 0) break;
  }
  return count;
}

const isInList = (text, { kind, start }) => kind === "item" || (["paragraph", "code", "quotation"].includes(kind) && indentOf(text, start) > 0);

/** Code, which scrolls where it is too wide. */
const code = (children, more = {}) => ({ tag: "pre", tabIndex: 0, role: "group", label: "Code", ...more, children: [{ tag: "code", children }] });

class Drawing {
  constructor(text, layout) {
    this.text = text;
    this.isMarkdown = layout === "markdown";
    this.layout = layout;
    this.references = this.isMarkdown ? referencesIn(text) : undefined;
  }

  /** A block by itself, as it is and in several parts where it is very long. */
  * parts(block) {
    if (block.kind !== "long") {
      yield this.block(block);
      return;
    }
    for (let at = block.start; at < block.end;) {
      const end = Math.min(block.end, cutAt(this.text, at, LONGEST));
      yield { tag: "p", className: "lines as-is", at: at === block.start ? block.heading?.start : undefined, children: leaves(at, end) };
      at = end;
    }
  }

  block(block, column = 0) {
    switch (block.kind) {
      case "heading": return this.heading(block);
      case "code": return this.code(block);
      case "front": return code(leaves(block.content, block.end), { className: "front", label: "Front matter" });
      case "quotation": return this.quotation(block);
      case "caption": return this.classed("caption", this.paragraph(block.start, block.end));
      case "field": return this.field(block);
      case "furniture": return { tag: "p", className: "furniture lines", children: leaves(block.start, block.end) };
      case "rule": return { tag: "hr", start: block.start, children: [] };
      default: return this.paragraph(block.start, block.end, column);
    }
  }

  classed(name, node) {
    return { ...node, className: [name, node.className].filter(Boolean).join(" ") };
  }

  /** A form's field, its name apart from what was filled in. */
  field({ start, content, end }) {
    return { tag: "p", className: "field", children: [{ tag: "span", className: "name", children: leaves(start, content) }, ...leaves(content, end)] };
  }

  heading({ start, end, level, heading }) {
    const { text } = this;
    const shown = text.slice(start, end);
    if (!heading || !(this.isMarkdown || squeezed(shown).includes(squeezed(heading.title)))) return { ...this.paragraph(start, end), at: heading?.start };
    const sign = (this.isMarkdown ? MARKDOWN_HEADING : this.layout === "wrapped" ? HEADING_MARK : /^/).exec(shown)?.[0] ?? "";
    const below = UNDERLINE.exec(shown);
    const closing = this.isMarkdown && CLOSING.exec(shown);
    const stop = Math.max(start + sign.length, below ? start + below.index : closing ? start + closing.index : end);
    const words = start + (!this.isMarkdown && heading.title.startsWith(sign.trim()) ? 0 : sign.length);
    return { tag: `h${Math.min(level + 1, 6)}`, at: heading.start, children: this.words(words, stop) };
  }

  /** Words within a block, on one line or, where lines go on, several. */
  words(start, end, hidden) {
    return this.isMarkdown ? inline(this.text, start, end, { hidden, references: this.references }) : leaves(start, end, hidden);
  }

  cell(start, end) {
    return this.isMarkdown ? inline(this.text, start, end, { inCell: true, references: this.references }) : cellLeaves(this.text, start, end);
  }

  /** A paragraph, or code where it is indented; `column` is where the words of the list around it begin. */
  paragraph(start, end, column = 0) {
    const { text } = this;
    const indent = indentOf(text, start);
    const isIndented = indent - column >= CODE_INDENT && linesIn(text, start, end).every(([from], i) => i === 0 || /^[ \t]/.test(text.slice(from, from + 1)));
    if (this.isMarkdown && isIndented) return code(this.unindented(start - indent, end, indent));
    if (this.isMarkdown) return { tag: "p", children: this.words(start, end) };
    const lines = linesIn(text, start - indent, end);
    if (areAligned(lines.map(([from, to]) => text.slice(from, to)))) return { tag: "p", className: "aligned", children: leaves(start - indent, end) };
    return this.lines("p", isIndented || this.layout === "lines" ? lines : linesIn(text, start, end), { asTheyAre: isIndented || this.layout === "lines" });
  }

  /** Lines of a format without Markdown's marks: joined where they were broken to fit, else one below the other. */
  lines(tag, lines, { asTheyAre = false, hidden } = {}) {
    const [start, end] = [lines[0][0], lines.at(-1)[1]];
    const joins = asTheyAre ? [] : goesOn(lines.map(([from, to]) => this.text.slice(from, to)));
    if (!joins.includes(true)) return { tag, className: lines.length > 1 || asTheyAre ? (asTheyAre ? "lines as-is" : "lines") : "", children: leaves(start, end, hidden) };
    const children = [];
    let from = start;
    joins.forEach((join, i) => {
      if (join) return;
      children.push(...leaves(from, lines[i][1], hidden), { tag: "br", children: [] });
      from = lines[i][1];
    });
    return { tag, children: [...children, ...leaves(from, end, hidden)] };
  }

  code({ start, end }) {
    const { text } = this;
    const indent = indentOf(text, start);
    const fence = FENCE.exec(text.slice(start, Math.min(end, start + 2000)));
    const from = fence ? Math.min(end, start + fence[0].length + 1) : start - indent;
    const last = text.lastIndexOf("\n", end - 1) + 1;
    const isClosed = fence && last > start && text.slice(last, end).trim().startsWith(fence[1]) && /^[`~]+$/.test(text.slice(last, end).trim());
    const to = isClosed ? Math.max(from, last - 1) : end;
    return code(fence ? this.unindented(from, to, indent) : leaves(from, to), { start });
  }

  /** Lines without as much white space as their first one has before it. */
  unindented(start, end, indent) {
    if (!indent) return leaves(start, end);
    return linesIn(this.text, start, end).flatMap(([from, to]) => {
      const blanks = /^[ \t]*/.exec(this.text.slice(from, Math.min(to, from + indent)))[0].length;
      return leaves(from + blanks, to);
    });
  }

  /** A quotation's paragraphs, those that quote another within it. */
  quotation({ start, end }) {
    const root = { tag: "blockquote", start, children: [] };
    for (const { depth, lines } of this.quoted(start, end)) {
      let node = root;
      for (let i = 1; i < Math.min(depth, MAX_QUOTE_DEPTH); i++) {
        if (node.children.at(-1)?.tag !== "blockquote") node.children.push({ tag: "blockquote", children: [] });
        node = node.children.at(-1);
      }
      const hidden = lines.map(({ from, words }) => [from, words]);
      const slices = lines.map(({ words, to }) => [words, to]);
      node.children.push(this.isMarkdown
        ? { tag: "p", children: this.words(slices[0][0], slices.at(-1)[1], hidden) }
        : this.lines("p", slices, { hidden }));
    }
    return root;
  }

  /** The lines of a quotation's paragraphs, each with where its words begin. */
  * quoted(start, end) {
    let paragraph = null;
    for (const [from, to] of linesIn(this.text, start, end)) {
      const mark = QUOTED.exec(this.text.slice(from, Math.min(to, from + 500)))?.[0] ?? "";
      const line = { from, words: from + mark.length, to };
      const depth = mark.split(">").length - 1;
      const words = this.text.slice(line.words, to);
      const goesOnBelow = paragraph && paragraph.depth === depth && words.trim() && !(this.isMarkdown && LIST_MARK.test(words));
      if (goesOnBelow) {
        paragraph.lines.push(line);
        continue;
      }
      if (paragraph) yield paragraph;
      paragraph = words.trim() ? { depth, lines: [line] } : null;
    }
    if (paragraph) yield paragraph;
  }
}
