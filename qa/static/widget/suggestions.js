// Suggestions in the widget: a module of its own, which is loaded when somebody begins to type.

import { suggest } from "../shared/suggesting.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .ask { position: relative; }
  .suggestions { position: absolute; inset: auto 12px calc(100% + 6px); max-height: min(300px, 40dvh); overflow-y: auto;
    overscroll-behavior: contain; padding: 6px; list-style: none; border: 1px solid var(--line);
    border-radius: var(--radius); background: var(--paper); box-shadow: 0 6px 20px #0002; }
  .suggestions li { padding: 8px 12px; border-radius: 10px; cursor: pointer; overflow-wrap: anywhere; }
  .suggestions :is(:hover, [aria-selected=true]) { background: color-mix(in srgb, var(--accent) 13%, var(--paper)); }
  .suggestions [aria-selected=true] { outline: 2px solid var(--accent); outline-offset: -2px; }
`);

/** Suggest questions at the widget's box; `text` and `examplesOf` are the widget's own, which speak its language. */
export function begin(widget, { service, say }, text, examplesOf) {
  const root = widget.shadowRoot;
  root.adoptedStyleSheets.push(sheet);
  const get = async (q, collection) => {
    const query = new URLSearchParams({ q, collection });
    const response = await service.send(`/v1/suggestions?${query}`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  };
  suggest(root.querySelector("textarea"), root.querySelector(".ask"), {
    where: () => widget.dataset.collection?.trim() || "default",
    examples: () => examplesOf(widget.dataset),
    get,
    ask: (question) => widget.ask(question),
    say,
    counted: (n) => text("suggestions", { n }),
  });
}
