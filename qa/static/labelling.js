// Saying what is right for a question that was asked: a sentence, words of a passage, other words, or that there is none.
// It is kept as feedback on the answer, which `quoth feedback export` writes for evaluating and calibrating.

import { viewerUrl } from "./shared/addresses.js";
import { el } from "./shared/elements.js";
import { charactersOf } from "./anchoring.js";
import { say, trouble } from "./page.js";
import { jsonOf, post } from "./requests.js";

const PASSAGES = 8;
const MAX_CHARS = 1000; // of an answer

/** Ask in a dialog what is right for `wording`; `done` is called once it is kept. */
export function label(wording, done) {
  const { question, collection } = wording;
  const words = el("input", { id: "right-words", type: "text", maxLength: MAX_CHARS, autocomplete: "off" });
  const chosen = el("p.chosen", { role: "status" });
  const passages = el("div.passages", { "aria-busy": "true", role: "group", "aria-label": "Passages", tabIndex: 0 }, el("p.quiet", "Looking for passages …"));
  const error = el("p.error", { role: "alert" });
  const save = el("button.full", { type: "submit", disabled: true }, "Save as the answer");
  const none = wording.outcome === "unanswered" && el("button", { onclick: () => keep({ verdict: "right" }) }, "The documents don’t say");
  const form = el("form", el("h2", { id: "label-title" }, question),
    el("p.quiet.small", "Click on the sentence that answers it, or select just the words that do."),
    passages,
    el("label", { htmlFor: "right-words" }, "Or in words, if they stand elsewhere"), words, chosen, error,
    el("div.row.end", el("button", { onclick: () => dialog.close() }, "Cancel"), none, save));
  const dialog = el("dialog.label-dialog", { "aria-labelledby": "label-title" }, form);
  let place = null; // {document_id, start, end, exact}, in characters

  const choose = (span) => {
    place = span;
    words.value = "";
    shown();
  };
  const shown = () => {
    for (const node of passages.querySelectorAll(".sentence")) node.setAttribute("aria-pressed", String(place?.node === node));
    chosen.replaceChildren(...(place ? ["The answer: ", el("mark", place.exact)] : []));
    save.disabled = !place && !words.value.trim();
  };
  words.addEventListener("input", () => { place = null; shown(); });

  async function keep({ verdict, correction = null }) {
    error.textContent = "";
    try {
      await jsonOf(await post("/v1/feedback", { question, collection, answer_id: wording.answer_id, verdict, answer: null, correction }));
    } catch (problem) {
      error.textContent = problem.message;
      return;
    }
    dialog.close();
    done();
    say("Kept as a labelled question.");
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { document_id, start, end, exact } = place ?? {};
    keep({ verdict: "wrong", correction: place ? { document_id, start, end, exact } : { text: words.value.trim() } });
  });

  async function look() {
    try {
      const found = await jsonOf(await post("/v1/search", { question, collection, top_k: PASSAGES }));
      const nodes = found.passages.map((passage) => passageOf(passage, collection, choose));
      passages.replaceChildren(...(nodes.length ? nodes : [el("p.quiet", "There is no passage in this collection.")]));
    } catch (problem) {
      passages.replaceChildren(trouble(problem, look));
    } finally {
      passages.removeAttribute("aria-busy");
    }
  }

  const selected = () => {
    const span = selectedIn(passages);
    if (span) choose(span);
  };
  document.addEventListener("selectionchange", selected);
  dialog.addEventListener("close", () => {
    document.removeEventListener("selectionchange", selected);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  look();
}

const spans = new WeakMap(); // a sentence's node → where it stands

function passageOf({ document_id: id, start, end, text }, collection, choose) {
  const sentences = sentencesOf(text).map(([from, to]) => {
    const span = { document_id: id, start: start + charactersOf(text, from), end: start + charactersOf(text, to), exact: text.slice(from, to) };
    const node = el("span.sentence", { role: "button", tabIndex: 0, "aria-pressed": "false" }, span.exact);
    spans.set(node, span);
    const chosen = () => choose({ ...span, node });
    node.addEventListener("click", () => { if (getSelection().isCollapsed) chosen(); });
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      chosen();
    });
    return [node, text.slice(to, text.length).match(/^\s*/)[0]];
  });
  return el("section.passage", el("h3", el("a", { href: viewerUrl({ id, collection, start, end }), target: "_blank", rel: "noopener" }, id, el("span.unseen", " (opens in a new tab)"))), el("p", sentences));
}

/** [start, end) of each sentence, in units and without white space around it; a line's end ends one too. */
export function sentencesOf(text) {
  const places = [];
  for (const { segment, index } of new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)) {
    const from = index + segment.length - segment.trimStart().length;
    const to = index + segment.trimEnd().length;
    if (from < to) places.push([from, Math.min(to, from + MAX_CHARS)]);
  }
  return places;
}

/** The words selected within one sentence; null if none are. */
function selectedIn(passages) {
  const selection = getSelection();
  if (selection.isCollapsed || selection.rangeCount !== 1) return null;
  const range = selection.getRangeAt(0);
  const node = range.startContainer.parentElement?.closest(".sentence");
  const span = node && passages.contains(node) && range.startContainer === range.endContainer ? spans.get(node) : null;
  if (!span) return null;
  const words = span.exact.slice(range.startOffset, range.endOffset);
  const before = range.startOffset + words.length - words.trimStart().length;
  const start = span.start + charactersOf(span.exact, before);
  const exact = words.trim();
  return exact && { document_id: span.document_id, start, end: start + [...exact].length, exact, node: null };
}
