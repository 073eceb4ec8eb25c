// What a page says of its widget in `data-` attributes, read each time, for they may change.

import { tooLong } from "../shared/asking.js";
import { text } from "../shared/language.js";
import { PATIENCE_SECONDS } from "../shared/patience.js";
import { warn } from "./warning.js";

const MAX_EXAMPLES = 6;

export const titleOf = ({ title }) => title?.trim() || text("title");
export const isInline = ({ mode }) => mode === "inline";
export const opensSource = ({ openLinks }) => openLinks === "canonical";
export const collectionOf = ({ collection }) => collection?.trim() || "default";

/** Questions to begin with: a JSON list, or texts with | between them; what can't be asked is left out. */
export function examplesOf({ examples = "" }) {
  try {
    const texts = /^\s*[[{]/.test(examples) ? JSON.parse(examples) : examples.split("|");
    return texts.map((example) => example.trim()).filter((example) => example && !tooLong(example)).slice(0, MAX_EXAMPLES);
  } catch (error) {
    warn(`data-examples is no JSON list of texts, so none are shown: ${error.message}`);
    return [];
  }
}

/** How many different answers are asked for. */
export const maxAnswersOf = ({ maxAnswers }) => whole("max-answers", maxAnswers, 20, 3);

/** How long the service may be silent, in seconds. */
export const patienceOf = ({ patience }) => whole("patience", patience, 3600, PATIENCE_SECONDS);

function whole(name, value, most, otherwise) {
  const number = Number(value ?? otherwise);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  warn(`data-${name} isn’t a whole number from 1 to ${most}; ${otherwise} is used.`);
  return otherwise;
}
