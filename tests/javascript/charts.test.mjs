// Days as bars, their scale, and sentences to choose an answer from.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bars, ceiling, share } from "../../qa/static/charts.js";
import { sentencesOf } from "../../qa/static/labelling.js";

const day = (number, answered, unanswered = 0) =>
  ({ day: new Date(Date.UTC(2026, 0, number)).toISOString().slice(0, 10), outcomes: { answered, unsure: 1, unanswered, greeting: 9 } });

test("a bar is a day, or as many days as leave at most 62 bars", () => {
  assert.deepEqual(bars([day(1, 2), day(2, 3, 4)]), [
    { from: "2026-01-01", to: "2026-01-01", answered: 2, unsure: 1, unanswered: 0 },
    { from: "2026-01-02", to: "2026-01-02", answered: 3, unsure: 1, unanswered: 4 },
  ]);
  const year = bars(Array.from({ length: 365 }, (_, i) => day(i + 1, 1))); // 365 / 62 = 5.9, so six days a bar
  assert.equal(year.length, 61);
  assert.deepEqual(year[0], { from: "2026-01-01", to: "2026-01-06", answered: 6, unsure: 6, unanswered: 0 });
  assert.deepEqual(year.at(-1), { from: "2026-12-27", to: "2026-12-31", answered: 5, unsure: 5, unanswered: 0 });
});

test("a scale ends at a number that is easily halved", () => {
  assert.deepEqual([0, 1, 2, 3, 5, 6, 10, 11, 37, 99, 100, 4321].map(ceiling), [1, 1, 2, 5, 5, 10, 10, 20, 50, 100, 100, 5000]);
});

test("a share is never rounded to none", () => {
  assert.deepEqual([share(0, 9), share(1, 1000), share(1, 3), share(9, 9)], ["0 %", "<1 %", "33 %", "100 %"]);
});

test("sentences end at full stops and lines, and white space is in none", () => {
  const text = "# Ferries\n\nIt sails at noon. In winter\nat ten?\n";
  assert.deepEqual(sentencesOf(text).map(([from, to]) => text.slice(from, to)), ["# Ferries", "It sails at noon.", "In winter", "at ten?"]);
  const [[from, to]] = sentencesOf("x".repeat(2000));
  assert.deepEqual([from, to], [0, 1000]);
});
