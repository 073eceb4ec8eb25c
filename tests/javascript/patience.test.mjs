import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { answering } from "../../qa/static/shared/asking.js";
import { inTime } from "../../qa/static/shared/patience.js";

const SILENT = { message: "The service doesn’t respond. Your question is kept: try again in a while.", kind: "silent", retry: true };
const never = new Promise(() => {});

// The deadline's own timer doesn't keep node running
let busy;
before(() => {
  busy = setInterval(() => {}, 1000);
});
after(() => clearInterval(busy));

test("what comes in time is what it is, also where it is an error", async () => {
  assert.equal(await inTime(Promise.resolve("noon"), 60), "noon");
  await assert.rejects(inTime(Promise.reject(new RangeError("late")), 60), RangeError);
});

test("what doesn't come in time is trouble that trying again may help", async () => {
  await assert.rejects(inTime(never, 0.01), SILENT);
});

test("a question ends where nothing is heard, before the answer and within a stream", async () => {
  const ask = async (post, options) => {
    const events = [];
    try {
      for await (const event of answering({}, { post, patience: 1, ...options })) events.push(event);
    } catch (error) {
      return [events, error];
    }
    return [events];
  };
  for (const whole of [false, true]) {
    const [, error] = await ask(() => never, { whole });
    assert.equal(error.kind, "silent");
  }
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('event: passages\ndata: {"passages": []}\n\n')); // and nothing more
    },
  });
  const stream = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  const [events, error] = await ask(async () => stream);
  assert.deepEqual(events, [["passages", { passages: [] }]]);
  assert.equal(error.kind, "silent");
});
