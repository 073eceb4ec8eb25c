// What an answer says to those who can't see its form.

import assert from "node:assert/strict";
import { test } from "node:test";

import { spokenWords } from "../../qa/static/shared/forms.js";

test("a list is said with its parts, a clause after its verdict, a cell after its heads", () => {
  const part = (text) => ({ text, start: 0, end: 1 });
  assert.equal(spokenWords({ text: "a\n- b", form: "list", parts: [part("a"), part("b")] }), "a; b");
  assert.equal(spokenWords({ text: "You may not.", form: "yes_no", verdict: "no" }), "No: You may not.");
  assert.equal(spokenWords({ text: "37", form: "cell", row: "Kestrel", column: "Weight" }), "Kestrel, Weight: 37");
  assert.equal(spokenWords({ text: "37", form: "cell", row: null, column: null }), "37");
  assert.equal(spokenWords({ text: "noon" }), "noon");
});
