// A document's text as it is indexed, in parts: [start, end) of each, in units, from one of `cuts` to the next, and parted
// at blank lines where that is long.

const PART = 2000; // units, about
const LONGEST = 20_000; // of a part without a blank line

export function* parts(text, cuts, from = 0) {
  const starts = [...new Set([from, ...cuts])].filter((start) => start >= from && start < text.length).sort((a, b) => a - b);
  for (let i = 0; i < starts.length; i++) {
    const end = starts[i + 1] ?? text.length;
    for (let at = starts[i]; at < end;) {
      const next = Math.min(end, after(text, at));
      yield [at, next];
      at = next;
    }
  }
}

function after(text, at) {
  const blank = text.slice(at + PART, at + LONGEST).indexOf("\n\n"); // no further, however far away one is
  if (blank >= 0) return at + PART + blank + 2;
  return text.length - at < LONGEST ? text.length : cutAt(text, at, LONGEST);
}

/** Where a slice from `at` on of about `longest` units may end: behind a line or a word, else between two characters. */
export function cutAt(text, at, longest) {
  if (text.length - at <= longest) return text.length;
  const words = text.slice(at, at + longest + 1);
  const gap = Math.max(words.lastIndexOf("\n"), words.lastIndexOf(" "));
  return gap > 0 ? at + gap + 1 : at + longest + (/[\udc00-\udfff]/.test(text[at + longest]) ? 1 : 0);
}
