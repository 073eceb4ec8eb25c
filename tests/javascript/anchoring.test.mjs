import assert from "node:assert/strict";
import { test } from "node:test";

import { anchored, charactersOf, unitsOf } from "../../qa/static/anchoring.js";

test("characters are counted as the service counts them, where one may take two units", () => {
  const text = "a🐝b";
  assert.deepEqual(unitsOf(text, [0, 1, 2, 3, 9]), [0, 1, 3, 4, 4]);
  assert.deepEqual(unitsOf("abc", [1, 9]), [1, 3]);
  assert.deepEqual([0, 1, 3, 4].map((units) => charactersOf(text, units)), [0, 1, 2, 3]);
});

test("words that stand where they stood are sure", () => {
  const place = anchored("The fine is 40 crowns.", { start: 12, end: 14 }, { exact: "40", prefix: "fine is", suffix: "crowns" });
  assert.deepEqual(place, { start: 12, end: 14, sure: true, changed: false });
});

test("words that moved are found by what stands around them, also over other white space", () => {
  const text = "A fee of 40.\n\nThe fine is\n 40 crowns.";
  const place = anchored(text, { start: 12, end: 14 }, { exact: "40", prefix: "fine is", suffix: "crowns" });
  assert.deepEqual(place, { start: 27, end: 29, sure: true, changed: true });
});

test("where nothing around them is the same, the nearest is shown and not sure", () => {
  const place = anchored("40 and then 40", { start: 13, end: 15 }, { exact: "40", prefix: "x", suffix: "y" });
  assert.deepEqual(place, { start: 12, end: 14, sure: false, changed: true });
});

test("words that are gone are nowhere", () => {
  assert.equal(anchored("The fine is 40.", { start: 0, end: 2 }, { exact: "60" }), null);
});
