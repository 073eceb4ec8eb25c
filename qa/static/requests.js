// Requests of the pages: with a key where one is needed, which whoever uses the page is asked for.

import { forgetToken, linkedToken } from "./linked_token.js";
import { forgetPerson, personName, signInUrl } from "./person.js";
import { el } from "./shared/elements.js";
import { Trouble, kindOf, problemIn } from "./shared/problems.js";

const KEY = "quoth-key";

/** What requests are sent with: the key that was typed into this tab, or else the token of the link that led here. */
export const key = {
  get: () => sessionStorage.getItem(KEY) ?? linkedToken(),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget() {
    sessionStorage.removeItem(KEY);
    forgetToken();
  },
  headers: () => (key.get() ? { Authorization: `Bearer ${key.get()}` } : {}),
};

/** A problem document, or null, and a response's status → words. */
export const troubleOf = (problem, status) =>
  new Trouble(problem?.detail || `The service answered with status ${status}.`, kindOf(problem));

/** A response that is not a 401: whoever uses the page is asked for a key as often as one is needed.
 *
 * With `quiet` nobody is asked, and a 401 is returned. Raises Trouble where the service can't be reached or no key is
 * given, and AbortError as fetch does.
 */
export async function request(path, { quiet = false, headers = {}, ...options } = {}) {
  for (;;) {
    let response;
    try {
      response = await fetch(path, { ...options, headers: { ...headers, ...key.headers() } });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Trouble("Quoth can’t be reached. Try again when the connection is back.", "unreached");
    }
    if (response.status !== 401 || quiet) return response;
    await askForKey(await problemIn(response));
  }
}

/** Post JSON, as `request` does. */
export const post = (path, body, signal) =>
  request(path, { method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** The JSON of a response; raises Trouble for a problem, as `request` does. */
export async function jsonOf(response) {
  const body = await problemIn(response);
  if (!response.ok || body === null) throw troubleOf(body, response.status);
  return body;
}

let asked = null; // for the key: once, whoever needs it

/** Ask for a key until one is given, or for signing in where the `problem` says that this is possible.
 *
 * Raises Trouble if neither is done.
 */
export function askForKey(problem) {
  asked ??= keyGiven(problem).finally(() => { asked = null; });
  return asked;
}

function keyGiven(problem) {
  const refused = key.get() !== null;
  key.forget();
  const page = problem?.sign_in; // where people sign in
  const ended = page && personName() !== null;
  if (page) forgetPerson();
  const box = el("input", { id: "key", type: "password", required: true, autocomplete: "off", spellcheck: false });
  const dialog = el("dialog.small-dialog", { "aria-labelledby": "key-title" },
    el("form", { method: "dialog" },
      el("h2", { id: "key-title" }, page ? "This Quoth asks who you are" : "This Quoth asks for a key"),
      ended && el("p", "Your session has ended."),
      page && el("a.button.full.sign-in", { href: signInUrl(page) }, "Sign in"),
      page && el("p.quiet.or", "or use a key, if you have one"),
      (refused || !page) && el("p", refused ? "The last one isn’t taken, or not any more." : "Whoever runs it gives them out."),
      el("p.quiet", "It is kept until this tab is closed, and sent nowhere else."),
      el("label", { htmlFor: "key" }, "Key"), box,
      el("div.row.end",
        el("button", { onclick: () => dialog.close("") }, "Cancel"),
        el(page ? "button" : "button.full", { type: "submit", value: "given" }, "Continue"))));
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector(".sign-in") ?? box).focus();
  return new Promise((resolve, reject) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "given") return reject(nothing(page));
      key.set(box.value.trim());
      window.dispatchEvent(new Event("quoth-key")); // for what was left out without it
      resolve();
    });
  });
}

const nothing = (page) => page
  ? new Trouble("There is nothing to see here before you sign in.", "not-signed-in")
  : new Trouble("Without a key there is nothing to see here.", "no-key");
