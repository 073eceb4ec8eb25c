// The characters that HTML's entities stand for, of the kinds that people write in Markdown: Latin-1 and typography.

const LATIN_1 = ("nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
  "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute " +
  "Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute " +
  "THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde " +
  "ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml").split(" ");
const NAMED = new Map([
  ...LATIN_1.map((name, i) => [name, String.fromCharCode(0xa0 + i)]),
  ...Object.entries({
    amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", hellip: "…", mdash: "—", ndash: "–", lsquo: "‘", rsquo: "’", sbquo: "‚", ldquo: "“",
    rdquo: "”", bdquo: "„", lsaquo: "‹", rsaquo: "›", bull: "•", dagger: "†", Dagger: "‡", permil: "‰", prime: "′", Prime: "″", euro: "€",
    trade: "™", larr: "←", uarr: "↑", rarr: "→", darr: "↓", harr: "↔", minus: "−", ne: "≠", le: "≤", ge: "≥", infin: "∞", asymp: "≈",
    check: "✓", ensp: "\u2002", emsp: "\u2003", thinsp: "\u2009", alpha: "α", beta: "β", gamma: "γ", delta: "δ", Delta: "Δ", mu: "μ", pi: "π",
    sigma: "σ", Omega: "Ω", omega: "ω", OElig: "Œ", oelig: "œ", Scaron: "Š", scaron: "š",
  }),
]);

/** What `&name;`, `&#8364;` or `&#x20ac;` stands for; null if that isn't known or is no character to be seen. */
export function decoded(entity) {
  const name = entity.slice(1, -1);
  if (name[0] !== "#") return NAMED.get(name) ?? null;
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return null;
  return String.fromCodePoint(code);
}
