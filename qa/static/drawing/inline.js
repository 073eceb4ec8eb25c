// Markdown's marks within a block → what they mean, each piece with its place in the text.
//
// What is drawn is a tree: a leaf is the slice `[start, end)` of the text, shown as it is unless `shown` says what it
// stands for ("&amp;" is "&"); a node has a tag, properties and children. What lies between leaves are marks, which
// aren't drawn: "**", "](https://…)", the backslash of "\|". It is CommonMark's rules; of HTML a few elements without
// attributes are drawn, and all else stays as it is written.

import { Delimiters, delimiter, joined } from "./emphasis.js";
import { decoded } from "./entities.js";
import { isDefinition, nameOf } from "./references.js";

const MAX_UNITS = 20_000; // of a block whose marks are looked at
const MAX_ELEMENTS = 6; // of HTML in each other

const TOKEN = new RegExp(
  [
    /\\(?<escaped>[!-/:-@[-`{-~])/, // "\*"
    /\\(?=\r?\n)/, // a line that ends here
    /(?<ticks>`+)/,
    /(?<entity>&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z\d]{1,30});)/,
    /<(?<address>(?:https?:\/\/|mailto:)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})>/,
    /<br *\/?>/,
    /<(?<ends>\/?)(?<element>b|i|em|strong|code|kbd|sub|sup|s|del|u)>/,
    /(?<bracket>!?\[)/,
    /(?<close>\](?:\(\s{0,3}<?(?<href>[^\s<>()]{0,2000}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,200}){0,4})>?(?:\s{1,3}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'|\([^()\n]{0,300}\)))?\s{0,3}\)|\[(?<reference>[^[\]\n]{0,200})\])?)/,
    /(?<run>\*+|_+|~~)/,
    / {2,}(?=\r?\n)/,
  ].map(({ source }) => source).join("|"), "gu");

/** The slice as it is, in pieces that leave out the `hidden` slices, which are in order. */
export function leaves(start, end, hidden = []) {
  const found = [];
  let at = start;
  for (const [from, to] of hidden) {
    if (to <= at || from >= end) continue;
    if (from > at) found.push({ start: at, end: from });
    at = to;
  }
  if (at < end) found.push({ start: at, end });
  return found;
}

/** A table's cell where nothing else is marked: "\|" is a pipe. */
export function cellLeaves(text, start, end) {
  const escapes = [...text.slice(start, end).matchAll(/\\(?=\|)/g)].map(({ index }) => [start + index, start + index + 1]);
  return leaves(start, end, escapes);
}

const NONE = new Map();

/** What the slice means; `hidden` slices in it are left out, `inCell` says that "\|" is a pipe in code, too. `references`
 * are the text's. */
export function inline(text, start, end, { hidden = [], inCell = false, references = NONE } = {}) {
  if (end - start > MAX_UNITS) return leaves(start, end, hidden);
  const code = closings(text, start, end);
  const source = text.slice(0, end);
  const out = [];
  const brackets = []; // "[" and "![" that are open: where they are in `out`
  const elements = []; // of HTML that are open, likewise
  const isOpen = ({ at: place, leaf }) => out[place] === leaf; // and not within an emphasis that has ended
  const openers = new Delimiters(out);
  let at = start;
  const plain = (to) => { if (to > at) out.push(...leaves(at, to, hidden)); };
  const after = (to) => { at = TOKEN.lastIndex = to; };
  TOKEN.lastIndex = start;
  for (let match; (match = TOKEN.exec(source));) {
    const { index, groups } = match;
    const to = index + match[0].length;
    if (groups.ticks) {
      const close = code(index, groups.ticks.length);
      if (close === null) continue;
      plain(index);
      out.push({ tag: "code", children: inCell ? cellLeaves(text, to, close) : leaves(to, close, hidden) });
      after(close + groups.ticks.length);
      continue;
    }
    if (groups.entity) {
      const shown = decoded(groups.entity);
      if (shown === null) continue;
      plain(index);
      out.push({ start: index, end: to, shown });
    } else if (groups.escaped) {
      plain(index);
      out.push({ start: index + 1, end: to });
    } else if (groups.address) {
      plain(index);
      const href = groups.address.includes(":") ? groups.address : `mailto:${groups.address}`;
      out.push({ tag: "a", href, children: [{ start: index + 1, end: to - 1 }] });
    } else if (groups.bracket) {
      plain(index);
      const leaf = { start: index, end: to };
      brackets.push({ at: out.length, leaf, image: groups.bracket[0] === "!" });
      out.push(leaf);
    } else if (groups.close) {
      plain(index);
      const open = brackets.pop();
      const words = open && text.slice(open.leaf.end, index);
      const href = groups.href ?? references.get(nameOf(groups.reference || words || ""));
      const isNote = words?.[0] === "^" && groups.href === undefined;
      if (!open || !isOpen(open) || href === undefined || (groups.href === undefined && isDefinition(text, open.leaf.start, to))) {
        out.push({ start: index, end: index + 1 });
        after(index + 1);
        continue;
      }
      openers.dropFrom(open.at);
      const children = out.splice(open.at).slice(1);
      const isLink = !open.image && !isNote && /^(?:https?:\/\/|mailto:)[^\s]/i.test(href);
      if (isNote) out.push({ tag: "sup", children: leaves(open.leaf.end + 1, index, hidden) });
      else out.push(...(isLink ? [{ tag: "a", href, children }] : children));
      if (!open.image) for (let i = brackets.length; i--;) if (!brackets[i].image) brackets.splice(i, 1); // no link is in a link
    } else if (groups.element) {
      plain(index);
      const leaf = { start: index, end: to };
      const open = groups.ends && elements.at(-1)?.name === groups.element ? elements.pop() : null;
      if (open && isOpen(open)) {
        openers.dropFrom(open.at);
        out.push({ tag: groups.element, children: out.splice(open.at).slice(1) });
      } else {
        if (!groups.ends && elements.length < MAX_ELEMENTS) elements.push({ at: out.length, leaf, name: groups.element });
        out.push(leaf);
      }
    } else if (groups.run) {
      plain(index);
      openers.add(delimiter(text, index, to, start, end));
    } else {
      plain(index);
      out.push({ tag: "br", children: [] });
    }
    after(to);
  }
  plain(end);
  return joined(out);
}

/** (place, length) of a run of backticks → where the next one of the same length begins, or null. */
function closings(text, start, end) {
  const runs = new Map();
  for (const { 0: ticks, index } of text.slice(start, end).matchAll(/`+/g)) {
    if (!runs.has(ticks.length)) runs.set(ticks.length, []);
    runs.get(ticks.length).push(start + index);
  }
  return (at, length) => {
    const places = runs.get(length) ?? [];
    while (places.length && places[0] <= at) places.shift();
    return places[0] ?? null;
  };
}
