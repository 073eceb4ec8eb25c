// Checks that documents are drawn character for character: from JSON on standard input, [{ text, blocks, headings, pages, layout }],
// in units, as `tests/test_drawing.py` makes it. It prints how many leaves there were.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { regrouped } from "../../qa/static/drawing/blocks.js";
import { decoded } from "../../qa/static/drawing/entities.js";
import { piecesOf } from "../../qa/static/drawing/pieces.js";
import { structured } from "../../qa/static/drawing/structure.js";

// What stands between leaves: white space and the marks that are named in structure.js and inline.js
const MARKS = new RegExp(`^(?:${[
  /\s/, /[#=~^"'`*+._|\\<>:-]/, /\d{1,9}[.)]/, /[•‣◦▪–·]/, /!?\[/, // headings, rules, items, tables, emphasis, a link's beginning
  /\]\([^\n]*?\)/, /\]\(\s*[^\s]*\s+"[^"]*"\s*\)/, // a link's end
  /(?:`{3,}|~{3,})[^\n]*/, /<br *\/?>/, /<\/?[a-z]{1,6}>/, /\[\^/, /\]\[[^[\]\n]*\]/, /\]/,
].map(({ source }) => source).join("|")})*$`, "u");

function* leavesOf(node) {
  if (node.children) for (const child of node.children) yield* leavesOf(child);
  else if (!node.tag) yield node;
}

const depthOf = (node) => 1 + Math.max(0, ...(node.children ?? []).map(depthOf));

let count = 0;
for (const { text, blocks, headings, pages, layout } of JSON.parse(readFileSync(0, "utf8"))) {
  const kept = regrouped(text, blocks, headings, layout);
  const nodes = [...structured(text, kept, { pages, layout })];
  const leaves = nodes.flatMap((node) => [...leavesOf(node)]);
  const about = JSON.stringify({ text: text.length < 300 ? text : text.slice(0, 300), layout });
  assert.ok(nodes.every((node) => depthOf(node) < 60), about);
  let at = 0;
  for (const { start, end, shown } of leaves) {
    assert.ok(start >= at && end > start && end <= text.length, `${about}: ${start}:${end} after ${at}`);
    assert.match(text.slice(at, start), MARKS, `${about}: ${JSON.stringify(text.slice(at, start))} isn't drawn`);
    const slice = text.slice(start, end);
    if (shown !== undefined) assert.ok(decoded(slice) === shown || /^\[[ xX]\]$/.test(slice), about);
    at = end;
  }
  assert.match(text.slice(at), MARKS, `${about}: ${JSON.stringify(text.slice(at))} isn't drawn`);
  // Whatever is cited, just what is drawn of it is marked
  const middle = Math.floor(text.length / 2);
  for (const [from, to] of [[0, text.length], [middle, text.length], [middle >> 1, middle + 1], [middle, middle + 1]]) {
    if (from >= to) continue;
    const pieces = leaves.flatMap(({ start, end }) => piecesOf(start, end, pages, { start: from, end: to }));
    assert.equal(pieces.map(({ start, end }) => text.slice(start, end)).join(""), leaves.map(({ start, end }) => text.slice(start, end)).join(""));
    const marked = pieces.filter(({ isCited }) => isCited).map(({ start, end }) => [start, end]);
    const within = leaves.map(({ start, end }) => [Math.max(start, from), Math.min(end, to)]).filter(([start, end]) => start < end);
    assert.equal(marked.map(([start, end]) => text.slice(start, end)).join(""), within.map(([start, end]) => text.slice(start, end)).join(""), about);
  }
  count += leaves.length;
}
console.log(count);
