import assert from "node:assert/strict";
import { test } from "node:test";

import { plain } from "../../qa/static/shared/markup.js";

test("Markdown's marks aren't shown", () => {
  const shown = {
    "## Fees\n\nA seat is £30.": "Fees\n\nA seat is £30.",
    "Wash at **80 °C**, never hotter.": "Wash at 80 °C, never hotter.",
    "| Boat | Price |\n|:-----|------:|\n| Teal | £12 |": "Boat · Price\nTeal · £12",
    "See [the rules](/rules.md) and ![a map](map.png).": "See the rules and a map.",
    "One\n\n---\n\nTwo": "One\n\n\nTwo",
  };
  for (const [text, words] of Object.entries(shown)) assert.equal(plain(text), words);
});

test("half of a mark, where a text was cut, isn't either", () => {
  assert.equal(plain("Wash at **"), "Wash at ");
  assert.equal(plain("**, never hotter."), ", never hotter.");
});

test("what only looks like a mark stays", () => {
  for (const text of ["2**3 is 8", "a ** b", "cat log | grep x", "cat log\n  | grep x", "handlers[i](event)", "#1 in town", "C# and F#", "10 - 12", "a [1] (see below)"]) {
    assert.equal(plain(text), text);
  }
});
