// A document's text as people read it, without Markdown's marks: "## Fees" is "Fees", "**80 °C**" is "80 °C",
// "| Boat | Price |" is "Boat · Price", "[rules](/rules)" is "rules". What else it says stays, "2**3" too.

import { el } from "./elements.js";

const ROW = /^ *\|(.+)\| *$/gm;
// a heading's mark, the line between a table's heads and its rows, bold, a link around its words
const MARKS = /^ *#{1,6} +|^[ |:-]*--[ |:-]*$\n?|(?<!\w)(?:\*\*(?=\S|$)|!?\[([^\]\n]*)\]\([^)\s]*\))|(?<=\S|^)\*\*(?!\w)/gm;

export const plain = (text) => text.replace(MARKS, "$1").replace(ROW, (_, row) => row.trim().replace(/ *\| */g, " · "));

/** [before, words, after] with the words marked. */
export function marked(parts) {
  const [before, words, after] = parts.map(plain);
  return [before, words && el("mark", words), after];
}
