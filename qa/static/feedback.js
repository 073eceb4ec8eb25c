// "Was this right?": a thumb up or down on an answer, and what would have been right.

import { el, icon, json, say } from "/static/shared.js";

const PLACE = ({ document_id, start, end }) => ({ document_id, start, end });
let forms = 0;

/** The row under an answer; `answer` null stands for there being none. */
export function judging(turn, answer) {
  const row = el("div", { className: "judge" });
  const tell = async (verdict, correction) => {
    const judged = answer && PLACE(answer.citations[0]);
    const { id: answer_id } = turn.answer;
    const body = { answer_id, question: turn.question, collection: turn.collection, verdict, answer: judged, correction };
    try {
      await json("/v1/feedback", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      thank("Thank you. This is kept with the documents, to measure and mend by.");
    } catch (error) {
      thank(error.kind === "no-such-route" ? "This Quoth keeps no feedback." : error.message);
    }
  };
  const thank = (text) => {
    row.replaceChildren(el("p", { className: "quiet small", tabIndex: -1 }, text));
    row.firstChild.focus(); // what had it is gone
    say(text);
  };
  const thumb = (label, className, onclick) =>
    el("button", { type: "button", className: `tool ${className}`, title: label, "aria-label": label, onclick }, icon("thumb"));
  row.append(
    el("span", { className: "quiet small" }, answer ? "Was this right?" : "Is that so?"),
    thumb(answer ? "It was right" : "There is no answer", "up", () => tell("right", null)),
    thumb(answer ? "It was wrong" : "There is an answer", "down", () => row.replaceChildren(correcting(answer, tell))));
  return row;
}

function correcting(answer, tell) {
  const id = `right-${++forms}`;
  const words = el("input", { id, type: "text", maxLength: 1000, autocomplete: "off" });
  const none = answer && el("input", { type: "checkbox", onchange: () => { words.disabled = none.checked; } });
  const form = el("form", { className: "correct" },
    el("label", { htmlFor: id }, "What would be right? (if you know)"), words,
    none && el("label", {}, none, "The documents don’t say"),
    el("button", { className: "full" }, "Send"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = words.value.trim();
    tell("wrong", none?.checked ? { no_answer: true } : text ? { text } : null);
  });
  requestAnimationFrame(() => words.focus());
  return form;
}
