// An answer's words in the form they answer in: a list as bullets, steps numbered, "Yes." before the clause that decides
// it, a table's cell below the heads of its row and column.

import { el } from "./elements.js";

const LONG = 90; // characters from which words are set smaller

/** The element that holds the words; `tag` is that of words which are no list. */
export function wordsOf(answer, tag) {
  const { text, form, parts = [], verdict, row, column } = answer;
  if (parts.length && (form === "list" || form === "steps")) {
    return el(`${form === "steps" ? "ol" : "ul"}.words.parts`, parts.map((part) => el("li", part.text)));
  }
  const size = text.length > LONG ? ".long" : "";
  if (verdict) return el(`${tag}.words${size}`, el("b.verdict", verdict === "yes" ? "Yes." : "No."), " ", text);
  const heads = form === "cell" ? [row, column].filter(Boolean).join(" · ") : "";
  return el(`${tag}.words${size}`, heads && el("span.heads", heads), text);
}

/** The same as one line, for those who can't see it. */
export function spokenWords({ text, form, parts = [], verdict, row, column }) {
  if (parts.length && (form === "list" || form === "steps")) return parts.map((part) => part.text).join("; ");
  if (verdict) return `${verdict === "yes" ? "Yes" : "No"}: ${text}`;
  const heads = form === "cell" ? [row, column].filter(Boolean).join(", ") : "";
  return heads ? `${heads}: ${text}` : text;
}
