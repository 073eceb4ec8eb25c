// Thumbs for an answer, or for there being none; the one that points down asks what is wrong.

import { THUMB, el, icon } from "../shared/elements.js";
import { judgement } from "../shared/judgement.js";
import { Trouble, problemIn } from "../shared/problems.js";
import { troubleOf } from "./service.js";

const MAX_COMMENT = 1000; // characters
const FAULTS = [[null, "It is wrong"], ["incomplete", "It leaves something out"], ["outdated", "It is out of date"]];
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
  const send = async (verdict, more) => {
    try {
      const response = await widget.service.post("/v1/feedback", judgement(turn, widget.collection, judged, verdict, more));
      if (!response.ok) throw troubleOf(await problemIn(response), response.status);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      return tell(error.retry ? "That couldn’t be sent. Try again." : error.message);
    }
    tell(verdict === "right" ? "Thank you." : "Thank you, it is noted.");
    widget.tell("feedback", { question: turn.question, verdict, ...more });
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
    form.querySelector("input").focus({ preventScroll: true });
  });
  const close = () => {
    form.remove();
    down.setAttribute("aria-expanded", "false");
    down.focus();
  };
  const form = objecting(judged, close, (more) => send("wrong", more));
  down.setAttribute("aria-expanded", "false");
  row.append(thanks, thumb("Right", () => send("right")), down);
  return row;
}

/** A form that asks what is wrong, which needn't be said, and takes a word of one's own. */
function objecting(judged, cancel, send) {
  const name = `fault-${(forms += 1)}`; // one choice among this form's
  const choices = FAULTS.map(([reason, label]) => [el("input", { type: "radio", name, checked: !reason }), reason, label]);
  const words = el("input", { type: "text", maxLength: MAX_COMMENT, placeholder: "In your own words", "aria-label": "In your own words" });
  const chosen = () => send({ reason: choices.find(([input]) => input.checked)[1], comment: words.value.trim() || null });
  words.onkeydown = (event) => event.key === "Enter" && !event.isComposing && chosen();
  return el(
    "fieldset.correct",
    el("legend", judged ? "What is wrong with it?" : "What would you have expected?"),
    judged && choices.map(([input, , label]) => el("label", input, label)),
    words,
    el(
      "div.row",
      el("button.pill.full", { onclick: chosen }, "Send"),
      el("button.pill", { onclick: cancel }, "Cancel"),
    ),
  );
}
