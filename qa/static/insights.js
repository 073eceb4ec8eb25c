// The insights page: what was asked in some days, what became of it, and which documents answer.

import { viewerUrl, within } from "./shared/addresses.js";
import { el, icon } from "./shared/elements.js";
import { problemIn } from "./shared/problems.js";
import { KINDS, barOf, chart, share } from "./charts.js";
import { many } from "./counting.js";
import { label } from "./labelling.js";
import { takeToken } from "./linked_token.js";
import { WARN, byId, say, trouble } from "./page.js";
import { showPerson } from "./person.js";
import { jsonOf, request, troubleOf } from "./requests.js";

const DAY = 86_400_000;
const SHOWN = 8; // documents, the rest folded
const WHICH = [
  ["Unanswered", { outcome: "unanswered" }, ({ outcomes }) => outcomes.unanswered],
  ["Unsure", { outcome: "unsure" }, ({ outcomes }) => outcomes.unsure],
  ["Voted down", { verdict: "wrong" }, null],
  ["Answered", { outcome: "answered" }, ({ outcomes }) => outcomes.answered],
  ["All", {}, null],
];

const query = new URLSearchParams(location.search);
let collection = query.get("collection"); // only this one, null for all
let which = 0;
let asked = 0; // the latest of what was asked for, so that a slower earlier answer isn't shown over it
let figures = null;

const iso = (time) => new Date(time).toISOString().slice(0, 10);
const written = (day) => new Date(`${day.slice(0, 10)}T00:00Z`).toLocaleDateString("en-GB", { dateStyle: "medium", timeZone: "UTC" });

function parameters(more = {}) {
  return new URLSearchParams({ since: byId("since").value, until: byId("until").value, ...(collection === null ? {} : { collection }), ...more });
}

async function refresh() {
  if (!byId("period").reportValidity()) return;
  const mine = ++asked;
  history.replaceState(null, "", `?${parameters()}`);
  try {
    const [found] = await Promise.all([jsonOf(await request(`/v1/insights?${parameters()}`)), showCollections()]);
    if (mine !== asked) return;
    figures = found;
    show(found);
    await showQuestions();
  } catch (error) {
    if (mine === asked) byId("keeping").replaceChildren(trouble(error, refresh));
  }
}

function show(found) {
  byId("keeping").replaceChildren(...kept(found.keeping));
  byId("figures").replaceChildren(tiles(found));
  drawDays();
  byId("documents").replaceChildren(documents(found.documents));
  showKinds();
  say(`${many(found.questions, "question")} from ${written(found.since)} to ${written(found.until)}.`);
}

/** As wide as there is room, so that what is written in it is as large as elsewhere. */
function drawDays() {
  const place = byId("days");
  const { paddingLeft, paddingRight } = getComputedStyle(place);
  const open = place.querySelector("details")?.open ?? false;
  place.replaceChildren(...chart(figures.days, Math.max(240, place.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight))));
  place.querySelector("details").open = open;
}

function kept({ days, word_days: words }) {
  const note = (...text) => [el("p.note", icon(WARN), el("span", text))];
  if (days === null) return note("No questions are kept. Start the server with ", el("code", "QUOTH_KEEP_QUESTIONS=30"), " to keep what becomes of them for thirty days.");
  if (words === null) return note("The words of questions aren’t kept, so that figures are all there is. ", el("code", "QUOTH_KEEP_QUESTION_TEXT=7"), " keeps them for seven days.");
  return [];
}

function tiles({ questions, outcomes, verdicts, times }) {
  const tile = (name, value, more) => el("div.tile", el("dt", name), el("dd", el("b", value), more && el("span.quiet", more)));
  const part = (count) => questions > 0 && share(count, questions);
  return el("dl.tiles",
    tile("Questions", questions.toLocaleString("en"), outcomes.greeting > 0 && `and ${many(outcomes.greeting, "greeting")}`),
    KINDS.map(([kind, name]) => tile(name, outcomes[kind].toLocaleString("en"), part(outcomes[kind]))),
    tile("Feedback", `${verdicts.wrong.toLocaleString("en")} down`, `${verdicts.right.toLocaleString("en")} up`),
    tile("Time to answer", times ? `${times.median} ms` : "–", times && `95 of 100 within ${times.p95} ms`));
}

function showKinds() {
  const had = document.activeElement?.closest("#kinds") !== null && document.activeElement !== null;
  const buttons = WHICH.map(([name, , count], i) => el("button", {
    "aria-pressed": String(i === which), onclick: () => { which = i; showKinds(); showQuestions(); },
  }, name, count && figures && el("span.quiet", ` ${count(figures).toLocaleString("en")}`)));
  byId("kinds").replaceChildren(...buttons);
  if (had) buttons[which].focus();
}

