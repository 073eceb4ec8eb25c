// Where cited words stand in a document that may have changed since. All places are in UTF-16 units, as strings here
// count; the service counts Unicode characters.

const collapsed = (text) => text.trim().split(/\s+/).join(" ");

const MAX_CARRIED = 300; // characters of the words that a link carries; what is that long may have been cut

/** Characters → units for an ascending list of places in `text`. */
export function unitsOf(text, places) {
  if (!/[\ud800-\udbff]/.test(text)) return places.map((place) => Math.min(place, text.length));
  const units = [];
  let at = 0;
  let characters = 0;
  for (const place of places) {
    while (characters < place && at < text.length) {
      at += text.codePointAt(at) > 0xffff ? 2 : 1;
      characters += 1;
    }
    units.push(at);
  }
  return units;
}

/** A slice of units → characters. */
export function charactersOf(text, units) {
  return units - (text.slice(0, units).match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

function* occurrences(text, words) {
  const escaped = words.split(/\s+/).filter(Boolean).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  for (const found of text.matchAll(new RegExp(escaped.join("\\s+"), "gu"))) {
    yield { start: found.index, end: found.index + found[0].length };
  }
}

/** Where `exact` stands: at `[start, end)` if the words around it are the same too, else where most of those are, and of
 * such places at the nearest; null if it stands nowhere.
 *
 * `sure` tells that it has the words before or behind it that it had, `changed` that the document is not as it was.
 */
export function anchored(text, { start, end }, { exact, prefix = "", suffix = "" }) {
  const before = (at) => collapsed(text.slice(Math.max(0, at - 4 * prefix.length - 40), at)).endsWith(prefix);
  const behind = (at) => collapsed(text.slice(at, at + 4 * suffix.length + 40)).startsWith(suffix);
  const there = collapsed(text.slice(start, end));
  const cut = exact.length >= MAX_CARRIED - 1 && there.startsWith(exact);
  if ((there === exact || cut) && before(start) && behind(end)) return { start, end, sure: true, changed: false };
  let best = null;
  for (const place of occurrences(text, exact)) {
    const sides = Number(prefix && before(place.start)) + Number(suffix && behind(place.end));
    const far = Math.abs(place.start - start);
    if (!best || sides > best.sides || (sides === best.sides && far < best.far)) best = { ...place, sides, far };
  }
  return best && { start: best.start, end: best.end, sure: best.sides > 0, changed: true };
}
