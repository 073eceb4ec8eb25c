import assert from "node:assert/strict";
import { test } from "node:test";

import { Suggested, fitting } from "../../qa/static/shared/suggesting.js";

const DUES = "When are the harbour dues paid?";
const ORM = "Who sails to Orm on Sundays?";

test("each word typed begins a word of what is suggested", () => {
  for (const typed of ["dues", "DUÉS", "harb du", "du harb", "when are the"]) assert.deepEqual(fitting(typed, [ORM, DUES]), [DUES], typed);
  for (const typed of ["arbour", "harbours", "dues salt"]) assert.deepEqual(fitting(typed, [ORM, DUES]), [], typed);
});

test("what begins as it was typed comes first, each question once, and never what is typed already", () => {
  const paid = "Dues: who pays them?";
  assert.deepEqual(fitting("dues", [DUES, ORM, paid, "when are the harbour dues paid"]), [paid, DUES]);
  assert.deepEqual(fitting("who sails to orm on SUNDAYS", [ORM]), []);
});

/** Suggested by a service that answers with `answers`, and what it was asked. */
function service(answers) {
  const asked = [];
  const get = async (typed) => {
    asked.push(typed);
    if (!(typed in answers)) throw new Error("unreached");
    return answers[typed];
  };
  return { asked, suggested: new Suggested(get) };
}

test("where there are few, the service is asked once", async () => {
  const { asked, suggested } = service({ "": { questions: [DUES, ORM], complete: true } });
  assert.equal(await suggested.learn("wh"), true);
  for (const typed of ["who", "harbour", "W"]) assert.equal(await suggested.learn(typed), false);
  assert.deepEqual([asked, suggested.questions], [[""], [DUES, ORM]]);
});

test("where there are many, until its answer is complete", async () => {
  const { asked, suggested } = service({
    "": { questions: [DUES], complete: false },
    wh: { questions: [DUES], complete: false },
    who: { questions: [ORM], complete: true },
  });
  for (const typed of ["Wh", "Wh", "Who", "Who sails"]) await suggested.learn(typed);
  assert.deepEqual([asked, suggested.questions], [["", "wh", "who"], [ORM, DUES, DUES]]);
});

test("one request is made at a time, and none after one that failed", async () => {
  const { asked, suggested } = service({});
  assert.deepEqual(await Promise.all([suggested.learn("wh"), suggested.learn("who")]), [true, false]);
  assert.equal(await suggested.learn("whom"), false);
  assert.deepEqual([asked, suggested.questions], [[""], []]);
});
