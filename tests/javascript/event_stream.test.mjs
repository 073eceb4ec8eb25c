import assert from "node:assert/strict";
import { test } from "node:test";

import { eventsOf } from "../../qa/static/shared/event_stream.js";

/** The events of a response whose body comes in these pieces. */
async function events(...pieces) {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      controller.close();
    },
  });
  const seen = [];
  for await (const event of eventsOf(new Response(body))) seen.push(event);
  return seen;
}

test("an event has a name and data read as JSON", async () => {
  assert.deepEqual(await events('event: final\ndata: {"answers": []}\n\n'), [["final", { answers: [] }]]);
});

test("an event may come in pieces, cut anywhere, also inside a character", async () => {
  const bytes = new TextEncoder().encode('event: candidate\r\ndata: {"text": "zwölf"}\r\n\r\n');
  for (let at = 1; at < bytes.length; at++) {
    assert.deepEqual(await events(bytes.slice(0, at), bytes.slice(at)), [["candidate", { text: "zwölf" }]], `cut at ${at}`);
  }
});

test("several events may come in one piece, with comments between them", async () => {
  const stream = 'event: a\ndata: 1\n\n: 3 of 7 passages read\n\nevent: b\ndata: 2\n\n';
  assert.deepEqual(await events(stream), [["a", 1], ["b", 2]]);
});

test("the lines of data are joined, and a missing name is empty", async () => {
  assert.deepEqual(await events("data: [1,\ndata:2]\n\n"), [["", [1, 2]]]);
});

test("an event that isn't complete when the stream ends is left out", async () => {
  assert.deepEqual(await events('event: a\ndata: 1\n\nevent: final\ndata: {"answers"'), [["a", 1]]);
});

test("data that isn't JSON is an error", async () => {
  await assert.rejects(events("data: {\n\n"), SyntaxError);
});

test("every piece is waited for, comments too, so that they count as signs of life", async () => {
  const pieces = [": 1 of 2 passages read\n\n", ": 2 of 2 passages read\n\n", "event: final\ndata: 1\n\n"];
  const body = new ReadableStream({
    pull(controller) {
      if (pieces.length) controller.enqueue(new TextEncoder().encode(pieces.shift()));
      else controller.close();
    },
  });
  let waits = 0;
  const wait = (promise) => {
    waits += 1;
    return promise;
  };
  const seen = [];
  for await (const event of eventsOf(new Response(body), wait)) seen.push(event);
  assert.deepEqual([seen, waits], [[["final", 1]], 4]); // three pieces and the end
});
