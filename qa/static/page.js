// What every page shows in the same way: what is said to screen readers, trouble, and links to a document's original.

import { OUT, el, icon } from "./shared/elements.js";
import { Trouble, problemIn } from "./shared/problems.js";
import { key, request, troubleOf } from "./requests.js";

export const PAGE = "M7 3.5h7l4 4V20.5H7z M14 3.5V8h4 M9.5 12h6 M9.5 15.5h6";
export const DOWN = "M12 4v13 M6 11.5l6 6 6-6";
export const BIN = "M5 7h14 M10 4h4 M7 7l.8 13h8.4L17 7 M10.5 10.5v6 M13.5 10.5v6";
export const LOCK = "M7.5 11V8a4.5 4.5 0 0 1 9 0v3 M5.5 11h13v9h-13z";
export const WARN = "M12 4L2.8 20h18.4z M12 10v4.5 M12 17.2v.1";

export const byId = (id) => document.getElementById(id);

/** Say something to those who don't see the page change. */
export function say(text) {
  byId("live").textContent = text;
}

/** Trouble as it is shown, with a button to try again where that may help. */
export function trouble(error, again) {
  if (!(error instanceof Trouble)) console.error(error);
  const message = error instanceof Trouble ? error.message : "Something went wrong on this page.";
  const label = { "no-key": "Give a key", "not-signed-in": "Sign in" }[error.kind] ?? "Try again";
  return el("div.card.trouble", { role: "alert" },
    el("p", icon(WARN), message), again && el("button", { onclick: again }, label));
}

export const onTheWeb = (uri) => /^https?:\/\/[^\s]+$/i.test(uri ?? "");

/** A link to the original kept here, or to the web; anything else makes none. It opens beside the page. */
export function sourceLink(url, label) {
  const here = url?.startsWith("/v1/originals/");
  if (!here && !onTheWeb(url)) return null;
  const link = el("a.source-link", { href: url, target: "_blank", rel: "noopener noreferrer" }, label, icon(OUT),
    el("span.unseen", " (opens in a new tab)"));
  if (here) link.addEventListener("click", (event) => openWithKey(event, link));
  return link;
}

/** A link carries no key, so where there is one the file is fetched with it and opened from memory. */
async function openWithKey(event, link) {
  if (!key.get()) return;
  event.preventDefault();
  const url = new URL(link.href);
  const response = await request(url.pathname + url.search);
  if (!response.ok) return say(troubleOf(await problemIn(response), response.status).message);
  const file = await response.blob();
  const address = URL.createObjectURL(file);
  // From memory it would run as this site's page: only what the server would show in place is opened, the rest is saved
  const shown = response.headers.get("content-disposition")?.startsWith("inline");
  const options = shown ? { target: "_blank" } : { download: decodeURIComponent(url.pathname.split("/").pop()) };
  el("a", { href: address + url.hash, ...options }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
