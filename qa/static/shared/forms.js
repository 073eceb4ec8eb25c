// An answer's words in the form they answer in: a list as bullets, steps numbered, "Yes." before the clause that decides
// it, a table's cell below the heads of its row and column.

import { el } from "./elements.js";
import { text } from "./language.js";
import { plain } from "./markup.js";

const LONG = 90; // characters from which words are set smaller

const isList = ({ parts, form }) => parts?.length && /list|steps/.test(form);
const headsOf = ({ form, row, column }) => (form === "cell" ? [row, column].filter(Boolean) : []);

/** The element that holds the words, which are in no language that is known; `tag` is that of words which are no list. */
export function wordsOf(answer, tag) {
  const { form, parts, verdict } = answer;
  if (isList(answer)) {
    return el(`${form === "list" ? "ul" : "ol"}.words.parts`, { lang: "" }, parts.map((part) => el("li", plain(part.text))));
  }
  const words = plain(answer.text);
  const name = `${tag}.words${words.length > LONG ? ".long" : ""}`;
  if (verdict) return el(name, el("b.verdict", `${text(verdict)}.`), " ", el("span", { lang: "" }, words));
  const heads = headsOf(answer).join(" · ");
  return el(name, { lang: "" }, heads && el("span.heads", heads), words);
}

/** The same as one line, for those who can't see it. */
export function spokenWords(answer) {
  const { parts, verdict } = answer;
  if (isList(answer)) return parts.map((part) => plain(part.text)).join("; ");
  const heads = verdict ? text(verdict) : headsOf(answer).join(", ");
  return (heads && `${heads}: `) + plain(answer.text);
}
