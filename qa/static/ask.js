// The ask page: a box, the conversation below it, newest first, and what a newcomer may begin with.

import { answering, bodyOf, tooLong } from "./shared/asking.js";
import { el } from "./shared/elements.js";
import { Trouble } from "./shared/problems.js";
import { suggest } from "./shared/suggesting.js";
import { spoken } from "./shared/wording.js";
import { DISAGREE, answerOf, reading, soFar, titles } from "./answers.js";
import { many } from "./counting.js";
import { LISTED } from "./formats.js";
import { byId, say, trouble } from "./page.js";
import { takeToken } from "./linked_token.js";
import { showPerson } from "./person.js";
import { jsonOf, post, request, troubleOf } from "./requests.js";

const MAX_ANSWERS = 3;

// Questions to begin with, and the sample document without which they make no sense
const EXAMPLES = [
  ["Who became safety officer after Piet Amsel?", "seeds/halden-handbook-2026.pdf"],
  ["How often can office staff of the ferry company work from home?", "seeds/halden-handbook-2024.html"],
  ["At what temperature is yeast killed?", "seeds/sourdough.md"],
  ["How big is the reward for Maduro now?", "seeds/cartel-directive.md"],
  ["In which country was origami first folded?", "seeds/tide-mill.txt"],
];

const [form, box, limit, where, start, conversation] =
  ["form", "question", "limit", "where", "start", "conversation"].map(byId);
const query = new URLSearchParams(location.search);
let collection = query.get("collection") || "default";
let turns = []; // {question, collection, node, body, answer (once there is one), whole (not to be streamed)}
let offered = []; // the examples that fit what is in the collection
let asking = null; // what stops the question being read

function checked() {
  const refusal = tooLong(box.value);
  limit.textContent = refusal;
  box.setAttribute("aria-invalid", String(Boolean(refusal)));
  return box.value.trim() && !refusal;
}

function ask(question) {
  asking?.abort();
  for (const { node } of turns) node.open = false;
  const body = el("div.body");
  const node = el("details.turn", { open: true }, el("summary", el("h2", question)), body);
  const turn = { question, collection, node, body };
  turns.push(turn);
  conversation.prepend(node);
  document.body.classList.add("asked");
  start.replaceChildren();
  byId("again").hidden = false;
  history.replaceState(history.state, "", `?${new URLSearchParams({ q: question, ...(collection === "default" ? {} : { collection }) })}`);
  return read(turn);
}

async function read(turn) {
  asking = new AbortController();
  const { signal } = asking;
  const options = { post: (path, body) => post(path, body, signal), troubleOf, whole: turn.whole };
  const body = bodyOf(turn, turns, turn.collection, MAX_ANSWERS);
  const progress = el("p.progress", "Looking for passages");
  const show = (...nodes) => turn.body.replaceChildren(...nodes);
  show(progress);
  turn.node.setAttribute("aria-busy", "true");
  say("Looking for passages.");
  try {
    for await (const [name, data] of answering(body, options)) {
      if (name === "passages" && data.passages.length)
        say((progress.textContent = reading(data.passages.filter(({ read }) => read))));
      if (name === "candidate") show(progress, soFar(data));
      if (name === "final") turn.answer = data;
    }
    if (turn.answer.passages.some(({ document_id: id }) => !titles.has(id))) await titled();
    show(...answerOf(turn));
    say(spoken(turn.answer, DISAGREE));
  } catch (error) {
    turn.whole ||= error.kind === "cut";
    const stopped = error.name === "AbortError";
    const again = error.retry === false ? null : () => read(turn);
    show(trouble(stopped ? new Trouble("Stopped, for another question was asked.") : error, again));
  } finally {
    turn.node.removeAttribute("aria-busy");
  }
}

function startAgain() {
  asking?.abort();
  turns = [];
  conversation.replaceChildren();
  document.body.classList.remove("asked");
  byId("again").hidden = true;
  history.replaceState(history.state, "", location.pathname);
  box.value = "";
  box.focus();
  begin();
}

/** What is there to ask, and examples if the sample documents are. */
async function begin() {
  const { collections } = await request("/readyz").then(jsonOf).catch(() => ({}));
  const there = Object.keys(collections ?? {});
  showWhere(collections ?? {}, there);
  if (collections && !there.length) {
    start.replaceChildren(el("div.card.empty",
      el("h2", "Nothing is indexed yet"),
      el("p", `Add files (${LISTED}), and ask about them a moment later.`),
      el("p", el("a.button.full", { href: "/documents" }, "Add documents"))));
    return;
  }
  const shown = examples(await titled());
  if (!turns.length) start.replaceChildren(...shown);
}

function showWhere(collections, there) {
  if (collection !== "default" && !there.includes(collection)) there.push(collection); // as the address names it
  const total = Object.values(collections).reduce((sum, count) => sum + count, 0);
  const choice = el("select", { id: "collection", onchange: () => { collection = choice.value; showSnippet(); begin(); } },
    there.map((name) => el("option", { value: name, selected: name === collection }, `${name} (${many(collections[name] ?? 0, "document")})`)));
  where.replaceChildren(
    el("button", { id: "again", className: "plain", hidden: !turns.length, onclick: startAgain }, "New conversation"),
    there.length > 1 ? el("label", "in ", choice) : "",
    total ? el("a", { href: "/documents" }, there.length > 1 ? "All documents" : many(total, "document")) : "");
}

/** The ids of what is in the collection, whose titles are known from now on; nobody is asked for a key for it. */
async function titled() {
  const query = new URLSearchParams({ collection, limit: 1000 });
  const response = await request(`/v1/documents?${query}`, { quiet: true }).catch(() => null);
  if (!response?.ok) return [];
  const { documents } = await response.json();
  for (const { id, title } of documents) titles.set(id, title);
  return documents.map(({ id }) => id);
}

function examples(ids) {
  const fitting = collection === "default" ? EXAMPLES.filter(([, id]) => ids.includes(id)) : [];
  offered = fitting.map(([question]) => question);
  if (!offered.length) return [];
  return [el("p.quiet.small", { id: "try" }, "To begin with"),
    el("ul.examples", { "aria-labelledby": "try" }, offered.map((question) =>
      el("li", el("button", { onclick: () => asked(question) }, question))))];
}

function asked(question) {
  box.value = question;
  form.requestSubmit();
}

/** What the service suggests for what was typed; nobody is asked for a key for it. */
async function suggestions(typed, within) {
  const response = await request(`/v1/suggestions?${new URLSearchParams({ q: typed, collection: within })}`, { quiet: true });
  return jsonOf(response);
}

function showSnippet() {
  const quoted = collection.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const which = collection === "default" ? "" : ` data-collection="${quoted}"`;
  const line = `<script src="${location.origin}/widget.js"${which} data-title="Ask our documents" defer></script>`;
  byId("snippet").textContent = line;
  const copy = byId("copy");
  copy.hidden = !navigator.clipboard; // only where the page is served safely
  copy.textContent = "Copy";
  copy.onclick = async () => {
    await navigator.clipboard.writeText(line);
    copy.textContent = "Copied";
    say("Copied.");
  };
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!checked()) return;
  ask(box.value.trim());
  box.select();
});
box.addEventListener("input", checked);
suggest(box, form, {
  where: () => collection,
  examples: () => offered,
  get: suggestions,
  ask: asked,
  say,
  counted: (n) => many(n, "suggestion"),
});

takeToken();
showPerson();
showSnippet();
window.addEventListener("quoth-key", begin);
// A link with ?q=… asks at once
box.value = query.get("q") ?? "";
if (box.value.trim() && checked()) ask(box.value.trim());
begin();
