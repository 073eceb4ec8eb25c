// What is said to people, in the language that is spoken: English, until another one is chosen.

import { ENGLISH } from "./english.js";

let spokenNow = { code: "en", words: ENGLISH };

/** Say everything in this language from now on; `words` has the keys of ENGLISH. */
export function speak(code, words) {
  spokenNow = { code, words };
}

/** The code of the language that is spoken. */
export const language = () => spokenNow.code;

/** What stands under a key, with the values filled in; numbers as the language writes them.
 *
 * Of several forms `values.n` chooses one: `text("places", { n: 1 })` is "and 1 more place".
 */
export function text(key, values = {}) {
  const { code, words } = spokenNow;
  const forms = words[key];
  const form = forms.other ? (forms[new Intl.PluralRules(code).select(values.n)] ?? forms.other) : forms;
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString(code));
}
