// Rows of cells between pipes → a table, its heads above the line of dashes or, without one, in the first row.

const MAX_COLUMNS = 100; // what is behind them stands in the last one
const MAX_FILLED = 30; // columns up to which a row has as many cells as the first one
const DASHES = /^\|-[-+:=|]*$/; // Org's line below the heads
const PIPE = /(?<!\\)\|/g;
const ALIGNED = { ":-": "start", "-:": "end", "::": "center" };

/** The table of these rows; `cell(start, end)` draws a cell's words. */
export function tableOf(text, rows, cell) {
  const [first, rule] = linesOf(text, rows[0]);
  const isHead = rows[0].table === true;
  const aligned = rule ? cellsIn(text, ...rule).map(([from, to]) => alignment(text.slice(from, to))) : [];
  const below = rows.slice(1).map((row) => linesOf(text, row)[0]).filter(([from, to]) => !DASHES.test(text.slice(from, to)));
  const lines = [first, ...below].map(([from, to]) => cellsIn(text, from, to));
  const width = lines[0].length <= MAX_FILLED ? lines[0].length : 0;
  const drawn = lines.map((cells, i) => ({
    tag: "tr",
    children: Array.from({ length: Math.max(width, cells.length) }, (_, column) => {
      const words = cells[column] ? cell(...cells[column]) : [];
      const className = aligned[column] ?? "";
      return isHead && i === 0 && words.length ? { tag: "th", scope: "col", className, children: words } : { tag: "td", className, children: words };
    }),
  }));
  const parts = isHead ? [{ tag: "thead", children: drawn.slice(0, 1) }, { tag: "tbody", children: drawn.slice(1) }] : [{ tag: "tbody", children: drawn }];
  return { tag: "div", className: "table", tabIndex: 0, role: "group", label: "Table", children: [{ tag: "table", children: parts.filter(({ children }) => children.length) }] };
}

function linesOf(text, { start, end }) {
  const stop = text.indexOf("\n", start);
  return stop < 0 || stop >= end ? [[start, end]] : [[start, stop], [stop + 1, end]];
}

/** [start, end) of each cell, without the white space around: of "| Eider | 40 |" and of "Eider | 40" those of Eider and 40. */
function cellsIn(text, start, end) {
  const pipes = [...text.slice(start, end).matchAll(PIPE)].map(({ index }) => start + index);
  let edges = [start - 1, ...pipes, end];
  if (pipes.length && !text.slice(start, pipes[0]).trim()) edges = edges.slice(1);
  if (edges.length > 2 && !text.slice(edges.at(-2) + 1, end).trim()) edges.pop();
  if (edges.length > MAX_COLUMNS + 1) edges = [...edges.slice(0, MAX_COLUMNS), edges.at(-1)];
  return edges.slice(1).map((right, i) => {
    const words = text.slice(edges[i] + 1, right);
    const from = edges[i] + 1 + words.length - words.trimStart().length;
    return [from, Math.max(from, edges[i] + 1 + words.trimEnd().length)];
  });
}

const alignment = (dashes) => ALIGNED[`${dashes[0]}${dashes.at(-1)}`] ?? "";
