// What Markdown's links by reference and its notes refer to: "[rules]: https://…" and "[^1]: …", anywhere in the text.

const DEFINITION = /^ {0,3}\[(?<name>[^[\]\n]{1,200})\]:[ \t]{0,20}(?:<(?<within>[^<>\n]{1,2000})>|(?<href>\S{1,2000}))/gm;

/** The name of a reference, which may be written in other cases and with other blanks. */
export const nameOf = (words) => words.trim().replace(/\s+/g, " ").toLowerCase();

/** Where the links by reference of a text lead: "[rules]: https://…" below it, and for notes, "[^1]: …", that they are there. */
export function referencesIn(text) {
  const found = new Map();
  for (const { groups: { name, within, href } } of text.matchAll(DEFINITION)) if (!found.has(nameOf(name))) found.set(nameOf(name), within ?? href);
  return found;
}

/** Whether "[rules]" at `[start, end)` says where such links lead, and is none itself. */
export const isDefinition = (text, start, end) => text[end] === ":" && /(?:^|\n) {0,3}$/.test(text.slice(Math.max(0, start - 4), start));
