// Thumbs for an answer, or for there being none; the one that points down asks for what would be right.

import { THUMB, el, icon } from "../shared/elements.js";
import { citedPlace, judgement } from "../shared/judgement.js";
import { Trouble, problemIn } from "../shared/problems.js";
import { troubleOf } from "./service.js";

const MAX_WORDS = 1000; // characters of a correction
let forms = 0; // made so far

/** The row under an answer; `judged` null stands for there being none. Null where there is nothing to refer to. */
export function judging(turn, judged, widget) {
  if (!turn.answer.id) return null;
  const row = el("div.judge");
  const thanks = el("span.quiet", { tabIndex: -1 });
  const tell = (text) => {
    thanks.textContent = text;
    widget.say(text);
  };
  const send = async (verdict, correction, text) => {
    try {
      await sent(turn, judged, verdict, correction, widget);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      return tell(error.retry ? "That couldn’t be sent. Try again." : error.message);
    }
    tell(text);
    widget.tell("feedback", { question: turn.question, verdict, correction });
    form.remove();
    row.replaceChildren(thanks);
    thanks.focus();
  };
  const thumb = (title, onclick) =>
    el(`button.tool.${title}`, { "aria-label": `${title}: ${judged?.text ?? "no answer"}`, title, onclick }, icon(THUMB));
  const down = thumb("Wrong", () => {
    if (form.isConnected) return close();
    row.after(form);
    down.setAttribute("aria-expanded", "true");
    form.scrollIntoView({ block: "nearest" });
    form.querySelector(":checked").focus({ preventScroll: true });
  });
  const close = () => {
    form.remove();
    down.setAttribute("aria-expanded", "false");
    down.focus();
  };
  const form = correcting(turn, judged, close, (correction) => send("wrong", correction, "Thank you, it is noted."));
  down.setAttribute("aria-expanded", "false");
  row.append(thanks, thumb("Right", () => send("right", null, "Thank you.")), down);
  return row;
}

async function sent(turn, judged, verdict, correction, { service, collection }) {
  const response = await service.post("/v1/feedback", judgement(turn, collection, judged, verdict, correction));
  if (!response.ok) throw troubleOf(await problemIn(response), response.status);
}

/** A form that asks for what would be right: another answer shown, other words, none, or unknown. */
function correcting(turn, judged, cancel, send) {
  const name = `correction-${(forms += 1)}`; // one choice among this form's
  const corrections = new Map(); // of each choice's button
  const choice = (correction, ...label) => {
    const input = el("input", { type: "radio", name });
    corrections.set(input, correction);
    return el("label", input, ...label);
  };
  const words = el("input", {
    type: "text",
    maxLength: MAX_WORDS,
    placeholder: "The right words",
    "aria-label": "The right words",
    oninput: () => (typed.checked = true),
  });
  const others = turn.answer.answers
    .filter((answer) => answer !== judged)
    .map((answer) => choice(() => citedPlace(answer), el("span", answer.text)));
  const own = choice(() => (words.value.trim() ? { text: words.value.trim() } : null), words);
  const typed = own.firstChild;
  typed.ariaLabel = "Other words";
  const none = judged && choice(() => ({ no_answer: true }), "The documents don’t say");
  const unknown = choice(() => null, judged ? "Just not this" : "I don’t know");
  unknown.firstChild.checked = true;
  const chosen = () => send([...corrections].find(([input]) => input.checked)[1]());
  words.onkeydown = (event) => event.key === "Enter" && !event.isComposing && chosen();
  return el(
    "fieldset.correct",
    el("legend", "What would be right?"),
    others,
    own,
    none,
    unknown,
    el(
      "div.row",
      el("button.pill.full", { onclick: chosen }, "Send"),
      el("button.pill", { onclick: cancel }, "Cancel"),
    ),
  );
}
