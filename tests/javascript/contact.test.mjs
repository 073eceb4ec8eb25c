import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { contactOf } from "../../qa/static/widget/contact.js";

const QUESTION = "Who pays & when?";
let warnings;
beforeEach(() => {
  globalThis.location = { href: "https://site.example/a?b=c" };
  warnings = mock.method(console, "warn", () => {}).mock;
});

const contact = (link) => contactOf({ contact: link }, QUESTION);

test("without a contact there is no link, and nothing to warn of", () => {
  assert.deepEqual([contact(undefined), contact("  ")], ["", ""]);
  assert.equal(warnings.callCount(), 0);
});

test("a link has the question only where it asks for it", () => {
  assert.equal(contact("https://site.example/help"), "https://site.example/help");
  assert.equal(contact(" https://site.example/help?q={question}#form "), "https://site.example/help?q=Who%20pays%20%26%20when%3F#form");
});

test("mail has the question as its subject, and the page below it", () => {
  const fields = "subject=Who%20pays%20%26%20when%3F&body=Who%20pays%20%26%20when%3F%0A%0Ahttps%3A%2F%2Fsite.example%2Fa%3Fb%3Dc";
  assert.equal(contact("help@site.example"), `mailto:help@site.example?${fields}`);
  assert.equal(contact("mailto:help@site.example?cc=me@site.example"), `mailto:help@site.example?cc=me@site.example&${fields}`);
  assert.equal(contact("mailto:help@site.example?body={question}"), "mailto:help@site.example?body=Who%20pays%20%26%20when%3F");
});

test("anything else is no link, and the author is warned", () => {
  for (const link of ["javascript:alert(1)", "JavaScript:alert(1)//@x", "data:text/html,x", "/help", "help", "https://", "tel:112", "{question}"]) {
    assert.equal(contact(link), "", link);
  }
  assert.equal(warnings.callCount(), 8);
  assert.equal(warnings.calls[0].arguments.join(" "), "quoth-widget: data-contact is no https:, http: or mailto: link.");
});
