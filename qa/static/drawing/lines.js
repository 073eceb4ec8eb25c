// Lines of a paragraph: which of them end where a page's or a screen's edge was, so that the next one goes on.

const MIN_WIDTH = 30; // characters of the longest line: shorter ones are verses, addresses, columns of names
const FULL = 0.8; // of that: how far a line and the next one's first word reach, at least, where it was broken
const LEAST_SMALL = 0.3; // of the lines of running text: those that begin with a small letter
const ENDS = /[.!?:;…。！？]["'”’»)\]]*\s*$/;
const FIELD = /^\s*\p{Lu}[\p{L}\d ._/-]{0,30}:(?:\s|$)/u; // "To: all"
const BEGINS = /^\s*(?:[-*+•‣◦▪–·>]\s|\(?(?:\d{1,3}|[a-z])[.)]\s|[#.:=_+\\/|])/i; // an item, or what only a mark begins
const COLUMNS = /\S {3,}\S|^([-=+|])[ \-=+|]*\1$/; // as drawn with blanks and dashes
const SMALL = /^\s*["'“‘(]?\p{Ll}/u;
const LARGE = /^\s*["'“‘(]?\p{Lu}/u;

/** [start, end) of each line in the slice, its end mark included. */
export function linesIn(text, start, end) {
  const lines = [];
  for (let at = start; at < end;) {
    const stop = text.indexOf("\n", at);
    const next = stop < 0 || stop >= end ? end : stop + 1;
    lines.push([at, next]);
    at = next;
  }
  return lines;
}

/** For each line's end but the last one's: whether the next line goes on.
 *
 *     The fee for a week is forty crowns, and        goes on
 *     is paid in advance.                            doesn't: "Berths" had room here
 *     Berths
 *
 *     From: the harbour master, Ingrid Solheim       doesn't: the next one is a field
 *     To: all
 */
export function goesOn(lines) {
  const words = lines.map((line) => line.trim());
  const width = words.reduce((most, { length }) => Math.max(most, length), 0);
  const ends = words.slice(0, -1);
  if (width < MIN_WIDTH || !isRunning(words)) return ends.map(() => false);
  return ends.map((line, i) => {
    const next = words[i + 1];
    if (BEGINS.test(next) || FIELD.test(next)) return false;
    const isFull = line.length + 1 + next.search(/\s|$/) > FULL * width;
    return isFull || (SMALL.test(next) && !ENDS.test(line));
  });
}

/** Whether the lines are a table or a picture made of characters, which stand below each other. */
export const areAligned = (lines) => lines.filter((line) => COLUMNS.test(line.trim().slice(0, 1000))).length > 1;

/** Whether the lines are of running text: some begin amid a sentence, and few with a mark. */
function isRunning(words) {
  const later = words.slice(1);
  if (later.length < 3) return later.some((line, i) => SMALL.test(line) || (LARGE.test(line) && !ENDS.test(words[i])));
  return later.filter((line) => SMALL.test(line)).length >= LEAST_SMALL * later.length;
}
