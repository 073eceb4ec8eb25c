// The service's blocks → blocks as they are drawn: rows that are no table's are lines, a heading has all its
// lines, and Markdown's front matter is one block.

import { linesIn } from "./lines.js";

const FRONT_MATTER = /^\ufeff?(?<open>---[ \t]*\r?\n)(?<fields>[^]{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?=\r?\n|$)/;
const RULE = /^([-=~^"'`*+#_.])(?:[ \t]*\1){2,}$/;

export const squeezed = (text) => text.replace(/[\s*_`#\\]+/g, "").toLowerCase();

/** Whether the slice begins on the line below `before`, with no blank line between. */
export const isBelow = (text, before, start) => {
  const gap = text.slice(before, start);
  return gap.length < 500 && !/\S/.test(gap) && gap.indexOf("\n") >= 0 && gap.indexOf("\n") === gap.lastIndexOf("\n");
};

export const indentOf = (text, start) => start - text.lastIndexOf("\n", start - 1) - 1;

/** The blocks as they are drawn, in order. Places are in units; `headings` are the document's, `layout` its format's. */
export function regrouped(text, blocks, headings, layout) {
  const isMarkdown = layout === "markdown";
  const kept = [];
  const add = (block) => kept.push(block);
  const front = isMarkdown && blocks.length ? FRONT_MATTER.exec(text) : null;
  const from = front ? front[0].length : 0;
  if (front) add({ kind: "front", start: 0, content: front[0].indexOf("\n") + 1, end: from - front[0].match(/\r?\n[^\n]*$/)[0].length, level: 0 });
  let nextHeading = 0;
  const rest = from ? blocks.filter(({ end }) => end > from).map((block) => after(text, block, from)) : blocks;
  for (let i = 0; i < rest.length; i++) {
    const block = rest[i];
    const last = kept.at(-1);
    const isAdjacent = last && isBelow(text, last.end, block.start);
    if (block.kind === "heading") {
      while (nextHeading < headings.length && headings[nextHeading].start < lineStart(text, block.start)) nextHeading++;
      const heading = headings[nextHeading];
      const end = headingEnd(text, block, heading?.title ?? "", rest[i + 1]);
      if (isAdjacent && last.kind === "rule" && !isMarkdown) kept.pop(); // the line above that reStructuredText has
      add({ ...block, end, heading });
      if (end > block.end) rest[i + 1] = after(text, rest[i + 1], end);
      if (end > block.end && rest[i + 1].start === rest[i + 1].end) i++; // it was all of the heading
    } else if (block.kind === "row") {
      const count = tableRows(text, rest, i, isMarkdown);
      for (let k = 0; k < count; k++) add({ ...rest[i + k], table: k === 0 });
      if (count) i += count - 1;
      else lineOf(text, block, last, isAdjacent, add);
    } else if (isRule(text, block) && layout !== "lines") {
      add({ ...block, kind: "rule" });
    } else if (block.kind === "paragraph" && isAdjacent && ["paragraph", "item"].includes(last.kind)) {
      last.end = block.end;
    } else {
      add({ ...block });
    }
  }
  return kept;
}

/** What of a block stands behind `place`; nothing, perhaps. */
function after(text, block, place) {
  if (block.start >= place) return block;
  const start = Math.min(block.end, place + text.slice(place, block.end).match(/^\s*/)[0].length);
  return { ...block, start, content: Math.max(start, Math.min(block.content, block.end)), kind: block.kind === "heading" ? "paragraph" : block.kind };
}

const lineStart = (text, at) => text.lastIndexOf("\n", at - 1) + 1;

/** The end of a heading, which may go on for several lines: on those below, while its title does. */
function headingEnd(text, block, title, next) {
  const whole = squeezed(title);
  let end = block.end;
  if (next?.kind !== "paragraph" || !isBelow(text, block.end, next.start)) return end;
  for (const [, stop] of linesIn(text, next.start, Math.min(next.end, next.start + 1000))) {
    const more = squeezed(text.slice(block.content, stop));
    if (squeezed(text.slice(block.content, end)) === whole || !whole.startsWith(more)) break;
    end = next.start + text.slice(next.start, stop).trimEnd().length;
  }
  return end;
}

/** How many rows from this one on are a table's: those below a row of heads with its line of dashes, or several rows. */
function tableRows(text, blocks, first, isMarkdown) {
  let count = 1;
  const hasHeads = (block) => text.slice(block.start, block.end).includes("\n");
  while (blocks[first + count]?.kind === "row" && !hasHeads(blocks[first + count]) && isBelow(text, blocks[first + count - 1].end, blocks[first + count].start)) count++;
  return hasHeads(blocks[first]) || (count > 1 && !isMarkdown) ? count : 0;
}

/** A row that is no table's: a line of the paragraph or the item above, or one of its own. */
function lineOf(text, block, last, isAdjacent, add) {
  if (isAdjacent && ["paragraph", "item"].includes(last.kind)) last.end = block.end;
  else add({ ...block, kind: "paragraph", content: block.start });
}

const isRule = (text, { kind, start, end }) => ["paragraph", "item"].includes(kind) && end - start < 300 && RULE.test(text.slice(start, end));
