import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, mock, test } from "node:test";

import { ENGLISH } from "../../qa/static/shared/english.js";
import { language, speak, text } from "../../qa/static/shared/language.js";
import { languageOf, load } from "../../qa/static/widget/languages.js";

const FOLDER = new URL("../../qa/static/widget/languages/", import.meta.url);
const files = readdirSync(FOLDER);
const wordsOf = (file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
const placeholders = (form) => [...new Set(form.match(/\{\w+\}/g))].sort();

afterEach(() => speak("en", ENGLISH));

test("there are six languages beside English, those that a page may ask for", () => {
  const codes = files.map((file) => file.replace(".json", ""));
  assert.deepEqual(codes, ["de", "es", "fr", "it", "nl", "pt"]);
  const asked = (lang) => languageOf({ dataset: { lang }, closest: () => ({ lang: "fr-CA" }) });
  assert.deepEqual(codes.map(asked), codes);
  assert.deepEqual(["DE-at", "en", "sv", "", "deutsch", undefined].map(asked), ["de", "en", "en", "en", "en", "fr"]);
  assert.equal(languageOf({ dataset: {}, closest: () => null }), "en");
});

for (const file of files) {
  test(`${file} says all that English says, with the same values filled in`, () => {
    const words = wordsOf(file);
    assert.deepEqual(Object.keys(words), Object.keys(ENGLISH));
    for (const [key, english] of Object.entries(ENGLISH)) {
      const forms = english.other ? words[key] : { other: words[key] };
      if (english.other) assert.deepEqual(Object.keys(forms), ["one", "other"], key);
      for (const form of Object.values(forms)) {
        assert.ok(form.trim(), key);
        assert.deepEqual(placeholders(form), placeholders(english.other ?? english), key);
      }
    }
  });
}

test("numbers choose their form and are written as the language does", () => {
  assert.deepEqual([1, 0, 12345].map((n) => text("places", { n })), ["and 1 more place", "and 0 more places", "and 12,345 more places"]);
  speak("de", wordsOf("de.json"));
  assert.deepEqual([1, 12345].map((n) => text("places", { n })), ["und 1 weitere Stelle", "und 12.345 weitere Stellen"]);
  speak("fr", wordsOf("fr.json"));
  assert.equal(text("passages", { n: 0 }), "et 0 autre passage"); // none is singular there
  speak("es", wordsOf("es.json"));
  assert.equal(text("passages", { n: 1_000_000 }), "y 1.000.000 pasajes más"); // a form of its own that isn't needed
});

test("a language that can't be loaded leaves English, and the author is warned", async () => {
  const warnings = mock.method(console, "warn", () => {}).mock;
  mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("fetch failed")));
  await load("de", "https://host");
  assert.equal(language(), "en");
  assert.equal(warnings.calls[0].arguments.join(" "), "quoth-widget: no de.json: fetch failed");
  mock.restoreAll();
});
