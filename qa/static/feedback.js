// "Was this right?": a thumb up or down on an answer, and what would have been right.

import { THUMB, el, icon } from "./shared/elements.js";
import { judgement } from "./shared/judgement.js";
import { say } from "./page.js";
import { jsonOf, post } from "./requests.js";

let forms = 0;

/** The row under an answer; `answer` null stands for there being none. */
export function judging(turn, answer) {
  const row = el("div.judge");
  const tell = async (verdict, correction) => {
    try {
      await jsonOf(await post("/v1/feedback", judgement(turn, turn.collection, answer, verdict, { correction })));
      thank("Thank you. This is kept with the documents, to measure and mend by.");
    } catch (error) {
      thank(error.kind === "no-such-route" ? "This Quoth keeps no feedback." : error.message);
    }
  };
  const thank = (text) => {
    row.replaceChildren(el("p.quiet.small", { tabIndex: -1 }, text));
    row.firstChild.focus(); // what had it is gone
    say(text);
  };
  const thumb = (label, className, onclick) =>
    el("button", { className: `tool ${className}`, title: label, "aria-label": label, onclick }, icon(THUMB));
  row.append(
    el("span.quiet.small", answer ? "Was this right?" : "Is that so?"),
    thumb(answer ? "It was right" : "There is no answer", "up", () => tell("right", null)),
    thumb(answer ? "It was wrong" : "There is an answer", "down", () => row.replaceChildren(correcting(answer, tell))));
  return row;
}

function correcting(answer, tell) {
  const id = `right-${++forms}`;
  const words = el("input", { id, type: "text", maxLength: 1000, autocomplete: "off" });
  const none = answer && el("input", { type: "checkbox", onchange: () => { words.disabled = none.checked; } });
  const form = el("form.correct",
    el("label", { htmlFor: id }, "What would be right? (if you know)"), words,
    none && el("label", none, "The documents don’t say"),
    el("button.full", { type: "submit" }, "Send"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = words.value.trim();
    tell("wrong", none?.checked ? { no_answer: true } : text ? { text } : null);
  });
  requestAnimationFrame(() => words.focus());
  return form;
}
