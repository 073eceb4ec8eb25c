import assert from "node:assert/strict";
import { test } from "node:test";

import { judgement } from "../../qa/static/shared/judgement.js";

const TURN = { question: "When?", answer: { id: "0123456789abcdef" } };
const NOON = { text: "at noon", citations: [{ document_id: "ferry", start: 30, end: 37, quote: { exact: "at noon" } }] };

test("an answer is judged by its first citation, with the words that stood there", () => {
  assert.deepEqual(judgement(TURN, "fed", NOON, "wrong", { correction: { text: "at ten" } }), {
    answer_id: "0123456789abcdef",
    question: "When?",
    collection: "fed",
    verdict: "wrong",
    answer: { document_id: "ferry", start: 30, end: 37, exact: "at noon" },
    correction: { text: "at ten" },
  });
});

test("so is there being none", () => {
  const { answer, verdict, reason } = judgement(TURN, "fed", null, "wrong", { reason: "outdated" });
  assert.deepEqual([answer, verdict, reason], [null, "wrong", "outdated"]);
});
