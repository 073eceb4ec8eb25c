// What a page says of its widget in `data-` attributes, read each time, for they may change.

import { tooLong } from "../shared/asking.js";
import { warn } from "./warning.js";

const MAX_EXAMPLES = 6;

export const titleOf = ({ title }) => title?.trim() || "Ask the documents";
export const collectionOf = ({ collection }) => collection?.trim() || "default";

/** Questions to begin with: a JSON list, or texts with | between them; what can't be asked is left out. */
export function examplesOf({ examples = "" }) {
  try {
    const texts = /^\s*[[{]/.test(examples) ? JSON.parse(examples) : examples.split("|");
    return texts.map((text) => text.trim()).filter((text) => text && !tooLong(text)).slice(0, MAX_EXAMPLES);
  } catch (error) {
    warn(`data-examples is no JSON list of texts, so none are shown: ${error.message}`);
    return [];
  }
}

/** How many different answers are asked for. */
export function maxAnswersOf({ maxAnswers = 3 }) {
  const number = Number(maxAnswers);
  if (Number.isInteger(number) && number >= 1 && number <= 20) return number;
  warn("data-max-answers isn’t a whole number from 1 to 20; 3 is used.");
  return 3;
}
