// Markdown's marks within a block → what they mean, each piece with its place in the text.
//
// What is drawn is a tree: a leaf is the slice `[start, end)` of the text, shown as it is unless `shown` says what it
// stands for ("&amp;" is "&"); a node has a tag, properties and children. What lies between leaves are marks, which
// aren't drawn: "**", "](https://…)", the backslash of "\|". It is CommonMark's rules, but for links by reference and HTML,
// which stay as they are written.

import { decoded } from "./entities.js";

const MAX_UNITS = 20_000; // of a block whose marks are looked at
const MAX_DEPTH = 12; // of marks in each other
const MAX_OPENERS_TRIED = 8;

const TOKEN = new RegExp(
  [
    /\\(?<escaped>[!-/:-@[-`{-~])/, // "\*"
    /\\(?=\r?\n)/, // a line that ends here
    /(?<ticks>`+)/,
    /(?<entity>&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z\d]{1,30});)/,
    /<(?<address>(?:https?:\/\/|mailto:)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})>/,
    /<br *\/?>/,
    /(?<bracket>!?\[)/,
    /(?<close>\](?:\(\s{0,3}<?(?<href>[^\s<>()]{0,2000}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,200}){0,4})>?(?:\s{1,3}(?:"[^"\n]{0,300}"|'[^'\n]{0,300}'|\([^()\n]{0,300}\)))?\s{0,3}\))?)/,
    /(?<run>\*+|_+|~~)/,
    / {2,}(?=\r?\n)/,
  ].map(({ source }) => source).join("|"), "gu");
const SPACE = /\s/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;
const TAGS = { "*": ["em", "strong"], _: ["em", "strong"], "~": ["s", "s"] };

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

/** What the slice means; `hidden` slices in it are left out, `inCell` says that "\|" is a pipe in code, too. */
export function inline(text, start, end, { hidden = [], inCell = false } = {}) {
  if (end - start > MAX_UNITS) return leaves(start, end, hidden);
  const code = closings(text, start, end);
  const source = text.slice(0, end);
  const out = [];
  const brackets = []; // "[" and "![" that are open: where they are in `out`
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
      brackets.push({ at: out.length, image: groups.bracket[0] === "!" });
      out.push({ start: index, end: to });
    } else if (groups.close) {
      plain(index);
      const open = brackets.pop();
      if (!open || groups.href === undefined) {
        out.push({ start: index, end: index + 1 });
        after(index + 1);
        continue;
      }
      openers.dropFrom(open.at);
      const children = out.splice(open.at).slice(1);
      const isLink = !open.image && /^(?:https?:\/\/|mailto:)[^\s]/i.test(groups.href);
      out.push(...(isLink ? [{ tag: "a", href: groups.href, children }] : children));
      if (!open.image) for (let i = brackets.length; i--;) if (!brackets[i].image) brackets.splice(i, 1); // no link is in a link
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

/** A run of "*", "_" or "~": whether emphasis may begin or end there, by what stands on its sides. */
function delimiter(text, from, to, start, end) {
  const mark = text[from];
  const before = from > start ? text[from - 1] : " ";
  const behind = to < end ? text[to] : " ";
  const left = !SPACE.test(behind) && (!PUNCTUATION.test(behind) || SPACE.test(before) || PUNCTUATION.test(before));
  const right = !SPACE.test(before) && (!PUNCTUATION.test(before) || SPACE.test(behind) || PUNCTUATION.test(behind));
  const inWord = mark === "_" && left && right;
  return {
    start: from, end: to, mark, size: to - from,
    opens: left && (!inWord || PUNCTUATION.test(before)), closes: right && (!inWord || PUNCTUATION.test(behind)),
  };
}

/** Runs of delimiters that are open: they stand in `out` as leaves until their other half is found. */
class Delimiters {
  constructor(out) {
    this.out = out;
    this.open = []; // { at: index in out, run }
  }

  /** Nothing that stands from this index on is open any more. */
  dropFrom(index) {
    while (this.open.length && this.open.at(-1).at >= index) this.open.pop();
  }

  add(run) {
    while (run.closes && run.end > run.start && this.#close(run));
    if (run.end <= run.start) return;
    if (run.opens) this.open.push({ at: this.out.length, run });
    this.out.push(run);
  }

  /** Whether a part of the run closed an opener. */
  #close(run) {
    for (let i = this.open.length - 1; i >= Math.max(0, this.open.length - MAX_OPENERS_TRIED); i--) {
      const { at, run: opener } = this.open[i];
      if (opener.mark !== run.mark || (isOdd(opener, run) && run.mark !== "~")) continue;
      const size = run.mark === "~" ? 2 : Math.min(2, opener.end - opener.start, run.end - run.start);
      const children = this.out.slice(at + 1);
      const depth = 1 + Math.max(0, ...children.map((child) => child.depth ?? 0));
      if (depth > MAX_DEPTH) return false;
      this.out.length = at + 1;
      this.open.length = i + 1;
      opener.end -= size;
      run.start += size;
      if (opener.end <= opener.start) {
        this.out.pop();
        this.open.pop();
      }
      this.out.push({ tag: TAGS[run.mark][size - 1], children: joined(children), depth });
      return true;
    }
    return false;
  }
}

/** CommonMark's rule of three, by which "*a**b*" is one emphasis. */
function isOdd(opener, closer) {
  return (opener.closes || closer.opens) && (opener.size + closer.size) % 3 === 0 && !(opener.size % 3 === 0 && closer.size % 3 === 0);
}

/** Neighbouring leaves that stand side by side in the text as one. */
function joined(nodes) {
  const kept = [];
  for (const node of nodes) {
    const last = kept.at(-1);
    const isPlain = !node.tag && node.shown === undefined;
    if (isPlain && last && !last.tag && last.shown === undefined && last.end === node.start) last.end = node.end;
    else kept.push(isPlain ? { start: node.start, end: node.end } : node);
  }
  return kept.map((node) => (node.tag && node.tag !== "br" ? { ...node, children: joined(node.children) } : node));
}
