// A hand-off to a human: where the page's `data-contact` leads, a link or an address for mail, with the question.

import { warn } from "./warning.js";

const SAFE = /^(https?|mailto):/;

/** The link; empty where the page names none, or one that isn't safe.
 *
 * A link carries the question where it has `{question}`. Mail has it as its subject, and the page's address below.
 */
export function contactOf({ contact = "" }, question) {
  const link = contact.trim();
  if (!link) return "";
  const named = /^[^\s:/@]+@[^\s:/@]+$/.test(link) ? `mailto:${link}` : link;
  const filled = named.replace("{question}", encodeURIComponent(question));
  if (!SAFE.test(filled) || !URL.canParse(filled)) {
    warn("data-contact is no https:, http: or mailto: link.");
    return "";
  }
  if (filled !== named || !filled.startsWith("mailto:")) return filled;
  const subject = encodeURIComponent(question);
  return `${filled}${filled.includes("?") ? "&" : "?"}subject=${subject}&body=${subject}%0A%0A${encodeURIComponent(location.href)}`;
}
