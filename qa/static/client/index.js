// Ask a Quoth server from JavaScript: in browsers, node 20.3, Deno and Bun. Nothing but fetch is needed.

import { eventsOf } from "../shared/event_stream.js";
import { idPath } from "../shared/addresses.js";
import { QuothError, problemOf } from "./errors.js";
import { Requests } from "./requests.js";

export { QuothError } from "./errors.js";

const PAGE = 100; // documents listed at a time

/** The characters [start, end) of a text as Quoth counts them: Unicode's, where JavaScript's strings count UTF-16's. */
export const slice = (text, start, end) => [...text].slice(start, end).join("");

/** A client of one server.
 *
 * `key` is sent as a bearer token. A request whose answer is silent for `timeout` milliseconds fails, and one that the
 * server has no room for (503, 429) is sent up to `tries` times, after the pauses that it names. Every method takes a
 * `signal` among its options, which ends it with the signal's reason, and raises QuothError.
 */
export class Client {
  #requests;

  constructor(url = "http://127.0.0.1:8000", { key, timeout = 60_000, tries = 5, fetch } = {}) {
    this.#requests = new Requests(url, { key, timeout, tries, fetch });
  }

  /** Answer a question; `history` are the earlier turns of the conversation, oldest first. */
  ask(question, { signal, ...options } = {}) {
    return this.#post("/v1/ask", { question, ...options }, signal);
  }

  /** Answer several questions, in their order. */
  async askBatch(questions, { signal, ...options } = {}) {
    return (await this.#post("/v1/ask/batch", { questions, ...options }, signal)).answers;
  }

  /** The passages that an answer to a question would be looked for in. */
  search(question, { signal, ...options } = {}) {
    return this.#post("/v1/search", { question, ...options }, signal);
  }

  /** Questions that others asked, with words that begin with those `typed`; none unless the server is set to suggest any. */
  suggestions(typed = "", { collection, signal } = {}) {
    return this.#send("/v1/suggestions", { query: { q: typed, collection }, signal });
  }

  /** Answer a question while it is read: `{event, data}` with the events passages, candidate … and at last final.
   *
   * Whoever leaves the loop early, or aborts, stops the server's work.
   */
  async *stream(question, { signal, ...options } = {}) {
    const sent = await this.#requests.open("/v1/ask/stream", { method: "POST", json: { question, ...options }, signal });
    try {
      for await (const [event, data] of eventsOf(sent.response, sent.wait)) {
        if (event === "error") throw new QuothError(data, { status: data.status });
        yield { event, data };
        if (event === "final") return;
      }
      throw new QuothError(problemOf("cut", "The answer broke off before it was complete: ask again."));
    } catch (error) {
      throw sent.explained(error);
    } finally {
      sent.end();
    }
  }

  /** Every indexed document, by collection and id; pages are requested as the loop goes on. */
  async *documents({ collection, signal } = {}) {
    for (let offset = 0; ; ) {
      const page = await this.#send("/v1/documents", { query: { collection, limit: PAGE, offset }, signal });
      yield* page.documents;
      offset += page.documents.length;
      if (!page.documents.length || offset >= page.total) return;
    }
  }

  /** A document as indexed; with `start` and `end`, also the citation of that slice; with `blocks`, what it is made of. */
  document(id, { signal, ...query } = {}) {
    return this.#send(`/v1/documents/${idPath(id)}`, { query, signal });
  }

  /** Add a document's text under this id, or replace it. */
  add(id, text, { signal, ...fields } = {}) {
    return this.#send(`/v1/documents/${idPath(id)}`, { method: "PUT", json: { text, ...fields }, signal });
  }

  /** Add a file (a Blob) in one of the formats that the server reads, or replace it; its id is by default its name. */
  upload(file, { signal, name = file.name, ...fields } = {}) {
    const form = new FormData();
    form.append("file", file, name);
    for (const [field, value] of Object.entries(fields)) {
      if (value !== undefined) form.append(field, field === "metadata" ? JSON.stringify(value) : value);
    }
    return this.#send("/v1/documents", { method: "POST", form, signal });
  }

  /** Remove a document and every trace of it. */
  delete(id, { collection, signal } = {}) {
    return this.#send(`/v1/documents/${idPath(id)}`, { method: "DELETE", query: { collection }, signal });
  }

  /** Give a verdict ("right", "wrong") on one of the answers, the one with index `given`, or on there being none. */
  feedback(answer, question, verdict, { given = 0, signal, ...fields } = {}) {
    const place = answer.answers[given]?.citations[0];
    const judged = place && { document_id: place.document_id, start: place.start, end: place.end, exact: place.quote.exact };
    const body = { answer_id: answer.id, question, verdict, answer: judged ?? null, ...fields };
    return this.#post("/v1/feedback", body, signal);
  }

  /** The version of the index and its collections; raises QuothError while the server isn't ready. */
  ready({ signal } = {}) {
    return this.#send("/readyz", { signal });
  }

  #post(path, json, signal) {
    return this.#send(path, { method: "POST", json, signal });
  }

  async #send(path, request) {
    const sent = await this.#requests.open(path, request);
    try {
      return await sent.response.json();
    } catch (error) {
      throw sent.explained(error);
    } finally {
      sent.end();
    }
  }
}
