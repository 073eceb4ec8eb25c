// Items, and what is indented below them → lists in lists, with the numbers that the text has.

import { indentOf } from "./blocks.js";
import { leaves } from "./inline.js";
import { linesIn } from "./lines.js";

const MAX_DEPTH = 8; // of lists in each other
const NUMBER = /^(\d{1,9})([.)])[ \t]*$/;
const BULLET = /^[-*+•‣◦▪–·]\s*$/;
const TASK = /\[([ xX])\][ \t]*$/;
const CLASSES = { mark: "marked", parenthesis: "parenthesis" };

/** Items, and what is indented below them, as lists in lists. */
export function listOf(draw, blocks) {
  const root = { tag: "div", className: "lists", children: [] };
  const open = []; // lists from the outermost in, each of the last item of the one before
  for (const block of blocks) {
    const indent = indentOf(draw.text, block.start);
    if (block.kind !== "item") {
      while (open.length > 1 && indent <= open.at(-1).indent) open.pop();
      open.at(-1).children.at(-1).children.push(draw.block(block, open.at(-1).column));
      continue;
    }
    const { kind, item } = itemOf(draw, block);
    const level = open.length > MAX_DEPTH ? Math.min(block.level, open.at(-1).level) : block.level;
    while (open.length && open.at(-1).level > level) open.pop();
    if (open.at(-1)?.level === level && open.at(-1).kind !== kind) open.pop();
    if (open.at(-1)?.level !== level) {
      const tag = kind === "number" || kind === "parenthesis" ? "ol" : "ul";
      const list = { tag, kind, level, className: CLASSES[kind], children: [] };
      (open.at(-1)?.children.at(-1) ?? root).children.push(list);
      open.push(list);
    }
    const list = open.at(-1);
    list.children.push(item);
    Object.assign(list, { indent, column: indent + block.content - block.start });
  }
  return root.children.length === 1 ? root.children[0] : root;
}

function itemOf(draw, { start, content, end }) {
  const { text } = draw;
  const whole = text.slice(start, content);
  const task = TASK.exec(whole);
  const mark = task ? whole.slice(0, task.index) : whole;
  const number = NUMBER.exec(mark);
  const children = [];
  const kind = number ? (number[2] === "." ? "number" : "parenthesis") : BULLET.test(mark) ? "bullet" : "mark";
  if (kind === "mark") children.push({ tag: "span", className: "mark", children: leaves(start, start + mark.trimEnd().length) });
  if (task) children.push({ start: start + task.index, end: start + task.index + 3, shown: task[1] === " " ? "☐ " : "☑ " });
  const lines = linesIn(text, content, end);
  const drawn = draw.isMarkdown ? { children: draw.words(content, end) } : draw.lines("li", lines, { asTheyAre: draw.layout === "lines" && lines.length > 1 });
  const { className } = drawn;
  const item = { tag: "li", value: number ? Number(number[1]) : undefined, className: className === "lines as-is" ? "lines" : className, children: [...children, ...drawn.children] };
  return { kind, item };
}
