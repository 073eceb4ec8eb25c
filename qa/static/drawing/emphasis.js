// Markdown's "*", "_" and "~~" → emphasis, by CommonMark's rules of which of them begin and which end one.

const MAX_DEPTH = 12; // of marks in each other
const MAX_OPENERS_TRIED = 8;
const SPACE = /\s/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;
const TAGS = { "*": ["em", "strong"], _: ["em", "strong"], "~": ["s", "s"] };

/** A run of "*", "_" or "~": whether emphasis may begin or end there, by what stands on its sides. */
export function delimiter(text, from, to, start, end) {
  const mark = text[from];
  const before = from > start ? text[from - 1] : " ";
  const behind = to < end ? text[to] : " ";
  const left = !SPACE.test(behind) && (!PUNCTUATION.test(behind) || SPACE.test(before) || PUNCTUATION.test(before));
  const right = !SPACE.test(before) && (!PUNCTUATION.test(before) || SPACE.test(behind) || PUNCTUATION.test(behind));
  const inWord = mark === "_" && left && right;
  return {
    start: from, end: to, mark, size: to - from,
    opens: left && (!inWord || PUNCTUATION.test(before)), closes: right && (!inWord || PUNCTUATION.test(behind)),
  };
}

/** Runs of delimiters that are open: they stand in `out` as leaves until their other half is found. */
export class Delimiters {
  constructor(out) {
    this.out = out;
    this.open = []; // { at: index in out, run }
  }

  /** Nothing that stands from this index on is open any more. */
  dropFrom(index) {
    while (this.open.length && this.open.at(-1).at >= index) this.open.pop();
  }

  add(run) {
    while (run.closes && run.end > run.start && this.#close(run));
    if (run.end <= run.start) return;
    if (run.opens) this.open.push({ at: this.out.length, run });
    this.out.push(run);
  }

  /** Whether a part of the run closed an opener. */
  #close(run) {
    for (let i = this.open.length - 1; i >= Math.max(0, this.open.length - MAX_OPENERS_TRIED); i--) {
      const { at, run: opener } = this.open[i];
      if (opener.mark !== run.mark || (isOdd(opener, run) && run.mark !== "~")) continue;
      const size = run.mark === "~" ? 2 : Math.min(2, opener.end - opener.start, run.end - run.start);
      const children = this.out.slice(at + 1);
      const depth = 1 + Math.max(0, ...children.map((child) => child.depth ?? 0));
      if (depth > MAX_DEPTH) return false;
      this.out.length = at + 1;
      this.open.length = i + 1;
      opener.end -= size;
      run.start += size;
      if (opener.end <= opener.start) {
        this.out.pop();
        this.open.pop();
      }
      this.out.push({ tag: TAGS[run.mark][size - 1], children: joined(children), depth });
      return true;
    }
    return false;
  }
}

/** CommonMark's rule of three, by which "*a**b*" is one emphasis. */
function isOdd(opener, closer) {
  return (opener.closes || closer.opens) && (opener.size + closer.size) % 3 === 0 && !(opener.size % 3 === 0 && closer.size % 3 === 0);
}

/** Neighbouring leaves that stand side by side in the text as one. */
export function joined(nodes) {
  const kept = [];
  for (const node of nodes) {
    const last = kept.at(-1);
    const isPlain = !node.tag && node.shown === undefined;
    if (isPlain && last && !last.tag && last.shown === undefined && last.end === node.start) last.end = node.end;
    else kept.push(isPlain ? { start: node.start, end: node.end } : node);
  }
  return kept.map((node) => (node.tag && node.tag !== "br" ? { ...node, children: joined(node.children) } : node));
}
