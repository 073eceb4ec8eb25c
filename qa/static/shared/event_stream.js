// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of a response to a POST, which
// the browser's own EventSource can't make. Comments keep a stream alive and are passed over.

/** The events of a text/event-stream response as they come, as [name, data], their data read as JSON.
 *
 * `wait` is what each piece is waited for with, comments too: a deadline for silence has its place there.
 */
export async function* eventsOf(response, wait = (promise) => promise) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let unread = "";
  for (;;) {
    const { value, done } = await wait(reader.read());
    if (done) return;
    const blocks = (unread + value).split(/\r?\n\r?\n/);
    unread = blocks.pop(); // an event that isn't complete yet
    for (const block of blocks) {
      const data = field(block, "data");
      if (data) yield [field(block, "event"), JSON.parse(data)];
    }
  }
}

/** What a block says under this name; the lines of one that is repeated are joined. */
function field(block, name) {
  const lines = block.split(/\r?\n/).filter((line) => line.startsWith(`${name}:`));
  return lines.map((line) => line.slice(name.length + 1).trim()).join("\n");
}
