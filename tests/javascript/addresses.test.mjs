import assert from "node:assert/strict";
import { test } from "node:test";

import { idPath, viewerUrl, within } from "../../qa/static/shared/addresses.js";

test("an id's slashes part a path, unless the browser would resolve them away", () => {
  assert.equal(idPath("seeds/a b?.md"), "seeds/a%20b%3F.md");
  assert.equal(idPath("a/../b"), "a%2F..%2Fb");
  assert.equal(idPath("./a"), ".%2Fa");
  assert.equal(idPath("a/..b"), "a/..b");
});

test("the viewer's address names the collection and the place, unless they go without saying", () => {
  assert.equal(viewerUrl({ id: "a", collection: "default" }), "/documents/a");
  assert.equal(viewerUrl({ id: "a", collection: "default", start: 0, end: 4 }), "/documents/a?start=0&end=4#cited");
  assert.equal(viewerUrl({ id: "a", collection: "x&y", start: 1, end: 4 }), "/documents/a?start=1&end=4&collection=x%26y#cited");
  assert.equal(within("default"), "");
});
