// An answer as it is shown: the words, how sure they are, and where they stand; or what comes nearest.

import { viewerUrl } from "./shared/addresses.js";
import { el, icon } from "./shared/elements.js";
import { wordsOf } from "./shared/forms.js";
import { marked, plain } from "./shared/markup.js";
import { aroundSentence, cut, dateOf, furtherPassages, namesOf, parted, percentOf, placeOf, reasonOf, sureness } from "./shared/wording.js";
import { many } from "./counting.js";
import { judging } from "./feedback.js";
import { PAGE, WARN, sourceLink } from "./page.js";

export const DISAGREE = "The documents disagree.";
const SHOWN = 3; // citations and nearest passages, the rest folded

/** Document id → title, as far as they are known; passages don't tell it. */
export const titles = new Map();
const titleOf = ({ document_id: id }) => titles.get(id) ?? id.split("/").pop();

const quoted = ({ sentence, quote }) => el("blockquote", marked(cut(sentence, quote)));

function sourceOf({ source_url: url }) {
  return sourceLink(url, url?.startsWith("/v1/originals/") ? "Original" : "On the web");
}

function cited(citation) {
  const place = [placeOf(citation, " · "), dateOf(citation)].filter(Boolean).join(" · ");
  return el("li", quoted(citation),
    el("p.source",
      el("a", { href: citation.url }, icon(PAGE), citation.title), place && el("span", place), sourceOf(citation)));
}

function folded(items, noun, wrap) {
  return items.length ? el("details", el("summary", many(items.length, noun)), wrap(items)) : null;
}

const listed = (items) => el("ul.citations", items);

function bars(level) {
  return el("span.bars", { "aria-hidden": "true" }, [1, 2, 3].map((n) => el("i", { className: n <= level ? "on" : "" })));
}

/** An answer with its citations; `turn` is what it answers. */
function card(turn, answer) {
  const { words, level } = sureness(answer);
  const citations = answer.citations.map(cited);
  return el("article.card.answer",
    wordsOf(answer, "h3"),
    el("p.sure", bars(level), el("b", words),
      el("span.quiet", percentOf(answer)),
      answer.support > 1 && el("span.quiet", `in ${many(answer.support, "document")}`)),
    listed(citations.slice(0, SHOWN)), folded(citations.slice(SHOWN), "more place", listed),
    judging(turn, answer));
}

function nearest(passage, collection) {
  const { document_id: id, start, end } = passage;
  return el("li", el("blockquote.clamped", plain(passage.text)),
    el("p.source", el("a", { href: viewerUrl({ id, collection, start, end }) }, icon(PAGE), titleOf(passage))));
}

/** What comes nearest, from its section on, with its best sentence marked. */
function closest(best, collection) {
  const { document_id: id, start, end, section } = best;
  return el("li", el("blockquote.clamped", marked(aroundSentence(best))),
    el("p.source", el("a", { href: viewerUrl({ id, collection, start, end }) }, icon(PAGE), best.title), section && el("span", section)));
}

function silence(turn) {
  const { nearest: best, message } = turn.answer;
  if (turn.answer.reason === "greeting") return [el("article.card.none", el("p.words", message))];
  const near = furtherPassages(turn.answer).map((passage) => nearest(passage, turn.collection));
  if (best) near.unshift(closest(best, turn.collection));
  return [el("article.card.none",
    el("h3.words", "No answer in these documents"),
    el("p", reasonOf(turn.answer)),
    near.length ? [el("h4", best?.likely ? "This may be it" : "What comes nearest"), listed(near.slice(0, SHOWN)), folded(near.slice(SHOWN), "more passage", listed)] : null,
    judging(turn, null))];
}

/** The nodes that show `turn.answer`. */
export function answerOf(turn) {
  const { status, conflict, asked_as: askedAs } = turn.answer;
  const understood = askedAs && el("p.quiet.small", "Searched for as: ", el("em", askedAs));
  if (status !== "answered") return [understood, ...silence(turn)].filter(Boolean);
  const [shown, rest] = parted(turn.answer);
  const cards = (some) => el("div", { className: `answers ${conflict && some.length > 1 ? "beside" : ""}` }, some.map((answer) => card(turn, answer)));
  return [
    understood,
    conflict && el("p.note", icon(WARN), el("span", el("b", DISAGREE), " This is what each of them says.")),
    cards(shown),
    folded(rest, "less likely answer", cards),
  ].filter(Boolean);
}

/** The best answer so far, while passages are still being read. */
export function soFar(answer) {
  return el("div.card.sofar", el("p.quiet.small", "So far, still reading"),
    wordsOf(answer, "p"), el("p.quiet.small", answer.citations[0]?.title));
}

/** What is being read. */
export const reading = (passages) => `Reading ${many(passages.length, "passage")} of ${namesOf(passages, titleOf)}`;
