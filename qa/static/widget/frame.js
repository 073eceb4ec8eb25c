// The elements that stay: the button on the page, and the dialog with its conversation and its box.

import { el, icon } from "../shared/elements.js";
import { language, text } from "../shared/language.js";

const ASK = "M6.5 4h11a3.5 3.5 0 0 1 3.5 3.5v6a3.5 3.5 0 0 1-3.5 3.5H11l-5 4v-4a3.5 3.5 0 0 1-3-3.5v-6a3.5 3.5 0 0 1 3.5-3.5z M8 9.5h8 M8 12.5h5";
const CLOSE = "M6 6l12 12 M18 6L6 18";
const AGAIN = "M5 12a7 7 0 1 0 2.2-5.1L5 9 M5 4.5V9h4.5";
const SEND = "M12 19V5 M6 11l6-6 6 6";
const STOP = "M7.5 7.5h9v9h-9z";

const tool = (label, path, onclick) => el("button.tool", { "aria-label": label, title: label, onclick }, icon(path));

/** The elements that change, by name; inline there is no dialog but a part of the page, and no button for it.
 *
 * `act` is what they do: `open`, `close`, `startAgain`, `send`, `typed`, `key`.
 */
export function frame(title, inline, act) {
  const parts = {
    launcher: el(
      "button.launcher",
      { "aria-label": title, title, "aria-haspopup": "dialog", "aria-expanded": "false", lang: language(), onclick: act.open },
      icon(ASK),
    ),
    again: tool(text("again"), AGAIN, act.startAgain),
    log: el("div.log", { role: "region", "aria-label": text("log"), tabIndex: 0 }),
    box: el("textarea", {
      rows: 1,
      placeholder: text("box"),
      "aria-label": text("question"),
      "aria-describedby": "limit",
      autocomplete: "off",
      enterKeyHint: "send",
      oninput: act.typed,
      onkeydown: act.key,
    }),
    limit: el("p", { id: "limit", role: "alert" }),
    send: el("button.send", { onclick: act.send }),
    live: el("p.unseen", { role: "status" }),
  };
  const onclose = () => parts.launcher.setAttribute("aria-expanded", "false");
  parts.panel = el(
    inline ? "section.panel" : "dialog.panel",
    { "aria-labelledby": "title", lang: language(), ...(!inline && { closedBy: "any", onclose }) },
    el("header", el("h2", { id: "title", title }, title), parts.again, !inline && tool(text("close"), CLOSE, act.close)),
    parts.log,
    el("div.ask", parts.limit, el("div.row", parts.box, parts.send)),
    parts.live,
  );
  return parts;
}

/** The button beside the box asks, or stops what is being read. */
export function showBusy(send, busy) {
  send.title = send.ariaLabel = text(busy ? "stop" : "ask");
  send.replaceChildren(icon(busy ? STOP : SEND));
}

/** What the conversation begins with; `ask` is called with the example that is chosen. */
export function greeting(examples, ask) {
  const pills = examples.map((example) => el("button.pill", { lang: "", onclick: () => ask(example) }, example));
  return el(
    "div.intro",
    el("p", text("hello")),
    el("p.quiet", text("promise")),
    pills.length && el("div.examples", { role: "group", "aria-label": text("examples") }, pills),
  );
}
