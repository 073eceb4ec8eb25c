// The documents page: what is indexed, page by page, adding by picker or drop, and removing after asking.

import { idPath, viewerUrl, within } from "./shared/addresses.js";
import { el, icon } from "./shared/elements.js";
import { problemIn } from "./shared/problems.js";
import { many } from "./counting.js";
import { FORMATS, LISTED, SUFFIXES } from "./formats.js";
import { BIN, LOCK, byId, say, sourceLink, trouble } from "./page.js";
import { takeToken } from "./linked_token.js";
import { showPerson } from "./person.js";
import { jsonOf, request, troubleOf } from "./requests.js";
import { showSyncs } from "./syncs.js";
import { upload } from "./upload.js";

const PAGE = 50;

const [list, count, narrow, named, paging, drop, files, into, readable, uploads] =
  ["list", "count", "narrow", "named", "paging", "drop", "files", "into", "readers", "uploads"].map(byId);
let collection = new URLSearchParams(location.search).get("collection"); // only this one, null for all
let offset = 0;
let asked = 0; // the latest of what was asked for, so that a slower earlier answer isn't shown over it

const size = (bytes) =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
const date = (iso, more) => new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", ...more });

async function refresh() {
  const mine = ++asked;
  const only = { ...(collection === null ? {} : { collection }), ...(named.value.trim() ? { named: named.value.trim() } : {}) };
  const query = new URLSearchParams({ limit: PAGE, offset, ...only });
  list.setAttribute("aria-busy", "true");
  try {
    const { documents, total, index_version: version } = await jsonOf(await request(`/v1/documents?${query}`));
    if (mine !== asked) return;
    if (!documents.length && offset > 0) {
      offset = Math.max(0, Math.floor((total - 1) / PAGE) * PAGE); // the last one of this page was removed
      await refresh();
      return;
    }
    show(documents, total, version);
    await showCollections();
  } catch (error) {
    if (mine === asked) list.replaceChildren(trouble(error, refresh));
  } finally {
    list.removeAttribute("aria-busy");
  }
}

function show(documents, total, version) {
  count.textContent = `${many(total, "document")} · version ${version} of the index`;
  list.replaceChildren(documents.length ? table(documents) : el("div.card.empty", named.value.trim()
    ? el("h3", "No document is called so")
    : [el("h3", "Nothing is indexed yet"), el("p", "Drop a file above. It can be asked about as soon as it is listed here.")]));
  const turn = (label, to) => el("button", { disabled: to < 0 || to >= total, onclick: () => { offset = to; refresh(); } }, label);
  paging.hidden = total <= PAGE;
  paging.replaceChildren(turn("Previous", offset - PAGE),
    el("span.quiet", `${offset + 1} to ${offset + documents.length} of ${total.toLocaleString("en")}`), turn("Next", offset + PAGE));
}

function table(documents) {
  const several = new Set(documents.map((document) => document.collection)).size > 1;
  const head = ["Document", several && "Collection", "Kind", "Length", "Added"].filter(Boolean).map((name) => el("th", { scope: "col" }, name));
  return el("table.documents",
    el("thead", el("tr", head, el("th", { scope: "col" }, el("span.unseen", "Remove")))),
    el("tbody", documents.map((document) => row(document, several))));
}

function row(document, several) {
  const { id, title, collection, uri, media_type: type, characters, original_bytes: bytes, added, readers } = document;
  const remove = el("button.tool", { title: "Remove", "aria-label": `Remove ${title}`, onclick: () => confirmed(document) }, icon(BIN));
  return el("tr",
    el("th", { scope: "row" }, el("a", { href: viewerUrl({ id, collection }) }, title), title !== id && el("span.id", id),
      sourceLink(uri, el("span.id", `from ${uri ? hostOf(uri) : ""}`)),
      readers.length > 0 && el("span.id.readers", icon(LOCK), `for ${readers.join(", ")}`)),
    several && el("td", { "data-label": "Collection" }, collection),
    el("td", { "data-label": "Kind" }, FORMATS[type]?.name ?? type, bytes && el("span.id", size(bytes))),
    el("td", { "data-label": "Length" }, `${characters.toLocaleString("en")} characters`),
    el("td", { "data-label": "Added" }, el("time", { dateTime: added, title: date(added, { timeStyle: "short" }) }, date(added))),
    el("td.act", remove));
}

const hostOf = (uri) => URL.parse?.(uri)?.host ?? uri;

async function showCollections() {
  const { collections } = await request("/readyz").then(jsonOf).catch(() => ({}));
  const names = Object.keys(collections ?? {});
  byId("collections").replaceChildren(...names.map((value) => el("option", { value })));
  if (collection !== null && !names.includes(collection)) names.push(collection);
  const choice = el("select", { id: "which", onchange: () => { collection = choice.value || null; offset = 0; refresh(); } },
    el("option", { value: "" }, "all collections"), names.map((name) => el("option", { value: name, selected: name === collection }, name)));
  const had = document.activeElement?.id === "which";
  narrow.replaceChildren(names.length > 1 || collection !== null ? el("label", "in ", choice) : "");
  if (had) choice.focus();
}

function confirmed(document) {
  const told = el("p.error", { role: "alert" });
  const remove = el("button.danger", "Remove");
  const dialog = el("dialog.small-dialog", { "aria-labelledby": "remove-title" },
    el("h2", { id: "remove-title" }, "Remove this document?"),
    el("p", el("b", document.title), document.title !== document.id && [" ", el("span.id", document.id)]),
    el("p.quiet", "Its text, its passages and its original are taken out of the data file for good. Nothing is kept of them, and it can’t be undone."),
    told,
    el("div.row.end", el("button", { autofocus: true, onclick: () => dialog.close() }, "Keep it"), remove));
  remove.addEventListener("click", async () => {
    remove.disabled = true;
    remove.textContent = "Removing …";
    try {
      await removed(document);
    } catch (error) {
      told.textContent = error.message;
      remove.disabled = false;
      remove.textContent = "Remove";
      return;
    }
    dialog.close();
    await refresh();
    say(`${document.title} was removed.`);
    byId("there").focus(); // its row is gone
  });
  dialog.addEventListener("close", () => dialog.remove());
  window.document.body.append(dialog);
  dialog.showModal();
}

async function removed({ id, collection }) {
  const query = within(collection);
  const response = await request(`/v1/documents/${idPath(id)}${query && `?${query}`}`, { method: "DELETE" });
  if (!response.ok && response.status !== 404) throw troubleOf(await problemIn(response), response.status);
}

function add(chosen) {
  const name = into.value.trim();
  if (!name) return into.reportValidity();
  const fields = { collection: name, ...(readable.value.trim() ? { readers: readable.value.trim() } : {}) };
  for (const file of chosen) upload(file, fields, uploads, refresh);
}

let typed = null;
named.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => { offset = 0; refresh(); }, 250); // once for several letters
});

files.addEventListener("change", () => {
  add([...files.files]);
  files.value = ""; // so that the same file can be chosen again
});
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", (event) => {
  if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
});
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  add([...event.dataTransfer.files]);
});
// A file dropped beside the field would otherwise be opened in place of this page
for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());

files.accept = [...SUFFIXES, ".zip"].join();
byId("formats").textContent = `${LISTED}; zip archives of these.`;
takeToken();
showPerson();
refresh().then(() => showSyncs(byId("syncs"), byId("runs"))); // after a key was given, if one is needed
