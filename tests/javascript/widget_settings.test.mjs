import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { collectionOf, examplesOf, maxAnswersOf, patienceOf, titleOf } from "../../qa/static/widget/settings.js";

let warnings;
beforeEach(() => {
  warnings = [];
  mock.method(console, "warn", (...words) => warnings.push(words.join(" ")));
});

test("what isn't set has a default", () => {
  assert.deepEqual([titleOf({}), collectionOf({ collection: " " }), maxAnswersOf({}), examplesOf({})],
    ["Ask the documents", "default", 3, []]);
  assert.deepEqual(warnings, []);
});

test("examples are a JSON list or parted by |, six at most", () => {
  assert.deepEqual(examplesOf({ examples: ' ["Who?", " Why? "]' }), ["Who?", "Why?"]);
  assert.deepEqual(examplesOf({ examples: "Who? | | Why?" }), ["Who?", "Why?"]);
  assert.equal(examplesOf({ examples: "a|b|c|d|e|f|g" }).length, 6);
  assert.deepEqual(examplesOf({ examples: `${"x".repeat(1001)}|ok` }), ["ok"]);
});

test("examples that can't be read are left out, and the author is warned", () => {
  for (const examples of ['["broken', '{"a": 1}', "[1, null]"]) assert.deepEqual(examplesOf({ examples }), []);
  assert.equal(warnings.length, 3);
  assert.match(warnings[0], /^quoth-widget: data-examples is no JSON list of texts, so none are shown: /);
});

test("numbers are whole and in their range", () => {
  assert.deepEqual(["1", "20", 7].map((maxAnswers) => maxAnswersOf({ maxAnswers })), [1, 20, 7]);
  assert.deepEqual(["0", "21", "2.5", "many"].map((maxAnswers) => maxAnswersOf({ maxAnswers })), [3, 3, 3, 3]);
  assert.equal(patienceOf({}), 45);
  assert.equal(patienceOf({ patience: "0" }), 45);
  assert.equal(patienceOf({ patience: "120" }), 120);
  assert.equal(warnings[3], "quoth-widget: data-max-answers isn’t a whole number from 1 to 20; 3 is used.");
});
