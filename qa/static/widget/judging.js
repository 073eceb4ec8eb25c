// Thumbs for an answer, or for there being none; the one that points down asks what is wrong.

import { THUMB, el, icon } from "../shared/elements.js";
import { judgement } from "../shared/judgement.js";
import { text } from "../shared/language.js";
import { Trouble, problemIn } from "../shared/problems.js";
import { troubleOf } from "./service.js";

const MAX_COMMENT = 1000; // characters
const FAULTS = [null, "incomplete", "outdated"];
let forms = 0; // made so far

/** The row under an answer; `judged` null stands for there being none. Null where there is nothing to refer to.
 *
 * `handOff` makes what is offered where an answer is judged wrong.
 */
export function judging(turn, judged, widget, handOff) {
  if (!turn.answer.id) return null;
  const row = el("div.judge");
  const thanks = el("span.quiet", { tabIndex: -1 });
  const tell = (words) => {
    thanks.textContent = words;
    widget.say(words);
  };
  const send = async (verdict, more) => {
    try {
      const response = await widget.service.send("/v1/feedback", judgement(turn, widget.collection, judged, verdict, more));
      if (!response.ok) throw troubleOf(await problemIn(response), response.status);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      return tell(error.retry ? text("unsent") : error.message);
    }
    tell(text(verdict === "right" ? "thanks" : "noted"));
    widget.tell("feedback", { question: turn.question, verdict, ...more });
    form.remove();
    row.replaceChildren(thanks);
    if (verdict === "wrong" && judged) row.prepend(handOff(turn, widget));
    thanks.focus();
  };
  const thumb = (verdict, onclick) => {
    const title = text(verdict);
    const label = `${title}: ${judged?.text ?? text("none")}`;
    return el(`button.tool.${verdict}`, { "aria-label": label, title, onclick }, icon(THUMB));
  };
  const down = thumb("wrong", () => {
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
  row.append(thanks, thumb("right", () => send("right")), down);
  return row;
}

/** A form that asks what is wrong, which needn't be said, and takes a word of one's own. */
function objecting(judged, cancel, send) {
  const name = `fault-${(forms += 1)}`; // one choice among this form's
  const choices = FAULTS.map((reason) => [el("input", { type: "radio", name, checked: !reason }), reason]);
  const words = el("input", { type: "text", maxLength: MAX_COMMENT, placeholder: text("words"), "aria-label": text("words") });
  const chosen = () => send({ reason: choices.find(([input]) => input.checked)[1], comment: words.value.trim() || null });
  words.onkeydown = (event) => event.key === "Enter" && !event.isComposing && chosen();
  return el(
    "fieldset.correct",
    el("legend", text(judged ? "what" : "expected")),
    judged && choices.map(([input, reason]) => el("label", input, text(reason ?? "isWrong"))),
    words,
    el(
      "div.row",
      el("button.pill.full", { onclick: chosen }, text("send")),
      el("button.pill", { onclick: cancel }, text("cancel")),
    ),
  );
}
