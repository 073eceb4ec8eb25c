// Who is signed in, where people sign in: their name in the page's bar, and a way out.

import { el } from "./shared/elements.js";

const SHOWN = "quoth-person"; // a cookie to show, which opens nothing

/** The name of who is signed in, or null. */
export function personName() {
  const pair = document.cookie.split("; ").find((each) => each.startsWith(`${SHOWN}=`));
  try {
    return pair ? decodeURIComponent(pair.slice(SHOWN.length + 1)) || null : null;
  } catch {
    return null; // another program of this host may have set it
  }
}

/** Where to sign in, to come back to this page. */
export const signInUrl = (path) => `${path}?${new URLSearchParams({ next: location.pathname + location.search + location.hash })}`;

/** Put the name into the bar, if somebody is signed in. */
export function showPerson() {
  const name = personName();
  if (name === null) return;
  document.querySelector(".bar")?.append(el("div.person",
    el("span.name", { title: name }, el("span.unseen", "Signed in as "), name),
    el("button.plain", { onclick: signOut }, "Sign out")));
}

/** Show nobody any more: the session has ended. */
export function forgetPerson() {
  document.cookie = `${SHOWN}=; Max-Age=0; Path=/`;
  document.querySelector(".bar .person")?.remove();
}

async function signOut({ target }) {
  target.disabled = true;
  const response = await fetch("/signout", { method: "POST" }).catch(() => null);
  if (response?.ok) location.assign("/"); // what was shown may be for some alone
  else Object.assign(target, { disabled: false, textContent: "Sign out (try again)" });
}
