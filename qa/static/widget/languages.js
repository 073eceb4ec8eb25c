// The widget's other languages: each is a file of the service that is loaded where a page speaks it.

import { speak } from "../shared/language.js";
import { warn } from "./warning.js";

const LANGUAGES = /^(de|es|fr|it|nl|pt)\b/i;

/** The language to speak: that of `data-lang`, else of what the widget stands in; English for one that isn't there. */
export const languageOf = (element) =>
  LANGUAGES.exec(element.dataset.lang ?? element.closest("[lang]")?.lang)?.[0].toLowerCase() ?? "en";

/** Speak this language from now on; English if it can't be loaded. */
export async function load(code, host) {
  try {
    speak(code, await (await fetch(`${host}/widget/${code}.json`)).json());
  } catch (error) {
    warn(`no ${code}.json: ${error.message}`);
  }
}
