// An answer's words in the form they answer in: a list as bullets, steps numbered, "Yes." before the clause that decides
// it, a table's cell below the heads of its row and column.

import { el } from "./elements.js";
import { text } from "./language.js";

const LONG = 90; // characters from which words are set smaller

/** The element that holds the words, which are in no language that is known; `tag` is that of words which are no list. */
export function wordsOf(answer, tag) {
  const { text: words, form, parts = [], verdict, row, column } = answer;
  if (parts.length && (form === "list" || form === "steps")) {
    return el(`${form === "steps" ? "ol" : "ul"}.words.parts`, { lang: "" }, parts.map((part) => el("li", part.text)));
  }
  const size = words.length > LONG ? ".long" : "";
  if (verdict) return el(`${tag}.words${size}`, el("b.verdict", `${text(verdict)}.`), " ", el("span", { lang: "" }, words));
  const heads = form === "cell" ? [row, column].filter(Boolean).join(" · ") : "";
  return el(`${tag}.words${size}`, { lang: "" }, heads && el("span.heads", heads), words);
}

/** The same as one line, for those who can't see it. */
export function spokenWords({ text: words, form, parts = [], verdict, row, column }) {
  if (parts.length && (form === "list" || form === "steps")) return parts.map((part) => part.text).join("; ");
  if (verdict) return `${text(verdict)}: ${words}`;
  const heads = form === "cell" ? [row, column].filter(Boolean).join(", ") : "";
  return heads ? `${heads}: ${words}` : words;
}
