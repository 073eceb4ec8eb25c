// A question → the service's answer, event by event as it is read; in one piece where it doesn't stream.

import { eventsOf } from "./event_stream.js";
import { text } from "./language.js";
import { inTime } from "./patience.js";
import { Trouble, kindOf, problemIn } from "./problems.js";

const MAX_QUESTION = 1000; // characters, as the service counts them: Unicode's, not UTF-16's
const MAX_HISTORY = 20; // earlier turns sent
const cutOff = () => new Trouble(text("cut"), "cut");

/** Why a question can't be asked; empty if it can. */
export function tooLong(question) {
  const n = [...question.trim()].length;
  return n > MAX_QUESTION ? text("tooLong", { n, most: MAX_QUESTION }) : "";
}

/** The body of a turn's request: its question, and what was asked and answered before it. */
export function bodyOf(turn, turns, collection, maxAnswers) {
  const earlier = turns.slice(0, turns.indexOf(turn)).filter(({ answer }) => answer).slice(-MAX_HISTORY);
  return {
    question: turn.question,
    collection,
    max_answers: maxAnswers,
    history: earlier.map(({ question, answer }) => ({ question, answer: answer.answers[0]?.text ?? null })),
  };
}

/** ["passages", …], ["candidate", …] … and at last ["final", the answer].
 *
 * `post(path, body)` resolves to a response and `troubleOf(problem, status, headers)` says what a problem means. With
 * `whole` the answer isn't streamed. Raises Trouble, also when nothing is heard for `patience` seconds, and AbortError
 * when `post`'s request is stopped.
 */
export async function* answering(body, { post, troubleOf, whole = false, patience }) {
  const wait = (promise) => inTime(promise, patience);
  if (!whole) {
    const response = await wait(post("/v1/ask/stream", body));
    if (response.headers.get("Content-Type")?.startsWith("text/event-stream")) return yield* streamed(response, troubleOf, wait);
    if (!response.ok && response.status !== 405) {
      const problem = await problemIn(response);
      if (kindOf(problem) !== "no-such-route") throw troubleOf(problem, response.status, response.headers);
    }
  }
  const response = await wait(post("/v1/ask", body));
  const answer = await wait(problemIn(response));
  if (!response.ok) throw troubleOf(answer, response.status, response.headers);
  if (!answer) throw cutOff();
  yield ["final", answer];
}

async function* streamed(response, troubleOf, wait) {
  try {
    for await (const event of eventsOf(response, wait)) {
      const [name, data] = event;
      if (name === "error") throw troubleOf(data, data.status);
      yield event;
      if (name === "final") return;
    }
  } catch (error) {
    throw error instanceof Trouble || error.name === "AbortError" ? error : cutOff();
  }
  throw cutOff();
}