async function showQuestions() {
  const mine = asked;
  const kind = which;
  const place = byId("questions");
  place.setAttribute("aria-busy", "true");
  try {
    const found = await jsonOf(await request(`/v1/insights/questions?${parameters(WHICH[which][1])}`));
    if (mine !== asked || kind !== which) return;
    place.replaceChildren(...groups(found));
  } catch (error) {
    if (mine === asked) place.replaceChildren(trouble(error, showQuestions));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

function groups({ groups: found, total, compared, wordless }) {
  const notes = [
    total > found.length && `The ${found.length} largest of ${total.toLocaleString("en")} groups.`,
    compared >= 1000 && "The latest 1,000 are grouped.",
    wordless > 0 && `${many(wordless, "question")} of which the words aren’t kept.`,
  ].filter(Boolean);
  if (!found.length && !wordless) return [el("div.card.empty", el("p", "None in these days."))];
  return [
    el("p.quiet.small", found.length > 0 && "Those of about the same meaning stand together. ", notes.join(" ")),
    el("ol.groups", found.map((group) => el("li.card", groupOf(group)))),
  ];
}

function groupOf({ questions, wordings, more_wordings: more }) {
  const [first, ...others] = wordings;
  return [
    el("div.group-head", el("span.count", { title: many(questions, "question") }, questions.toLocaleString("en"), el("span.unseen", ` ${questions === 1 ? "question" : "questions"}`)),
      wordingOf(first)),
    others.length > 0 && el("details", el("summary", `${many(others.length + more, "more wording")}`),
      el("ul", others.map((one) => el("li", wordingOf(one))), more > 0 && el("li.quiet.small", `and ${more.toLocaleString("en")} more`))),
  ];
}

function wordingOf(wording) {
  const { question, times, asked: at, collection: where, outcome, confidence, verdict, document_ids: ids } = wording;
  const state = el("span");
  const facts = [
    times > 1 && `${times} times`, `last on ${written(at)}`, where !== "default" && `in ${where}`,
    outcome !== "unanswered" && confidence !== null && `${Math.round(confidence * 100)} %`,
    verdict && `voted ${verdict === "wrong" ? "down" : "up"}`,
  ].filter(Boolean).join(" · ");
  return el("div.wording",
    el("div", el("p.asked", question), el("p.quiet.small", facts, ids.length > 0 && [" · answered by ", ids.map((id, i) => [i > 0 && ", ", el("a", { href: viewerUrl({ id, collection: where }) }, id)])])),
    el("p.row.acts",
      el("button", { onclick: (event) => label(wording, () => { state.textContent = "Labelled."; event.target.focus(); }) }, "Say what is right"),
      el("a", { href: `/?${new URLSearchParams({ q: question, ...(where === "default" ? {} : { collection: where }) })}` }, "Ask it again"), state));
}

function documents({ most, answering, never, silent }) {
  const name = ({ document_id: id, collection: where, title }) =>
    [el("a", { href: viewerUrl({ id, collection: where }) }, title), title !== id && el("span.id", id)];
  const top = Math.max(1, ...most.map(({ questions }) => questions));
  const rows = most.map((one) => el("tr", el("th", { scope: "row" }, name(one)),
    el("td.number", one.questions.toLocaleString("en")), el("td.bar-cell", { "aria-hidden": "true" }, barOf(one.questions / top))));
  const table = (part) => el("table.uses", el("thead", el("tr", el("th", { scope: "col" }, "Document"), el("th.number", { scope: "col" }, "Questions"), el("td.bar-cell"))), el("tbody", part));
  const items = never.map((one) => el("li", name(one)));
  const unlisted = silent - never.length;
  return el("div.beside",
    el("div.card", el("h3", `${many(answering, "document")} answer${answering === 1 ? "s" : ""}`),
      rows.length > 0 && table(rows.slice(0, SHOWN)),
      rows.length > SHOWN && el("details", el("summary", `${(rows.length - SHOWN).toLocaleString("en")} more`), table(rows.slice(SHOWN)))),
    el("div.card", el("h3", `${many(silent, "document")} answered nothing`),
      el("ul.plain-list", items.slice(0, SHOWN)),
      items.length > SHOWN && el("details", el("summary", `${(items.length - SHOWN).toLocaleString("en")} more`), el("ul.plain-list", items.slice(SHOWN))),
      unlisted > 0 && el("p.quiet.small", `and ${unlisted.toLocaleString("en")} more that ${unlisted === 1 ? "isn’t" : "aren’t"} listed`)));
}

async function showCollections() {
  const { collections } = await request("/readyz").then(jsonOf).catch(() => ({}));
  const names = Object.keys(collections ?? {});
  if (collection !== null && !names.includes(collection)) names.push(collection);
  const choice = el("select", { onchange: () => { collection = choice.value || null; refresh(); } },
    el("option", { value: "" }, "all collections"), names.map((name) => el("option", { value: name, selected: name === collection }, name)));
  const had = byId("narrow").contains(document.activeElement);
  byId("narrow").replaceChildren(names.length > 1 || collection !== null ? el("label", "in ", choice) : "");
  if (had) choice.focus();
}

/** A button that saves a file; a link would carry no key. */
function saving(text, address, name) {
  return el("button", {
    async onclick() {
      const response = await request(address());
      if (!response.ok) return say(troubleOf(await problemIn(response), response.status).message);
      const url = URL.createObjectURL(await response.blob());
      el("a", { href: url, download: name() }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      say(`${name()} is saved.`);
    },
  }, text);
}

function begin() {
  const today = Date.now();
  const since = query.get("since") ?? iso(today - 29 * DAY);
  byId("since").value = since;
  byId("until").value = query.get("until") ?? iso(today);
  byId("shortcuts").append(...[7, 30, 90].map((days) => el("button", {
    onclick() {
      byId("since").value = iso(Date.now() - (days - 1) * DAY);
      byId("until").value = iso(Date.now());
      refresh();
    },
  }, `${days} days`)));
  for (const name of ["since", "until"]) byId(name).addEventListener("change", refresh);
  byId("period").addEventListener("submit", (event) => event.preventDefault());
  byId("export").append(
    saving("Questions as CSV", () => `/v1/insights/questions.csv?${parameters()}`, () => `questions-${byId("since").value}-${byId("until").value}.csv`),
    saving("Labelled questions (SQuAD)", () => `/v1/insights/labelled.json?${within(collection ?? "default")}`, () => "labelled.json"),
    el("span.quiet.small", "The second is for ", el("code", "quoth evaluate"), " and ", el("code", "quoth calibrate"), "."));
  addEventListener("resize", () => figures && drawDays());
  takeToken();
  showPerson();
  refresh();
}

begin();
