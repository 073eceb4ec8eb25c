// Files → POST /v1/documents, one after the other, each with its progress and what became of it.

import { viewerUrl } from "./shared/addresses.js";
import { el, icon } from "./shared/elements.js";
import { Trouble } from "./shared/problems.js";
import { many } from "./counting.js";
import { WARN, say } from "./page.js";
import { askForKey, key, troubleOf } from "./requests.js";

const BECAME = { added: "Added", replaced: "Replaced the one of this name", unchanged: "Already there, unchanged" };

let last = Promise.resolve(); // the file before, whether it went well or not

/** Put a file in line with the other `fields` of its form, shown in `list`; `done` is called once it is indexed. */
export function upload(file, fields, list, done) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": `Upload of ${file.name}` });
  const state = el("span.state", "waiting");
  const item = el("li.card", el("span.name", file.name), state, bar);
  list.prepend(item);
  last = last.then(() => follow(file, fields, { item, bar, state }, done));
  return last;
}

async function follow(file, fields, { item, bar, state }, done) {
  const progress = (share) => {
    if (share < 1) {
      bar.value = share;
      state.textContent = `uploading ${Math.floor(100 * share)} %`;
    } else {
      bar.removeAttribute("value"); // how long indexing takes isn't known
      state.textContent = "indexing …";
    }
  };
  try {
    const answer = await sent(file, fields, progress);
    item.classList.add("good");
    if (answer.documents) return showArchive(file, answer, state, item, done);
    const { status, document } = answer;
    const link = el("a", { href: viewerUrl({ id: document.id, collection: document.collection }) }, "look at it");
    state.replaceChildren(`${BECAME[status] ?? status} · ${many(document.chunks, "passage")} · `, link);
    say(`${file.name}: ${BECAME[status] ?? status}.`);
    done();
  } catch (error) {
    if (!(error instanceof Trouble)) console.error(error);
    item.classList.add("bad");
    state.textContent = "not added";
    item.append(el("p.why", icon(WARN), el("span", error.message)));
    say(`${file.name} was not added: ${error.message}`);
  } finally {
    bar.remove();
    item.append(el("button.plain", { "aria-label": `Dismiss ${file.name}`, onclick: () => item.remove() }, "Dismiss"));
  }
}

const isArchive = (name) => name.toLowerCase().endsWith(".zip");

/** What became of an archive: how many documents it has, and which of its files are none. */
function showArchive(file, { documents, refused }, state, item, done) {
  const became = `${many(documents.length, "document")} in it`;
  state.textContent = became;
  if (refused.length) item.append(el("p.why", icon(WARN), el("span", `${many(refused.length, "file")} not added: `, refused.map(({ detail }) => el("span.id", detail)))));
  say(`${file.name}: ${became}${refused.length ? `, ${many(refused.length, "file")} not added` : ""}.`);
  done();
}

/** The service's answer to one file. XMLHttpRequest, because fetch doesn't tell how much has been sent. */
async function sent(file, fields, progress) {
  const form = new FormData();
  form.append("file", file);
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (;;) {
    const request = await posted(form, progress);
    const body = parsed(request.responseText);
    if (request.status === 401) await askForKey(body);
    else if (request.status >= 300 || !body) throw troubleOf(body, request.status);
    else return body;
  }
}

function posted(form, progress) {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open("POST", isArchive(form.get("file").name) ? "/v1/archives" : "/v1/documents");
    for (const [name, value] of Object.entries(key.headers())) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.upload.onload = () => progress(1);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new Trouble("The connection broke off. The file may be larger than the service takes, or it can’t be reached."));
    request.send(form);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
