// A document's text as nodes, in parts that a browser lays out only when they come into view: drawn as its blocks say, or
// its very characters, as they are indexed.

import { regrouped, squeezed } from "./drawing/blocks.js";
import { Elements } from "./drawing/nodes.js";
import { startOf } from "./drawing/pieces.js";
import { parts } from "./drawing/plain.js";
import { structured } from "./drawing/structure.js";
import { el } from "./shared/elements.js";
import { unitsOf } from "./anchoring.js";

const PART = 2000; // units, about
const MAX_NODES = 150_000; // behind so many the text is shown as it is indexed

/** A document as it is shown: its text, the places in it in units, and whether it can be drawn. */
export class Source {
  constructor({ text, pages, headings, metadata }, blocks, layout) {
    this.text = text;
    this.pages = unitsOf(text, pages);
    this.headings = unitsOf(text, headings.map(({ start }) => start)).map((start, i) => ({ ...headings[i], start }));
    this.metadata = metadata;
    this.layout = layout;
    const places = blocks ? unitsOf(text, blocks.flatMap(({ start, content, end }) => [start, content, end])) : [];
    this.blocks = (blocks ?? []).map((block, i) => ({ ...block, start: places[3 * i], content: places[3 * i + 1], end: places[3 * i + 2] }));
    this.canBeDrawn = Boolean(blocks) && layout !== undefined && layout !== "verbatim";
  }

  /** Its nodes, drawn or as indexed, with `place` marked. */
  nodes(place, isDrawn) {
    if (!isDrawn) return this.#asIndexed(place);
    const nodes = this.#drawn(place);
    return place && !nodes.hasCited ? this.#asIndexed(place) : nodes.made; // the words are marks, which aren't drawn
  }

  #drawn(place) {
    const kept = regrouped(this.text, this.blocks, this.headings, this.layout);
    const own = new Set(kept.map(({ heading }) => heading?.start)); // of headings that are elements themselves
    const elements = new Elements(this.text, place, this.#marks(this.headings.filter(({ start }) => !own.has(start))));
    const made = [];
    let part = null;
    let from = 0; // where the part begins
    for (const node of structured(this.text, kept, this)) {
      const start = startOf(node) ?? from;
      if (elements.count > MAX_NODES) {
        made.push(...this.#asIndexed(place, { from: start, elements }));
        return { made, hasCited: true };
      }
      const before = elements.marksTo(start, false);
      if (!part || start - from > PART) {
        part = el("div.part");
        made.push(part);
        from = start;
      }
      part.append(...before, ...elements.of(node));
    }
    made.push(...elements.marksTo(this.text.length, false));
    return { made, hasCited: elements.hasCited };
  }

  #asIndexed(place, { from = 0, elements = new Elements(this.text, place, this.#marks()) } = {}) {
    const byStart = new Map(this.headings.map((heading) => [heading.start, heading]));
    const nodes = [];
    for (const [start, end] of parts(this.text, [...this.pages, ...byStart.keys()], from)) {
      nodes.push(...elements.marksTo(start, false), this.#part(start, end, byStart.get(start), elements));
    }
    return nodes;
  }

  /** What stands at a place without being of the text: each page's mark, and anchors of `headings`. */
  #marks(headings = []) {
    const pages = this.pages.map((at, i) => ({ at, make: (isInline) => this.#pageMark(i + 1, isInline) }));
    const anchors = headings.map(({ start: at }) => ({ at, make: () => el("span", { id: `at-${at}` }) }));
    return [...pages, ...anchors].sort((a, b) => a.at - b.at);
  }

  #pageMark(number, isInline) {
    const name = `Page ${number}${isRecognised(this.metadata, number) ? " (recognised)" : ""}`;
    return el(`${isInline ? "span" : "p"}.page-mark`, { id: `page-${number}` }, name);
  }

  /** A part of the text as it is; a heading's own line is an element of its own in it, if that is what stands there. */
  #part(start, end, heading, elements) {
    const node = el("div.block");
    let from = start;
    if (heading) {
      if (start > 0 && !/\n\s*\n$/.test(this.text.slice(Math.max(0, start - 20), start))) node.classList.add("apart");
      node.id = `at-${start}`;
      const stop = this.text.indexOf("\n", start);
      const line = this.text.slice(start, stop < 0 || stop > end ? end : stop);
      if (squeezed(line).includes(squeezed(heading.title))) {
        from = start + line.length;
        node.append(el("span", { className: `heading level-${Math.min(heading.level, 4)}`, role: "heading", "aria-level": Math.min(heading.level + 1, 6) }, elements.leaf({ start, end: from })));
      }
    }
    if (from < end) node.append(...elements.leaf({ start: from, end }));
    return node;
  }
}

/** Whether a page's text was recognised in a picture of it: the document says of which, as "2-5, 8". */
const isRecognised = ({ recognised_pages: pages }, number) =>
  [...String(pages ?? "").matchAll(/(\d+)(?:-(\d+))?/g)].some(([, first, last = first]) => +first <= number && number <= +last);
