// A deadline for silence: a service that hangs is no reason to wait for ever.

import { text } from "./language.js";
import { Trouble } from "./problems.js";

/** Longer than the service lets a question take itself (QUOTH_DEADLINE_SECONDS is 30 unless it is set). */
export const PATIENCE_SECONDS = 45;

/** What the promise resolves to. Raises Trouble if that takes longer; what it waits for isn't stopped by that. */
export function inTime(promise, seconds = PATIENCE_SECONDS) {
  const late = new Trouble(text("silent"), "silent");
  const deadline = new Promise((_, reject) => {
    AbortSignal.timeout(seconds * 1000).addEventListener("abort", () => reject(late));
  });
  return Promise.race([promise, deadline]);
}
