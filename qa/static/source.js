// A document's text as nodes: its very characters, in blocks that a browser lays out only when they come into view.

import { el } from "./shared/elements.js";
import { many } from "./shared/wording.js";
import { unitsOf } from "./anchoring.js";

const BLOCK = 2000; // units, about
const LONGEST = 20_000; // of a block without a line's end
const LISTED = 400; // headings and pages

/** Show `text` in `source`, with `place` marked, and its headings and pages in `contents`. */
export function showSource(source, contents, { text, pages, headings, metadata }, place) {
  const pageStarts = unitsOf(text, pages);
  const titled = unitsOf(text, headings.map(({ start }) => start)).map((start, i) => ({ ...headings[i], start }));
  const cuts = new Set([0, ...pageStarts, ...titled.map(({ start }) => start)]);
  const byStart = new Map(titled.map((heading) => [heading.start, heading]));
  const nodes = [];
  for (const [start, end] of blocks(text, cuts)) {
    pageStarts.forEach((page, i) => { // several may begin at one place, where a page is empty
      if (page === start) nodes.push(el("p.page-mark", { id: `page-${i + 1}` }, `Page ${i + 1}${isRecognised(metadata, i + 1) ? " (recognised)" : ""}`));
    });
    nodes.push(block(text, start, end, byStart.get(start), place));
  }
  source.replaceChildren(...nodes);
  const listed = contentsOf(titled, pageStarts, place);
  contents.hidden = !listed;
  if (listed) contents.replaceChildren(listed);
}

/** Whether a page's text was recognised in a picture of it: the document says of which, as "2-5, 8". */
export const isRecognised = ({ recognised_pages: pages }, number) =>
  [...String(pages ?? "").matchAll(/(\d+)(?:-(\d+))?/g)].some(([, first, last = first]) => +first <= number && number <= +last);

/** [start, end) of every block: from one cut to the next, and parted at blank lines where it is long. */
function* blocks(text, cuts) {
  const starts = [...cuts].filter((start) => start < text.length).sort((a, b) => a - b);
  for (let i = 0; i < starts.length; i++) {
    const end = starts[i + 1] ?? text.length;
    for (let at = starts[i]; at < end;) {
      const next = Math.min(end, after(text, at));
      yield [at, next];
      at = next;
    }
  }
}

function after(text, at) {
  const blank = text.indexOf("\n\n", at + BLOCK);
  if (blank >= 0 && blank - at < LONGEST) return blank + 2;
  if (text.length - at < LONGEST) return text.length;
  const gap = Math.max(text.lastIndexOf("\n", at + LONGEST), text.lastIndexOf(" ", at + LONGEST));
  return gap > at ? gap + 1 : at + LONGEST + (/[\udc00-\udfff]/.test(text[at + LONGEST]) ? 1 : 0);
}

/** A block; a heading's own line is an element of its own in it, if that is what stands there. */
function block(text, start, end, heading, place) {
  const node = el("div.block");
  let from = start;
  if (heading) {
    if (start > 0 && !/\n\s*\n$/.test(text.slice(Math.max(0, start - 20), start))) node.classList.add("apart");
    node.id = `at-${start}`;
    const stop = text.indexOf("\n", start);
    const line = text.slice(start, stop < 0 || stop > end ? end : stop);
    if (squeezed(line).includes(squeezed(heading.title))) {
      from = start + line.length;
      node.append(el("span", { className: `heading level-${Math.min(heading.level, 4)}`, role: "heading", "aria-level": Math.min(heading.level + 1, 6) }, pieces(text, start, from, place)));
    }
  }
  node.append(...pieces(text, from, end, place));
  return node;
}

const squeezed = (text) => text.replace(/[\s*_`#\\]+/g, "").toLowerCase();

/** The slice as text nodes, with the part of it that is in `place` marked; the first mark is where links lead. */
function pieces(text, start, end, place) {
  const from = Math.max(start, place?.start ?? end);
  const to = Math.min(end, place?.end ?? start);
  if (from >= to) return [text.slice(start, end)];
  const mark = el("mark", text.slice(from, to));
  if (from === place.start) Object.assign(mark, { id: "cited", tabIndex: -1 });
  return [text.slice(start, from), mark, text.slice(to, end)].filter(Boolean);
}

function contentsOf(headings, pageStarts, place) {
  const current = place ? (headings.length ? headings.map(({ start }) => start) : pageStarts).findLastIndex((start) => start <= place.start) : -1;
  const pageAt = (start) => pageStarts.findLastIndex((page) => page <= start) + 1;
  const top = Math.min(...headings.map(({ level }) => level));
  const items = headings.length
    ? headings.map(({ start, level, title }) => [`#at-${start}`, title, pageStarts.length && pageAt(start), Math.min(level - top, 3)])
    : pageStarts.map((_, i) => [`#page-${i + 1}`, `Page ${i + 1}`, 0, 0]);
  if (items.length < 2) return null;
  const links = items.slice(0, LISTED).map(([href, label, page, depth], i) =>
    el("li", { className: `depth-${depth}` }, el("a", i === current ? { href, ariaCurrent: "location" } : { href }, label), page && el("span.quiet", { "aria-label": `page ${page}` }, page)));
  const more = items.length > LISTED && el("p.quiet.small", `and ${many(items.length - LISTED, "more")}`);
  return el("details", { open: matchMedia("(min-width: 60rem)").matches },
    el("summary", headings.length ? "Contents" : "Pages"), el("nav", { "aria-label": "Contents of the document" }, el("ol", links), more));
}
