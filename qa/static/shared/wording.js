// What an answer says, in words: how sure it is, where it stands, why there is none.

import { spokenWords } from "./forms.js";
import { language, text } from "./language.js";

// `confidence` estimates how often such an answer is right: from 0.7, some three in four and better; below 0.5 it is as
// likely wrong as right.
const SURE = [0.7, 0.5, 0];

// A further answer below this is folded away, but for the one that contradicts the first
const WORTH_SHOWING = 0.35;

const MOST_BEFORE = 100; // code points before the sentence that comes nearest

const REASONS = ["nothing_retrieved", "reader_null", "below_threshold"];

export const reasonOf = ({ reason }) => text(REASONS.includes(reason) ? reason : "reader_null");
export const percentOf = ({ confidence }) => (confidence === null ? "" : text("percent", { n: Math.round(confidence * 100) }));

/** How sure an answer is: in words, and from 1 to 3; 0 where the service has no calibration, and so no confidence. */
export function sureness({ confidence }) {
  const level = confidence === null ? 0 : SURE.length - SURE.findIndex((least) => confidence >= least);
  return { words: text(`sure${level}`), level };
}

/** [those shown, those folded away as too unlikely]. */
export function parted({ conflict, answers }) {
  const likely = (confidence) => confidence === null || confidence >= WORTH_SHOWING;
  const shown = answers.filter(({ confidence }, i) => !i || (conflict && i === 1) || likely(confidence));
  return [shown, answers.filter((answer) => !shown.includes(answer))];
}

/** The passages beside the nearest one, which ends where its passage does. */
export const furtherPassages = ({ passages, nearest }) =>
  passages.filter((passage) => passage.document_id !== nearest?.document_id || passage.end !== nearest.end);

/** Where a citation stands: "page 4, 7.3 Reporting"; empty if nothing is known. */
export const placeOf = ({ page, section, recognised }, between = ", ") =>
  [[page && text("page", { n: page }), recognised && `(${text("recognised")})`].filter(Boolean).join(" "), section].filter(Boolean).join(between);

/** How many documents disagree: those that say what the first answer says, and those that contradict it. */
export function disagreeing({ answers }) {
  const said = answers.filter(({ contradicts }, i) => !i || contradicts).flatMap(({ citations }) => citations);
  return new Set(said.map(({ document_id: id }) => id)).size;
}

/** A citation's date as people write it, as exact as it is known: "1 March 2026", "March 2026"; empty if it isn't. */
export function dateOf({ date }) {
  if (!date) return "";
  const [, month, day] = date.split("-");
  const known = { year: "numeric", ...(month && { month: "long" }), ...(day && { day: "numeric" }), timeZone: "UTC" };
  return new Intl.DateTimeFormat(language(), known).format(new Date(date));
}

/** What the service says to a greeting; in its own words where those are in the language that is spoken. */
export const greetingOf = ({ message }) => (language() === "en" ? message : text("greeting"));

/** One sentence or two that tell an answer to those who can't see it. */
export function spoken(answer, disagree) {
  if (answer.reason === "greeting") return greetingOf(answer);
  if (answer.status !== "answered") return `${text("none")}. ${reasonOf(answer)}`;
  const [best] = answer.answers;
  const [citation] = best.citations;
  const place = placeOf(citation);
  const where = citation.title + (place && `, ${place}`);
  return `${answer.conflict ? `${disagree} ` : ""}${spokenWords(best)}. ${sureness(best).words}. ${text("from", { where })}`;
}

/** The text that comes nearest, in three: before its best sentence, that, and what follows. Offsets count code points.
 *
 * Only a few lines of it are shown, so of a long text before the sentence only the last words are kept.
 */
export function aroundSentence({ start, text: whole, sentence_start: first, sentence_end: last }) {
  const points = [...whole];
  const part = (from, to) => points.slice(from - start, to && to - start).join("");
  const isLong = first - start > MOST_BEFORE;
  const before = isLong ? part(first - MOST_BEFORE, first).replace(/^\S*\s+|^/, "… ") : part(start, first);
  return [before, part(first, last), part(last)];
}

/** The documents of passages by name: "Handbook, Tides and 1 other". */
export function namesOf(passages, nameOf) {
  const all = [...new Set(passages.map(nameOf))];
  const names = all.slice(0, 2).join(", ");
  return all.length > 2 ? text("others", { n: all.length - 2, names }) : names;
}

/** A citation's sentence, cut in three: before the cited words, those words, and what follows; all of it is "before"
 * where they don't stand in it.
 *
 * Words that occur several times are told apart by what the quote knows to stand around them: "two" in "one or two, not
 * two" with the prefix "not " is the second.
 */
export function cut(sentence, { prefix, exact, suffix }) {
  const parts = (at) => [sentence.slice(0, at), exact, sentence.slice(at + exact.length)];
  for (let at = sentence.indexOf(exact); at >= 0; at = sentence.indexOf(exact, at + 1)) {
    const [before, , after] = parts(at);
    const fits = prefix.endsWith(before.slice(-prefix.length || before.length));
    if (fits && suffix.startsWith(after.slice(0, suffix.length))) return parts(at);
  }
  const first = sentence.indexOf(exact);
  return first < 0 ? [sentence, "", ""] : parts(first);
}
