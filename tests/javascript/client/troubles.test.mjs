// The packed package where the server has no room, hangs or breaks off: what `fetch` gives is made up here.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "@quoth/client";

const busy = (pause) => new Response('{"type": "urn:quoth:problem:busy", "title": "Busy", "detail": "Wait.", "status": 503}', {
  status: 503,
  headers: pause === undefined ? {} : { "Retry-After": pause },
});
const found = () => Response.json({ passages: [], index_version: 1 });

/** A client whose requests get these responses in turn, and the requests that it made. */
function client(responses, options) {
  const requests = [];
  const fetch = async (url, request) => {
    requests.push([url, request]);
    return responses.shift();
  };
  return [new Client("http://quoth.example/", { fetch, ...options }), requests];
}

test("a request is sent again after the pause that the server names", async () => {
  const [quoth, requests] = client([busy("0"), busy("0"), found()], { key: "abc" });
  assert.deepEqual((await quoth.search("Who?")).passages, []);
  assert.equal(requests.length, 3);
  assert.equal(requests[0][0], "http://quoth.example/v1/search");
  assert.equal(requests[0][1].headers.Authorization, "Bearer abc");
});

test("after the last try, or for a pause that is too long, the refusal is raised", async () => {
  const [quoth, requests] = client([busy("0"), busy("0"), found()], { tries: 2 });
  await assert.rejects(quoth.search("Who?"), { name: "QuothError", kind: "busy", status: 503, retryAfter: 0 });
  assert.equal(requests.length, 2);
  const [other, once] = client([busy("61"), found()]);
  await assert.rejects(other.search("Who?"), { kind: "busy", retryAfter: 61 });
  assert.equal(once.length, 1);
});

test("whoever aborts during the pause doesn't wait for its end", async () => {
  const [quoth, requests] = client([busy("60"), found()]);
  const leaving = new AbortController();
  const searching = quoth.search("Who?", { signal: leaving.signal });
  setTimeout(() => leaving.abort(new Error("I left")), 10);
  await assert.rejects(searching, { message: "I left" });
  assert.equal(requests.length, 1);
});

test("a server that hangs is given up with what to do", async () => {
  const hanging = (url, { signal }) => new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  const quoth = new Client("http://quoth.example", { fetch: hanging, timeout: 20 });
  const message = "http://quoth.example was silent for 0.02 s: ask again later, or give it longer.";
  await assert.rejects(quoth.ask("Who?"), { kind: "silent", status: 0, message });
});

test("a stream that breaks off is no answer, and its error event is raised", async () => {
  const events = (text) => new Response(text, { headers: { "Content-Type": "text/event-stream" } });
  const all = async (stream) => { for await (const event of stream) void event; };
  const [quoth] = client([
    events('event: passages\ndata: {"passages": []}\n\n'),
    events('event: error\ndata: {"type": "urn:quoth:problem:storage", "title": "S", "detail": "Gone.", "status": 507}\n\n'),
  ]);
  await assert.rejects(all(quoth.stream("Who?")), { kind: "cut", message: /broke off before it was complete/ });
  await assert.rejects(all(quoth.stream("Who?")), { kind: "storage", status: 507, message: "Gone." });
});

test("what a proxy sends in place of a problem document is named by its status", async () => {
  const [quoth] = client([new Response("<html>Bad gateway</html>", { status: 502 })]);
  await assert.rejects(quoth.ask("Who?"), { kind: "server", status: 502, message: "The server answered with status 502." });
});
