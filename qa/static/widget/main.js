/* Quoth's chat widget. One script tag puts a button on a page; it opens a dialog that asks the Quoth service the script
   came from, and shows what the documents say, with their own words marked and a link to where they stand.

     <script src="https://HOST/widget.js" data-collection="…" data-title="…" defer></script>

   Whatever comes from documents, attributes or the service becomes a text node, never markup. The style is a
   constructed sheet, so a page's Content-Security-Policy needs nothing but script-src and connect-src HOST.

   The service joins this module and those it imports to the one script that it serves as /widget.js. */

import { QuothWidget } from "./element.js";
import { script } from "./host.js";
import { isInline } from "./settings.js";

function place() {
  if (document.querySelector("quoth-widget")) return; // the page placed it itself, with its own attributes
  const widget = document.createElement("quoth-widget");
  Object.assign(widget.dataset, script.dataset);
  if (isInline(script.dataset) && document.body.contains(script)) script.after(widget);
  else document.body.append(widget);
}

// A second tag changes nothing
if (script && !customElements.get("quoth-widget")) {
  customElements.define("quoth-widget", QuothWidget);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
}
