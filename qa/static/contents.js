// The list of a document's headings, or of its pages, that leads to each.

import { el } from "./shared/elements.js";

const LISTED = 400; // headings and pages

/** The list; null where there is nothing to choose from. Headings and pages are where they begin, in units. */
export function contentsOf(headings, pageStarts, place) {
  const current = place ? (headings.length ? headings.map(({ start }) => start) : pageStarts).findLastIndex((start) => start <= place.start) : -1;
  const pageAt = (start) => pageStarts.findLastIndex((page) => page <= start) + 1;
  const top = headings.reduce((least, { level }) => Math.min(least, level), Infinity);
  const { length } = headings.length ? headings : pageStarts;
  if (length < 2) return null;
  const items = headings.length
    ? headings.slice(0, LISTED).map(({ start, level, title }) => [`#at-${start}`, title, pageStarts.length && pageAt(start), Math.min(level - top, 3)])
    : pageStarts.slice(0, LISTED).map((_, i) => [`#page-${i + 1}`, `Page ${i + 1}`, 0, 0]);
  const links = items.map(([href, label, page, depth], i) =>
    el("li", { className: `depth-${depth}` }, el("a", i === current ? { href, ariaCurrent: "location" } : { href }, label), page && el("span.quiet", { "aria-label": `page ${page}` }, page)));
  const more = length > LISTED && el("p.quiet.small", `and ${(length - LISTED).toLocaleString("en")} more`);
  return el("details", { open: matchMedia("(min-width: 60rem)").matches },
    el("summary", headings.length ? "Contents" : "Pages"), el("nav", { "aria-label": "Contents of the document" }, el("ol", links), more));
}
