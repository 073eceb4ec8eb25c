// A question → what the service says of it, event by event; in one piece where it doesn't stream.

import { Trouble, json, request, troubleOf } from "/static/shared.js";

const CUT = "The answer broke off before it was complete.";

/** The events of a text/event-stream response, as [name, data]. */
async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let unread = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (unread + value).split(/\r?\n\r?\n/);
    unread = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const field = (name) =>
        lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim()).join("\n");
      if (field("data")) yield [field("event"), JSON.parse(field("data"))];
    }
  }
}

/** ["passages", …], ["candidate", …] … and at last ["final", the answer]. Raises Trouble, and AbortError when stopped. */
export async function* answering(question, signal) {
  const post = {
    method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(question),
  };
  const response = await request("/v1/ask/stream", post);
  if (!response.ok) {
    const problem = troubleOf(await response.json().catch(() => null), response.status);
    if (problem.kind !== "no-such-route" && response.status !== 405) throw problem;
    yield ["final", await json("/v1/ask", post)];
    return;
  }
  try {
    for await (const [name, data] of eventsOf(response)) {
      if (name === "error") throw troubleOf(data, data.status);
      yield [name, data];
      if (name === "final") return;
    }
  } catch (error) {
    throw error instanceof Trouble || error.name === "AbortError" ? error : new Trouble(CUT);
  }
  throw new Trouble(CUT);
}
