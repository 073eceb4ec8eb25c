// What the types let through, and what they don't; read by TypeScript's compiler, never run.

import { Client, QuothError, slice, type Answer, type Citation } from "@quoth/client";

const quoth = new Client("http://127.0.0.1:8000", { key: "…", timeout: 5_000 });
const answer: Answer = await quoth.ask("Who?", { max_answers: 3, signal: AbortSignal.timeout(5_000) });
const place: Citation | undefined = answer.answers[0]?.citations[0];
if (place) console.log(slice("…", place.start, place.end).length);

for await (const sent of quoth.stream("Who?", { history: [{ question: "When?", answer: null }] })) {
  if (sent.event === "passages") console.log(sent.data.passages.length, sent.data.asked_as);
  if (sent.event === "candidate") console.log(sent.data.confidence);
  if (sent.event === "final") console.log(sent.data.id);
}
for await (const document of quoth.documents({ collection: "staff" })) console.log(document.id, document.chunks);

try {
  await quoth.feedback(answer, "Who?", "wrong", { correction: { no_answer: true } });
} catch (error) {
  if (error instanceof QuothError) console.log(error.kind, error.problem.detail, error.retryAfter);
}

// @ts-expect-error: there is no such option
await quoth.ask("Who?", { max_answer: 3 });
// @ts-expect-error: no such verdict
await quoth.feedback(answer, "Who?", "maybe");
// @ts-expect-error: a text has no fields
console.log(answer.answers[0].text.words);
