import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, mock, test } from "node:test";

import { Service, troubleOf } from "../../qa/static/widget/service.js";

// A server that is both the service and the page's own, which mints the tokens "1", "2", … that hold for a minute
let server, host, requests, minted, refuse;
before(async () => {
  server = createServer((request, response) => {
    requests.push([request.method, request.url, request.headers.authorization ?? null]);
    if (request.url === "/token") {
      minted += 1;
      response.end(JSON.stringify({ token: String(minted), expires_at: new Date(Date.now() + 60_000).toISOString() }));
    } else {
      response.statusCode = refuse.includes(request.headers.authorization) ? 401 : 200;
      response.end("{}");
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  host = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());
beforeEach(() => {
  [requests, minted, refuse] = [[], 0, []];
  mock.method(console, "warn", () => {});
});

test("without a token's address nothing is sent but the question", async () => {
  const response = await new Service(host, {}).send("/v1/ask", { question: "When?" });
  assert.equal(response.status, 200);
  assert.deepEqual(requests, [["POST", "/v1/ask", null]]);
});

test("a token is fetched once and used until it is near its end", async () => {
  const service = new Service(host, { tokenUrl: `${host}/token` });
  await service.send("/v1/ask", {});
  await service.send("/v1/ask", {});
  assert.deepEqual(requests.map(([, path, token]) => [path, token]), [["/token", null], ["/v1/ask", "Bearer 1"], ["/v1/ask", "Bearer 1"]]);
  assert.equal(service.addressWithToken("/documents/a"), `${host}/documents/a#token=1`);
  assert.equal(service.addressWithToken("/documents/a#cited"), `${host}/documents/a#cited&token=1`);
});

test("a token that is refused is renewed once", async () => {
  refuse = ["Bearer 1"];
  const service = new Service(host, { tokenUrl: `${host}/token` });
  assert.equal((await service.send("/v1/ask", {})).status, 200);
  assert.equal(minted, 2);
  refuse = ["Bearer 2", "Bearer 3"];
  assert.equal((await service.send("/v1/ask", {})).status, 401);
  assert.equal(minted, 3);
});

test("a service that isn't there is told as such", async () => {
  const nobody = new Service("http://127.0.0.1:9", {}); // a port that fetch refuses
  await assert.rejects(nobody.send("/v1/ask", {}), { message: /^The service can’t be reached/, retry: true });
  const tokenless = new Service(host, { tokenUrl: "http://127.0.0.1:9/token" });
  await assert.rejects(tokenless.send("/v1/ask", {}), { message: "This page isn’t allowed to ask just now." });
});

test("what a refusal means to whoever asked", () => {
  const told = (status, problem = null, headers = {}) => troubleOf(problem, status, new Headers(headers)).message;
  assert.equal(told(503, null, { "Retry-After": "5" }), "The service can’t take questions just now. Try again in 5 seconds.");
  assert.equal(told(429, null, { "Retry-After": "1" }), "The service can’t take questions just now. Try again in 1 second.");
  assert.equal(told(503), "The service can’t take questions just now. Try again soon.");
  assert.equal(told(403), "This page isn’t allowed to ask just now.");
  assert.equal(told(404), "The question wasn’t taken.");
  assert.equal(told(500), "Something went wrong while it was answered.");
  const problem = { type: "urn:quoth:problem:invalid-question", detail: "Ask in fewer words." };
  assert.equal(told(422, problem), "Ask in fewer words.");
});
