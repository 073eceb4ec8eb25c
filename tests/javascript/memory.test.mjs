import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { recall, remember } from "../../qa/static/shared/memory.js";

/** What a browser's sessionStorage does, as far as it is used. */
class Storage extends Map {
  getItem = (name) => this.get(name) ?? null;
  setItem = (name, value) => void this.set(name, value);
  removeItem = (name) => void this.delete(name);
}

const turn = (i, text = "noon") => ({ question: `q${i}`, answer: { answers: [{ text }] } });

beforeEach(() => {
  globalThis.sessionStorage = new Storage();
});

test("turns are kept without what shows them, under their own name", () => {
  remember("staff", [{ ...turn(1), node: "a node", body: "its body" }]);
  assert.deepEqual(recall("staff"), [turn(1)]);
  assert.deepEqual(recall("guests"), []);
});

test("a question without an answer isn't kept", () => {
  remember("staff", [turn(1), { question: "failed" }]);
  assert.deepEqual(recall("staff"), [turn(1)]);
});

test("the last twenty are kept, of long ones as many as there is room for", () => {
  remember("staff", Array.from({ length: 25 }, (_, i) => turn(i)));
  assert.deepEqual(recall("staff").map(({ question }) => question).slice(0, 2), ["q5", "q6"]);
  assert.equal(recall("staff").length, 20);
  remember("staff", [turn(1, "x".repeat(90_000)), turn(2, "x".repeat(90_000)), turn(3, "x".repeat(90_000))]);
  assert.deepEqual(recall("staff").map(({ question }) => question), ["q2", "q3"]); // three are over 200,000 units
  remember("staff", [turn(1, "x".repeat(200_000))]);
  assert.deepEqual(recall("staff"), []);
});

test("nothing to keep leaves nothing behind", () => {
  remember("staff", [turn(1)]);
  remember("staff", []);
  assert.equal(sessionStorage.size, 0);
});

test("a page whose storage is full, forbidden or used for something else has no memory", () => {
  sessionStorage.setItem("staff", "not JSON");
  assert.deepEqual(recall("staff"), []);
  sessionStorage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  remember("staff", [turn(1)]);
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new DOMException("forbidden", "SecurityError");
    },
  });
  assert.deepEqual(recall("staff"), []);
  remember("staff", [turn(1)]);
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, writable: true, value: null });
});
