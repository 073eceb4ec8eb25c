// What every page uses: elements made of text nodes, requests with the key if one is needed, and words for what is told.

const SVG = "http://www.w3.org/2000/svg";
const KEY = "quoth-key";

const ICONS = {
  thumb: "M4 11h3.5v9H4z M7.5 11.5L11 4c1.7 0 2.5 1.2 2.5 2.7V9.5h4.7a1.8 1.8 0 0 1 1.8 2.1l-1.1 6.9a1.8 1.8 0 0 1-1.8 1.5H7.5",
  out: "M8 16l8-8 M9.5 8H16v6.5",
  page: "M7 3.5h7l4 4V20.5H7z M14 3.5V8h4 M9.5 12h6 M9.5 15.5h6",
  down: "M12 4v13 M6 11.5l6 6 6-6",
  bin: "M5 7h14 M10 4h4 M7 7l.8 13h8.4L17 7 M10.5 10.5v6 M13.5 10.5v6",
  warn: "M12 4L2.8 20h18.4z M12 10v4.5 M12 17.2v.1",
};

/** An element; what isn't one of its properties is set as an attribute, and strings become text nodes. */
export function el(name, given = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter(Boolean));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const byId = (id) => document.getElementById(id);
export const many = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Say something to those who don't see the page change. */
export function say(text) {
  byId("live").textContent = text;
}

// `confidence` estimates how often such an answer is right: from 0.7, some three in four and better; below 0.5 it is as
// likely wrong as right.
const SURE = [[0.7, "Quite sure", 3], [0.5, "Fairly sure", 2], [0, "Unsure", 1]];

/** How sure an answer is: in words, and from 1 to 3. */
export function sureness(confidence) {
  const [, words, level] = SURE.find(([least]) => confidence >= least);
  return { words, level };
}

/** What went wrong, in words for the person in front of the page; `kind` is the last part of the problem's type. */
export class Trouble extends Error {
  constructor(message, kind = "", errors = []) {
    super(message);
    this.kind = kind;
    this.errors = errors;
  }
}

/** The trouble that a response, or a stream's error event, tells of. */
export function troubleOf(problem, status) {
  const kind = String(problem?.type ?? "").split(":").pop();
  return new Trouble(problem?.detail || `The service answered with status ${status}.`, kind, problem?.errors);
}

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
  headers: () => (sessionStorage.getItem(KEY) ? { Authorization: `Bearer ${sessionStorage.getItem(KEY)}` } : {}),
};

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
    await askForKey();
  }
}

/** The JSON of a response; raises Trouble for a problem, as `request` does. */
export async function json(path, options) {
  const response = await request(path, options);
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw troubleOf(body, response.status);
  return body;
}

let asked = null; // for the key: once, whoever needs it

/** Ask for a key until one is given; raises Trouble if it isn't. */
export function askForKey() {
  asked ??= keyGiven().finally(() => { asked = null; });
  return asked;
}

function keyGiven() {
  const refused = key.get() !== null;
  key.forget();
  const box = el("input", { id: "key", type: "password", required: true, autocomplete: "off", spellcheck: false });
  const dialog = el("dialog", { className: "small-dialog", "aria-labelledby": "key-title" },
    el("form", { method: "dialog" },
      el("h2", { id: "key-title" }, "This Quoth asks for a key"),
      el("p", {}, refused ? "The last one isn’t taken, or not any more." : "Whoever runs it gives them out."),
      el("p", { className: "quiet" }, "It is kept until this tab is closed, and sent nowhere else."),
      el("label", { htmlFor: "key" }, "Key"), box,
      el("div", { className: "row end" },
        el("button", { type: "button", onclick: () => dialog.close("") }, "Cancel"),
        el("button", { className: "full", value: "given" }, "Continue"))));
  document.body.append(dialog);
  dialog.showModal();
  box.focus();
  return new Promise((resolve, reject) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "given") return reject(new Trouble("Without a key there is nothing to see here.", "no-key"));
      key.set(box.value.trim());
      window.dispatchEvent(new Event("quoth-key")); // for what was left out without it
      resolve();
    });
  });
}

/** Trouble as it is shown, with a button to try again where that may help. */
export function trouble(error, again) {
  if (!(error instanceof Trouble)) console.error(error);
  const told = error instanceof Trouble ? error.message : "Something went wrong on this page.";
  const label = error.kind === "no-key" ? "Give a key" : "Try again";
  return el("div", { className: "card trouble", role: "alert" },
    el("p", {}, icon("warn"), told), again && el("button", { type: "button", onclick: again }, label));
}

/** A document's id as the end of a path; the browser would resolve its `..` as a folder's if its slashes stood. */
export function idPath(id) {
  const parts = id.split("/");
  return parts.some((part) => part === "." || part === "..") ? encodeURIComponent(id) : parts.map(encodeURIComponent).join("/");
}

export const within = (collection) => (collection === "default" ? "" : `collection=${encodeURIComponent(collection)}`);

/** The viewer's page of a document, at a place in it if one is given. */
export function viewerUrl({ id, collection, start, end }) {
  const query = [...(end ? [`start=${start}`, `end=${end}`] : []), within(collection)].filter(Boolean).join("&");
  return `/documents/${idPath(id)}${query && `?${query}`}${end ? "#cited" : ""}`;
}

export const onTheWeb = (uri) => /^https?:\/\/[^\s]+$/i.test(uri ?? "");

/** A link to the original kept here, or to the web; anything else makes none. It opens beside the page. */
export function sourceLink(url, label) {
  const here = url?.startsWith("/v1/originals/");
  if (!here && !onTheWeb(url)) return null;
  const link = el("a", { href: url, target: "_blank", rel: "noopener noreferrer", className: "source-link" }, label, icon("out"),
    el("span", { className: "unseen" }, " (opens in a new tab)"));
  if (here) link.addEventListener("click", (event) => openWithKey(event, link));
  return link;
}

/** A link carries no key, so where there is one the file is fetched with it and opened from memory. */
async function openWithKey(event, link) {
  if (!key.get()) return;
  event.preventDefault();
  const url = new URL(link.href);
  const response = await request(url.pathname + url.search);
  if (!response.ok) return say(troubleOf(await response.json().catch(() => null), response.status).message);
  const file = await response.blob();
  const address = URL.createObjectURL(file);
  // From memory it would run as this site's page: nothing but a PDF is opened, the rest is saved
  const given = file.type === "application/pdf" ? { target: "_blank" } : { download: decodeURIComponent(url.pathname.split("/").pop()) };
  el("a", { href: address + url.hash, ...given }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Take a token from the address (`#…&token=…`), keep it for this tab and leave it in no history. */
export function takeToken() {
  const parts = location.hash.slice(1).split("&");
  const token = parts.find((part) => part.startsWith("token="));
  if (!token) return;
  key.set(decodeURIComponent(token.slice("token=".length)));
  const rest = parts.filter((part) => part !== token).join("&");
  history.replaceState(history.state, "", location.pathname + location.search + (rest && `#${rest}`));
}
