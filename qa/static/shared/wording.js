// What an answer says, in words: how sure it is, where it stands, why there is none.

import { spokenWords } from "./forms.js";

// `confidence` estimates how often such an answer is right: from 0.7, some three in four and better; below 0.5 it is as
// likely wrong as right.
const SURE = [[0.7, "Quite sure"], [0.5, "Fairly sure"], [0, "Unsure"]];

// A further answer below this is folded away, but for the one that contradicts the first
const WORTH_SHOWING = 0.35;

const REASONS = {
  nothing_retrieved: "There is nothing here yet that it could be found in.",
  reader_null: "None of the passages that were read answers it.",
  below_threshold: "What was found is too unsure to be given as an answer.",
};

export const many = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
export const reasonOf = ({ reason }) => REASONS[reason] ?? REASONS.reader_null;
export const percentOf = ({ confidence }) => (confidence === null ? "" : `${Math.round(confidence * 100)} %`);

/** How sure an answer is: in words, and from 1 to 3; 0 where the service has no calibration, and so no confidence. */
export function sureness({ confidence }) {
  if (confidence === null) return { words: "Confidence unknown", level: 0 };
  const at = SURE.findIndex(([least]) => confidence >= least);
  return { words: SURE[at][1], level: SURE.length - at };
}

/** [those shown, those folded away as too unlikely]. */
export function parted({ conflict, answers }) {
  const likely = (confidence) => confidence === null || confidence >= WORTH_SHOWING;
  const shown = answers.filter(({ confidence }, i) => !i || (conflict && i === 1) || likely(confidence));
  return [shown, answers.filter((answer) => !shown.includes(answer))];
}

/** Where a citation stands: "page 4, 7.3 Reporting"; empty if nothing is known. */
export const placeOf = ({ page, section }, between = ", ") => [page && `page ${page}`, section].filter(Boolean).join(between);

/** How many documents disagree: those that say what the first answer says, and those that contradict it. */
export function disagreeing({ answers }) {
  const said = answers.filter(({ contradicts }, i) => !i || contradicts).flatMap(({ citations }) => citations);
  return new Set(said.map(({ document_id: id }) => id)).size;
}

/** A citation's date as people write it, as exact as it is known: "1 March 2026", "March 2026"; empty if it isn't. */
export function dateOf({ date }, language) {
  if (!date) return "";
  const fields = { year: "numeric", month: "long", day: "numeric" };
  const known = Object.entries(fields).slice(0, date.split("-").length);
  return new Intl.DateTimeFormat(language, { ...Object.fromEntries(known), timeZone: "UTC" }).format(new Date(date));
}

/** One sentence or two that tell an answer to those who can't see it. */
export function spoken(answer, disagree) {
  if (answer.reason === "greeting") return answer.message;
  if (answer.status !== "answered") return `No answer. ${reasonOf(answer)}`;
  const [best] = answer.answers;
  const [citation] = best.citations;
  const place = placeOf(citation);
  const where = citation.title + (place && `, ${place}`);
  return `${answer.conflict ? `${disagree} ` : ""}${spokenWords(best)}. ${sureness(best).words}. From ${where}.`;
}

/** "2 passages in Handbook, Tides and 1 other". */
export function passagesIn(passages, titleOf, preposition) {
  const names = [...new Set(passages.map(titleOf))];
  const rest = names.length > 2 ? ` and ${many(names.length - 2, "other")}` : "";
  return `${many(passages.length, "passage")} ${preposition} ${names.slice(0, 2).join(", ")}${rest}`;
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
