import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGLISH } from "../../qa/static/shared/english.js";
import { speak } from "../../qa/static/shared/language.js";
import { many } from "../../qa/static/counting.js";
import { aroundSentence, cut, dateOf, disagreeing, namesOf, parted, percentOf, placeOf, reasonOf, spoken, sureness } from "../../qa/static/shared/wording.js";

const sure = (confidence) => Object.values(sureness({ confidence }));

test("how sure an answer is", () => {
  assert.deepEqual([1, 0.7, 0.699, 0.5, 0.499, 0].map(sure), [
    ["Quite sure", 3], ["Quite sure", 3], ["Fairly sure", 2], ["Fairly sure", 2], ["Unsure", 1], ["Unsure", 1],
  ]);
  assert.equal(percentOf({ confidence: 0.876 }), "88 %");
  assert.deepEqual([sure(null), percentOf({ confidence: null })], [["Confidence unknown", 0], ""]);
});

test("unlikely answers are folded away, but for the first and the one that contradicts it", () => {
  const answers = [0.3, 0.2, 0.35, 0.349].map((confidence) => ({ confidence }));
  const shown = (conflict) => parted({ conflict, answers }).map((some) => some.map(({ confidence }) => confidence));
  assert.deepEqual(shown(false), [[0.3, 0.35], [0.2, 0.349]]);
  assert.deepEqual(shown(true), [[0.3, 0.2, 0.35], [0.349]]);
  const unknown = [{ confidence: null }, { confidence: null }];
  assert.deepEqual(parted({ conflict: false, answers: unknown }), [unknown, []]);
});

test("where a citation stands", () => {
  assert.equal(placeOf({ page: 4, section: "7.3 Reporting" }), "page 4, 7.3 Reporting");
  assert.equal(placeOf({ page: 4, section: "7.3 Reporting" }, " · "), "page 4 · 7.3 Reporting");
  assert.equal(placeOf({ page: null, section: "Tides" }), "Tides");
  assert.equal(placeOf({ page: 3, section: "Tides", recognised: true }), "page 3 (recognised), Tides");
  assert.equal(placeOf({ page: null, section: null, recognised: true }), "(recognised)");
  assert.equal(placeOf({ page: null, section: null }), "");
});

test("a date is as exact as it is known, and in the order of its language", () => {
  const dates = ["2026-03-01", "2026-03", "2026", null, undefined];
  assert.deepEqual(dates.map((date) => dateOf({ date })), ["March 1, 2026", "March 2026", "2026", "", ""]);
  speak("de", ENGLISH);
  assert.deepEqual(dates.map((date) => dateOf({ date })), ["1. März 2026", "März 2026", "2026", "", ""]);
  speak("en", ENGLISH);
});

test("the documents that disagree are those of the first answer and of each that contradicts it", () => {
  const said = (contradicts, ...ids) => ({ contradicts, citations: ids.map((id) => ({ document_id: id })) });
  assert.equal(disagreeing({ answers: [said(false, "a", "a"), said(true, "b"), said(false, "c")] }), 2);
  assert.equal(disagreeing({ answers: [said(false, "a", "b"), said(true, "c", "a"), said(true, "d")] }), 4);
});

test("the cited words are found in their sentence by what stands around them", () => {
  const sentence = "one or two, not two";
  assert.deepEqual(cut(sentence, { prefix: "not ", exact: "two", suffix: "" }), ["one or two, not ", "two", ""]);
  assert.deepEqual(cut(sentence, { prefix: "one or ", exact: "two", suffix: ", not" }), ["one or ", "two", ", not two"]);
  // before the sentence stands what the prefix has more of than the sentence, and behind it likewise
  assert.deepEqual(cut("two is it", { prefix: "Ferries: ", exact: "two", suffix: " is it. Then" }), ["", "two", " is it"]);
  assert.deepEqual(cut(sentence, { prefix: "x", exact: "two", suffix: "y" }), ["one or ", "two", ", not two"]);
  assert.deepEqual(cut(sentence, { prefix: "", exact: "ten", suffix: "" }), [sentence, "", ""]);
});

test("an answer is told in one sentence or two", () => {
  const answers = [{ text: "noon", confidence: 0.6, citations: [{ title: "Tides", page: 2, section: null }] }];
  assert.equal(spoken({ status: "answered", answers }, "They disagree."), "noon. Fairly sure. From Tides, page 2.");
  assert.equal(
    spoken({ status: "answered", conflict: true, answers }, "They disagree."),
    "They disagree. noon. Fairly sure. From Tides, page 2.",
  );
  assert.equal(
    spoken({ status: "no_answer", reason: "below_threshold" }),
    "No answer. What was found is too unsure to be given as an answer.",
  );
});

test("a reason that isn't known is told as the commonest", () => {
  assert.equal(reasonOf({ reason: "new" }), reasonOf({ reason: "reader_null" }));
});

test("numbers and nouns", () => {
  assert.deepEqual([many(1, "page"), many(0, "page"), many(12345, "page")], ["1 page", "0 pages", "12,345 pages"]);
});

test("the passages that are read, by the titles of their documents", () => {
  const named = (...titles) => namesOf(titles.map((title) => ({ title })), ({ title }) => title);
  assert.equal(named("A"), "A");
  assert.equal(named("A", "A", "B"), "A, B");
  assert.equal(named("A", "B", "C"), "A, B and 1 other");
  assert.equal(named("A", "B", "C", "D"), "A, B and 2 others");
});

test("of what comes nearest, the best sentence is among the first lines that are shown", () => {
  const near = (before, sentence, after) => {
    const start = 40, first = start + [...before].length, last = first + [...sentence].length;
    return { start, text: before + sentence + after, sentence_start: first, sentence_end: last };
  };
  const parts = (...texts) => aroundSentence(near(...texts));
  assert.deepEqual(parts("## Keys 🔑\n\n", "Ask Ola.", " She is in."), ["## Keys 🔑\n\n", "Ask Ola.", " She is in."]);
  const [before, sentence, after] = parts("Many words 🔑 stand here. ".repeat(20), "Ask Ola.", "");
  assert.deepEqual([sentence, after], ["Ask Ola.", ""]);
  assert.match(before, /^… \S.{60,98} stand here\. $/u);
  assert.equal(parts("鍵".repeat(300), "門", "")[0], "… " + "鍵".repeat(100));
});
