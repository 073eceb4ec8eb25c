// The tree of a document → elements, with its pages' marks, the places that its contents lead to, and the cited words
// marked wherever they lie.

import { el } from "../shared/elements.js";
import { piecesOf } from "./pieces.js";

const PROPERTIES = ["className", "value", "scope", "tabIndex", "role"];

export class Elements {
  /** `place` is what is marked; `marks` are what stands at a place, in order: { at, make(isInline) }. */
  constructor(text, place, marks) {
    this.text = text;
    this.place = place;
    this.marks = marks;
    this.next = 0;
    this.count = 0; // of the nodes made so far
    this.hasCited = false;
  }

  /** The marks that stand up to `place` and aren't made yet. */
  marksTo(place, isInline) {
    const made = [];
    while (this.next < this.marks.length && this.marks[this.next].at <= place) made.push(this.marks[this.next++].make(isInline));
    return made;
  }

  /** The nodes of a node of the tree, or of a leaf. */
  of(node) {
    this.count++;
    if (!node.tag) return this.leaf(node);
    const properties = Object.fromEntries(PROPERTIES.filter((name) => node[name] !== undefined && node[name] !== "").map((name) => [name, node[name]]));
    if (node.at !== undefined) properties.id = `at-${node.at}`;
    if (node.label) properties["aria-label"] = node.label;
    if (node.href) Object.assign(properties, { href: node.href, rel: "noopener noreferrer nofollow" });
    return [el(node.tag, properties, node.children.map((child) => this.of(child)))];
  }

  leaf({ start, end, shown }) {
    if (shown !== undefined) {
      const made = this.marksTo(start, true);
      const isCited = this.place && this.place.start < end && this.place.end > start;
      return [...made, isCited ? this.mark(shown) : shown];
    }
    const places = [];
    for (let i = this.next; i < this.marks.length && this.marks[i].at < end; i++) {
      if (this.marks[i].at > start) places.push(this.marks[i].at);
    }
    return piecesOf(start, end, places, this.place).flatMap(({ start: from, end: to, isCited }) => {
      const words = this.text.slice(from, to);
      return [...this.marksTo(from, true), isCited ? this.mark(words) : words];
    });
  }

  mark(words) {
    const mark = el("mark.cited", words);
    if (!this.hasCited) Object.assign(mark, { id: "cited", tabIndex: -1 });
    this.hasCited = true;
    return mark;
  }
}
