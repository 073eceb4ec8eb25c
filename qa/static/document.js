// The viewer: a document drawn as its format means it, or its text as indexed, with its headings and pages, and the cited
// words marked and scrolled to.

import { el, icon } from "./shared/elements.js";
import { problemIn } from "./shared/problems.js";
import { anchored, charactersOf, unitsOf } from "./anchoring.js";
import { contentsOf } from "./contents.js";
import { many } from "./counting.js";
import { FORMATS } from "./formats.js";
import { DOWN, WARN, byId, onTheWeb, sourceLink, trouble } from "./page.js";
import { takeToken } from "./linked_token.js";
import { showPerson } from "./person.js";
import { request, troubleOf } from "./requests.js";
import { Source } from "./source.js";

const LINES = "M4 7h16 M4 12h16 M4 17h16";
const MAX_CITED_CHARS = 20_000; // the service cites no longer slice

takeToken();
showPerson();
const path = location.pathname.replace(/^\/documents\//, "");
const query = new URLSearchParams(location.search);
const collection = query.get("collection") || "default";
const [title, about, links, note, contents, source] = ["title", "about", "links", "note", "contents", "source"].map(byId);

/** The words that the link carries; null if it carries none. */
function carried() {
  const told = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  return told.exact?.trim() ? told : null;
}

/** The place that the address names, in characters; null if it names none. */
function named() {
  const [start, end] = ["start", "end"].map((name) => query.get(name) ?? "");
  return /^\d{1,10}$/.test(start) && /^\d{1,10}$/.test(end) && +start < +end ? { start: +start, end: +end } : null;
}

/** The address of this document over HTTP, with more parameters. */
function apiUrl(folder, more = {}) {
  const parameters = new URLSearchParams({ ...(collection === "default" ? {} : { collection }), ...more });
  return `/v1/${folder}/${path}${String(parameters) && `?${parameters}`}`;
}

async function open() {
  try {
    const place = named();
    const cited = place && place.end - place.start <= MAX_CITED_CHARS ? place : {}; // a longer one is marked all the same
    const response = await request(apiUrl("documents", { ...cited, blocks: "true" }));
    const body = await problemIn(response);
    if (response.ok) return show(body);
    const problem = troubleOf(body, response.status);
    if (problem.kind === "not-found") return showGone();
    throw problem;
  } catch (error) {
    document.title = "Document · Quoth";
    title.textContent = "This document can’t be shown";
    note.replaceChildren(trouble(error, open));
  }
}

function show({ document: given, blocks, original_bytes: bytes, citation }) {
  document.title = `${given.title} · Quoth`;
  title.textContent = given.title;
  about.textContent = [given.id, collection !== "default" && `in ${collection}`, FORMATS[given.media_type]?.name ?? given.media_type,
    given.pages.length && many(given.pages.length, "page"), given.metadata.recognised_pages && "text recognised", many(charactersOf(given.text, given.text.length), "character")].filter(Boolean).join(" · ");
  const place = find(given.text);
  const text = new Source(given, blocks, FORMATS[given.media_type]?.layout);
  const page = place && text.pages.length ? text.pages.findLastIndex((start) => start <= place.start) + 1 : null;
  note.replaceChildren(...told(place));
  source.replaceChildren(...text.nodes(place, text.canBeDrawn));
  const listed = contentsOf(text.headings, text.pages, place);
  contents.hidden = !listed;
  if (listed) contents.replaceChildren(listed);
  links.replaceChildren(...linksOf(given, bytes, page, place?.changed ? null : citation).filter(Boolean));
  if (text.canBeDrawn) links.append(asIndexed(text, place));
  watchTitle();
  if (!byId("cited")) return;
  links.prepend(el("a", { href: "#cited", onclick: (event) => { event.preventDefault(); goTo(byId("cited")); } }, icon(DOWN), "The cited words"));
  goTo(byId("cited"));
}

/** A button that shows the text as indexed, and the drawn document again. */
function asIndexed(text, place) {
  const button = el("button.plain", { ariaPressed: "false" }, icon(LINES), "Text as indexed");
  button.addEventListener("click", () => {
    const isDrawn = button.ariaPressed === "true";
    button.ariaPressed = String(!isDrawn);
    source.replaceChildren(...text.nodes(place, isDrawn));
  });
  return button;
}

/** Once the title has gone out of view, the bar shows it. */
function watchTitle() {
  byId("here").textContent = title.textContent;
  new IntersectionObserver(([{ isIntersecting }]) => byId("here").classList.toggle("shown", !isIntersecting), { rootMargin: "-60px 0px 0px" }).observe(title);
}

function goTo(mark) {
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center" });
  // What is above may only now be laid out, and push it away
  requestAnimationFrame(() => mark.scrollIntoView({ block: "center" }));
}

/** What is to be marked, in units; undefined if nothing was asked for, null if it isn't there. */
function find(text) {
  const place = named();
  if (!place) return undefined;
  const [start, end] = unitsOf(text, [place.start, place.end]);
  const words = carried();
  if (words) return anchored(text, { start, end }, words);
  return charactersOf(text, end) === place.end ? { start, end, sure: true, changed: false } : null;
}

function told(place) {
  if (place === undefined || (place && !place.changed)) return [];
  const words = carried()?.exact;
  const text = !place
    ? words ? ["The document has changed since. These words are no longer in it: ", el("q", words)] : ["The document has no such place: it has changed since, or the link is wrong."]
    : place.sure ? ["The document has changed since; the words were found again here."]
      : ["The document has changed since, and so has what stands around the words. This is the nearest place that has them."];
  return [el("p.note", icon(WARN), el("span", text))];
}

function linksOf(given, bytes, page, citation) {
  const { name, pageLinks } = FORMATS[given.media_type] ?? {};
  const original = bytes && `${apiUrl("originals")}${pageLinks && page ? `#page=${page}` : ""}`;
  const web = onTheWeb(citation?.source_url) ? citation.source_url : given.uri;
  return [
    original && sourceLink(original, pageLinks ? (page ? `Original ${name}, page ${page}` : `Original ${name}`) : "Original file"),
    onTheWeb(given.uri) && sourceLink(web, citation ? "These words on the web" : "On the web"),
    el("a", { href: `/${collection === "default" ? "" : `?collection=${encodeURIComponent(collection)}`}` }, "Ask about it"),
  ];
}

function showGone() {
  document.title = "No such document · Quoth";
  title.textContent = "This document is not here any more";
  about.textContent = decodeURIComponent(path);
  const words = carried()?.exact;
  source.replaceChildren(el("div.card.empty",
    el("p", "It was removed or renamed since the link was made."),
    words && el("p", "What was cited from it: ", el("q", words)),
    el("p.row", el("a.button.full", { href: "/documents" }, "See what is there"), el("a.button", { href: "/" }, "Ask again"))));
}

open();
