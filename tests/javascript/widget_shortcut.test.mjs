import assert from "node:assert/strict";
import { test } from "node:test";

import { isPressed } from "../../qa/static/widget/shortcut.js";

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const pressed = (shortcut, key, ...held) =>
  isPressed(shortcut, { ...NONE, key, ...Object.fromEntries(held.map((name) => [`${name}Key`, true])) });

test("a shortcut is its key with its modifiers and no others", () => {
  assert.ok(pressed("Ctrl+K", "k", "ctrl"));
  assert.ok(pressed("ctrl+k", "K", "ctrl"));
  assert.ok(!pressed("Ctrl+K", "k"));
  assert.ok(!pressed("Ctrl+K", "j", "ctrl"));
  assert.ok(!pressed("Ctrl+K", "k", "ctrl", "alt"));
  assert.ok(!pressed("Ctrl+K", "K", "ctrl", "shift"));
  assert.ok(pressed("Alt+Shift+Q", "Q", "alt", "shift"));
});

test("on a Mac the command key is what Ctrl is elsewhere", () => {
  assert.ok(pressed("Ctrl+K", "k", "meta"));
});

test("a character may need Shift on some keyboards and not on others", () => {
  assert.ok(pressed("?", "?", "shift"));
  assert.ok(pressed("/", "/"));
  assert.ok(pressed("/", "/", "shift"));
  assert.ok(!pressed("/", "/", "ctrl"));
});

test("an event without a key, as filling in a form makes, is none", () => {
  assert.ok(!isPressed("/", { ...NONE, key: undefined }));
});
