// The packed package against a real server over the two documents of tests/small_index.py, at QUOTH_URL.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, QuothError, slice } from "@quoth/client";

const QUESTION = "Who became safety officer after Piet Amsel?";
const quoth = new Client(process.env.QUOTH_URL, { tries: 1 });

const failure = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was raised");
};

test("an answer's offsets slice the document", async () => {
  const answer = await quoth.ask(QUESTION, { max_answers: 2 });
  assert.equal(answer.status, "answered");
  assert.equal(answer.answers[0].text, "Jorun Vask");
  const [{ document_id, start, end }] = answer.answers[0].citations;
  const { document } = await quoth.document(document_id);
  assert.equal(slice(document.text, start, end), "Jorun Vask");
  const { citation } = await quoth.document(document_id, { start, end });
  assert.equal(citation.section, "Safety");
});

test("several questions are answered in their order", async () => {
  const answers = await quoth.askBatch([QUESTION, "Who painted the harbour wall?"]);
  assert.deepEqual(answers.map(({ status }) => status), ["answered", "no_answer"]);
  assert.equal(answers[1].reason, "reader_null");
});

test("a search brings passages, best first", async () => {
  const { passages } = await quoth.search(QUESTION, { top_k: 1 });
  assert.equal(passages.length, 1);
  assert.match(passages[0].text, /Jorun Vask/);
});

test("a stream begins with the passages and ends with the answer", async () => {
  const events = [];
  for await (const event of quoth.stream(QUESTION)) events.push(event);
  assert.equal(events[0].event, "passages");
  assert.equal(events.at(-1).event, "final");
  assert.equal(events.at(-1).data.answers[0].text, "Jorun Vask");
});

test("whoever aborts gets the signal's reason, at once", async () => {
  const leaving = new AbortController();
  const seen = [];
  const error = await failure((async () => {
    for await (const { event } of quoth.stream(QUESTION, { signal: leaving.signal })) {
      seen.push(event);
      leaving.abort(new Error("I left"));
    }
  })());
  assert.deepEqual([seen[0], error.message], ["passages", "I left"]);
  assert.equal((await failure(quoth.ask(QUESTION, { signal: AbortSignal.abort() }))).name, "AbortError");
});

test("documents are added, uploaded, listed, and removed; characters are Unicode's", async () => {
  const text = "🚢 The ferry 🚢 to Vardø sails at ten.";
  assert.equal((await quoth.add("notes/día 1.md", text, { collection: "js", metadata: { n: 1 } })).status, "added");
  const file = new Blob(["# Rules\n\nDogs stay on deck."], { type: "text/markdown" });
  const uploaded = await quoth.upload(file, { name: "rules.md", collection: "js", metadata: { year: 2026 } });
  assert.deepEqual([uploaded.document.title, uploaded.document.metadata], ["Rules", { year: 2026 }]);
  const listed = [];
  for await (const { id } of quoth.documents({ collection: "js" })) listed.push(id);
  assert.deepEqual(listed, ["notes/día 1.md", "rules.md"]);
  const answer = await quoth.ask("When does the ferry to Vardø sail?", { collection: "js", min_confidence: 0 });
  const [{ document_id, start, end }] = answer.answers[0].citations;
  assert.equal(document_id, "notes/día 1.md");
  assert.equal(slice(text, start, end), answer.answers[0].text);
  assert.notEqual(text.slice(start, end), answer.answers[0].text); // UTF-16 counts each ship twice
  for (const id of listed) await quoth.delete(id, { collection: "js" });
  assert.equal((await failure(quoth.document("rules.md", { collection: "js" }))).kind, "not-found");
});

test("feedback is kept with the place of the answer judged", async () => {
  const answer = await quoth.ask(QUESTION);
  const kept = await quoth.feedback(answer, QUESTION, "right");
  assert.equal(kept.status, "kept");
  assert.equal((await quoth.feedback(answer, QUESTION, "wrong", { correction: { text: "Piet Amsel" } })).status, "kept");
});

test("a refusal is the server's problem document", async () => {
  const error = await failure(quoth.ask("  "));
  assert.ok(error instanceof QuothError);
  assert.equal(error.name, "QuothError");
  assert.deepEqual([error.kind, error.status, error.problem.type], ["invalid-question", 422, "urn:quoth:problem:invalid-question"]);
  assert.equal(error.message, error.problem.detail);
  assert.equal((await failure(quoth.ask(QUESTION, { top_q: 3 }))).status, 422);
});

test("the server says that it is ready", async () => {
  assert.deepEqual((await quoth.ready()).collections, { default: 2 });
});

test("a server that isn't there is named with the cure; an address that is none is refused", async () => {
  const error = await failure(new Client("http://127.0.0.1:9").ask(QUESTION));
  assert.deepEqual([error.kind, error.status], ["unreached", 0]);
  assert.match(error.message, /^http:\/\/127\.0\.0\.1:9 can't be asked \(.+\): is `quoth serve` running there\?$/);
  assert.throws(() => new Client("localhost:8000"), /"localhost:8000" is no server's address/);
});
