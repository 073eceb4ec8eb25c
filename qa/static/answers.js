// An answer as it is shown: the words, how sure they are, and where they stand; or what comes nearest.

import { el, icon, many, sourceLink, sureness, viewerUrl } from "/static/shared.js";
import { judging } from "/static/feedback.js";

// A further answer below this is folded away, but for the one that contradicts the first
const WORTH_SHOWING = 0.35;
const SHOWN = 3; // citations and nearest passages, the rest folded

const REASONS = {
  nothing_retrieved: "There is nothing here that it could be found in.",
  reader_null: "None of the passages that were read answers it.",
  below_threshold: "What was found is too unsure to be given as an answer.",
};

/** Document id → title, as far as they are known; passages don't tell it. */
export const titles = new Map();
const titleOf = ({ document_id: id }) => titles.get(id) ?? id.split("/").pop();

/** Where the cited words stand in their sentence: the occurrence with the right words around it; -1 if there is none. */
function offsetIn(sentence, { prefix, exact, suffix }) {
  for (let at = sentence.indexOf(exact); at >= 0; at = sentence.indexOf(exact, at + 1)) {
    const end = at + exact.length;
    const fits = prefix.endsWith(sentence.slice(Math.max(0, at - prefix.length), at));
    if (fits && suffix.startsWith(sentence.slice(end, end + suffix.length))) return at;
  }
  return sentence.indexOf(exact);
}

function quoted({ sentence, quote }) {
  const at = offsetIn(sentence, quote);
  if (at < 0) return el("blockquote", {}, sentence);
  const end = at + quote.exact.length;
  return el("blockquote", {}, sentence.slice(0, at), el("mark", {}, quote.exact), sentence.slice(end));
}

function sourceOf({ source_url: url }) {
  return sourceLink(url, url?.startsWith("/v1/originals/") ? "Original" : "On the web");
}

function cited(citation) {
  const place = [citation.page && `page ${citation.page}`, citation.section].filter(Boolean).join(" · ");
  return el("li", {}, quoted(citation),
    el("p", { className: "source" },
      el("a", { href: citation.url }, icon("page"), citation.title), place && el("span", {}, place), sourceOf(citation)));
}

function folded(items, noun, wrap) {
  return items.length ? el("details", {}, el("summary", {}, many(items.length, noun)), wrap(items)) : null;
}

const listed = (items) => el("ul", { className: "citations" }, items);

function bars(level) {
  return el("span", { className: "bars", "aria-hidden": "true" }, [1, 2, 3].map((n) => el("i", { className: n <= level ? "on" : "" })));
}

/** An answer with its citations; `turn` is what it answers. */
function card(turn, answer) {
  const { words, level } = sureness(answer.confidence);
  const citations = answer.citations.map(cited);
  return el("article", { className: "card answer" },
    el("h3", { className: "words" }, answer.text),
    el("p", { className: "sure" }, bars(level), el("b", {}, words),
      el("span", { className: "quiet" }, `${Math.round(answer.confidence * 100)} %`),
      answer.support > 1 && el("span", { className: "quiet" }, `in ${many(answer.support, "document")}`)),
    listed(citations.slice(0, SHOWN)), folded(citations.slice(SHOWN), "more place", listed),
    judging(turn, answer));
}

function nearest(passage, collection) {
  const { document_id: id, start, end } = passage;
  return el("li", {}, el("blockquote", { className: "clamped" }, passage.text),
    el("p", { className: "source" }, el("a", { href: viewerUrl({ id, collection, start, end }) }, icon("page"), titleOf(passage))));
}

function silence(turn) {
  const { reason, passages } = turn.answer;
  const near = passages.map((passage) => nearest(passage, turn.collection));
  return [el("article", { className: "card none" },
    el("h3", { className: "words" }, "No answer in these documents"),
    el("p", {}, REASONS[reason] ?? REASONS.reader_null),
    near.length ? [el("h4", {}, "What comes nearest"), listed(near.slice(0, SHOWN)), folded(near.slice(SHOWN), "more passage", listed)] : null,
    judging(turn, null))];
}

/** The nodes that show `turn.answer`. */
export function answerOf(turn) {
  const { status, conflict, answers, asked_as: askedAs } = turn.answer;
  const understood = askedAs && el("p", { className: "quiet small" }, "Searched for as: ", el("em", {}, askedAs));
  if (status !== "answered") return [understood, ...silence(turn)].filter(Boolean);
  const [first, ...further] = answers;
  const worth = (answer, index) => (conflict && index === 0) || answer.confidence >= WORTH_SHOWING;
  const shown = [first, ...further.filter(worth)];
  const rest = further.filter((answer, index) => !worth(answer, index));
  const cards = (some) => el("div", { className: `answers ${conflict && some.length > 1 ? "beside" : ""}` }, some.map((answer) => card(turn, answer)));
  return [
    understood,
    conflict && el("p", { className: "note" }, icon("warn"), el("span", {}, el("b", {}, "The documents disagree."), " This is what each of them says.")),
    cards(shown),
    folded(rest, "less likely answer", cards),
  ].filter(Boolean);
}

/** One sentence that tells the answer to those who can't see it. */
export function spoken({ status, reason, conflict, answers }) {
  if (status !== "answered") return `No answer. ${REASONS[reason] ?? REASONS.reader_null}`;
  const [{ text, confidence, citations: [{ title, page }] }] = answers;
  const place = page ? `, page ${page}` : "";
  return `${conflict ? "The documents disagree. " : ""}${text}. ${sureness(confidence).words}. From ${title}${place}.`;
}

/** The best answer so far, while passages are still being read. */
export function soFar({ text, citations }) {
  return el("div", { className: "card sofar" }, el("p", { className: "quiet small" }, "So far, still reading"),
    el("p", { className: "words" }, text), el("p", { className: "quiet small" }, citations[0]?.title));
}

/** What is being read. */
export function reading(passages) {
  const names = [...new Set(passages.map(titleOf))];
  const rest = names.length > 2 ? ` and ${many(names.length - 2, "other")}` : "";
  return `Reading ${many(passages.length, "passage")} of ${names.slice(0, 2).join(", ")}${rest}`;
}
