import assert from "node:assert/strict";
import { test } from "node:test";

import { answering, bodyOf, tooLong } from "../../qa/static/shared/asking.js";
import { Trouble, kindOf } from "../../qa/static/shared/problems.js";

const ANSWER = { status: "answered", answers: [{ text: "noon" }] };
const json = (body, status = 200, headers = {}) => new Response(JSON.stringify(body), { status, headers });
const stream = (body) => new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
const troubleOf = (problem, status) => new Trouble(`${status} ${problem?.detail}`, kindOf(problem));

/** What is answered where the service responds to each path with these, and the paths that were posted to. */
async function asked(responses, { whole } = {}) {
  const paths = [];
  const post = async (path) => {
    paths.push(path);
    const response = responses[path];
    if (response instanceof Error) throw response;
    return response;
  };
  const events = [];
  for await (const event of answering({ question: "When?" }, { post, troubleOf, whole })) events.push(event);
  return { events, paths };
}

test("the events of a stream end with the answer", async () => {
  const body = `event: passages\ndata: {"passages": []}\n\nevent: final\ndata: ${JSON.stringify(ANSWER)}\n\nevent: late\ndata: 1\n\n`;
  const { events, paths } = await asked({ "/v1/ask/stream": stream(body) });
  assert.deepEqual(events, [["passages", { passages: [] }], ["final", ANSWER]]);
  assert.deepEqual(paths, ["/v1/ask/stream"]);
});

test("where there is no stream the answer comes in one piece", async () => {
  const missing = [
    json({}, 405),
    json({ type: "urn:quoth:problem:no-such-route" }, 404),
    new Response("<html>", { headers: { "Content-Type": "text/html" } }),
  ];
  for (const response of missing) {
    const { events, paths } = await asked({ "/v1/ask/stream": response, "/v1/ask": json(ANSWER) });
    assert.deepEqual(events, [["final", ANSWER]]);
    assert.deepEqual(paths, ["/v1/ask/stream", "/v1/ask"]);
  }
});

test("with `whole` no stream is asked for", async () => {
  const { events, paths } = await asked({ "/v1/ask": json(ANSWER) }, { whole: true });
  assert.deepEqual([events, paths], [[["final", ANSWER]], ["/v1/ask"]]);
});

test("a problem becomes the trouble that it means", async () => {
  const problem = { type: "urn:quoth:problem:invalid-question", detail: "Too long." };
  await assert.rejects(asked({ "/v1/ask/stream": json(problem, 422) }), { message: "422 Too long.", kind: "invalid-question", retry: false });
  const full = { type: "urn:quoth:problem:too-busy", detail: "Full." };
  await assert.rejects(asked({ "/v1/ask": json(full, 503) }, { whole: true }), { message: "503 Full.", retry: true });
  await assert.rejects(asked({ "/v1/ask/stream": new Response("<html>", { status: 502 }) }), { message: "502 undefined", kind: "" });
});

test("an error within a stream becomes the trouble that it means", async () => {
  const body = 'event: error\ndata: {"type": "urn:quoth:problem:defect", "status": 500, "detail": "Quoth failed."}\n\n';
  await assert.rejects(asked({ "/v1/ask/stream": stream(body) }), { message: "500 Quoth failed.", kind: "defect" });
});

test("an answer that breaks off is no answer", async () => {
  const cut = { message: "The answer broke off before it was complete.", kind: "cut", retry: true };
  await assert.rejects(asked({ "/v1/ask/stream": stream('event: candidate\ndata: {"text": "no"}\n\n') }), cut);
  await assert.rejects(asked({ "/v1/ask/stream": stream("event: final\ndata: {\n\n") }), cut);
  await assert.rejects(asked({ "/v1/ask": new Response('{"answers": [') }, { whole: true }), cut);
});

test("a question that is stopped ends as fetch ends it", async () => {
  const stopped = new DOMException("stopped", "AbortError");
  await assert.rejects(asked({ "/v1/ask/stream": stopped }), { name: "AbortError" });
});

test("earlier turns that were answered are sent along, twenty at most", () => {
  const turns = Array.from({ length: 23 }, (_, i) => ({ question: `q${i}`, answer: { answers: i === 21 ? [] : [{ text: `a${i}` }] } }));
  turns[20].answer = undefined; // it failed
  turns.push({ question: "now" });
  const body = bodyOf(turns[23], turns, "staff", 3);
  assert.equal(body.history.length, 20);
  assert.deepEqual(body.history[0], { question: "q2", answer: "a2" }); // of 0…22 without 20, the last twenty
  assert.deepEqual(body.history.at(-2), { question: "q21", answer: null });
  assert.deepEqual({ ...body, history: 0 }, { question: "now", collection: "staff", max_answers: 3, history: 0 });
});

test("a question has a thousand characters at most, however many units each takes", () => {
  assert.equal(tooLong(` ${"🐝".repeat(1000)} `), "");
  assert.equal(tooLong("🐝".repeat(1001)), "The question has 1,001 characters; at most 1,000 are read.");
});
