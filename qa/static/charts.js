// Charts as SVG, drawn here, each with a table of the same figures.

import { el } from "./shared/elements.js";

/** What became of questions, and how it is called; in the order in which bars are stacked. */
export const KINDS = [["answered", "Answered"], ["unsure", "Unsure"], ["unanswered", "Unanswered"]];

const HEIGHT = 190;
const LEFT = 44; // of the numbers beside the lines
const BELOW = 22; // of the days below the bars
const MOST = 62; // bars

/** A part as percent; "<1 %" where it would be rounded to none. */
export function share(part, whole) {
  const percent = (100 * part) / whole;
  return part > 0 && percent < 1 ? "<1 %" : `${Math.round(percent)} %`;
}

/** Days → at most MOST bars of as many days each: {from, to, answered, unsure, unanswered}. */
export function bars(days) {
  const together = Math.ceil(days.length / MOST);
  const found = [];
  for (let at = 0; at < days.length; at += together) {
    const some = days.slice(at, at + together);
    const sums = KINDS.map(([kind]) => [kind, some.reduce((sum, { outcomes }) => sum + outcomes[kind], 0)]);
    found.push({ from: some[0].day, to: some.at(-1).day, ...Object.fromEntries(sums) });
  }
  return found;
}

/** The least of 1, 2, 5, 10, 20, 50, … that is as much as `most`, so that half of it is told easily. */
export function ceiling(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most);
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const short = (day) => new Date(`${day}T00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const named = ({ from, to }) => (from === to ? short(from) : `${short(from)} to ${short(to)}`);

/** The questions of each day as stacked bars, `width` wide, a legend, and the table behind them. */
export function chart(days, width) {
  const all = bars(days);
  const top = ceiling(Math.max(...all.map(total)));
  const height = HEIGHT - BELOW - 8;
  const y = (count) => 8 + height * (1 - count / top);
  const step = (width - LEFT) / all.length;
  const lines = [0, top / 2, top].filter(Number.isInteger).flatMap((count) => [
    svg("line", { class: "grid", x1: LEFT, x2: width, y1: y(count), y2: y(count) }),
    svg("text", { class: "axis", x: LEFT - 8, y: y(count) + 4, "text-anchor": "end" }, count.toLocaleString("en")),
  ]);
  const every = Math.ceil(all.length / (width / 85)); // so that days don't touch
  const labels = all.flatMap((bar, i) => (i % every ? [] : [
    svg("text", { class: "axis", x: LEFT + (i + 0.5) * step, y: HEIGHT - 4, "text-anchor": "middle" }, short(bar.from))]));
  const columns = all.map((bar, i) => column(bar, LEFT + i * step + step * 0.15, step * 0.7, y));
  return [
    el("p.legend", { "aria-hidden": "true" }, KINDS.map(([kind, name]) => el(`span.key.${kind}`, name))),
    svg("svg", { class: "chart", viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": "Questions a day by what became of them; the table below has the figures." }, ...lines, ...labels, ...columns),
    el("details", el("summary", "As a table"), tableOf(all)),
  ];
}

const total = (bar) => KINDS.reduce((sum, [kind]) => sum + bar[kind], 0);

function column(bar, x, width, y) {
  let below = 0;
  const parts = KINDS.filter(([kind]) => bar[kind] > 0).map(([kind]) => {
    const part = svg("rect", { class: kind, x, width, y: y(below + bar[kind]), height: y(below) - y(below + bar[kind]) });
    below += bar[kind];
    return part;
  });
  const told = KINDS.map(([kind, name]) => `${name.toLowerCase()} ${bar[kind]}`).join(", ");
  return svg("g", {}, svg("title", {}, `${named(bar)}: ${told}`), ...parts);
}

function tableOf(all) {
  const head = ["Days", ...KINDS.map(([, name]) => name)].map((name) => el("th", { scope: "col" }, name));
  const rows = all.filter((bar) => total(bar) > 0).map((bar) =>
    el("tr", el("th", { scope: "row" }, named(bar)), KINDS.map(([kind]) => el("td.number", bar[kind].toLocaleString("en")))));
  return el("table.uses", el("thead", el("tr", head)), el("tbody", rows.length ? rows : el("tr", el("td", { colSpan: 4 }, "None in these days."))));
}

/** A horizontal bar of a part from 0 to 1; the figure stands beside it. */
export function barOf(part) {
  return svg("svg", { class: "bar-chart", viewBox: "0 0 100 8", preserveAspectRatio: "none" },
    svg("rect", { class: "answered", x: 0, y: 0, width: Math.max(1, 100 * part), height: 8 }));
}
