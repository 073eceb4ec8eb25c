// An answer as the widget shows it; or what comes nearest. `widget` is
// what it needs of the widget: its `service`, the `collection`, `say` and `tell`.

import { viewerUrl } from "../shared/addresses.js";
import { OUT, el, icon } from "../shared/elements.js";
import { wordsOf } from "../shared/forms.js";
import { text } from "../shared/language.js";
import { marked, plain } from "../shared/markup.js";
import { aroundSentence, cut, dateOf, disagreeing, furtherPassages, greetingOf, namesOf, parted, percentOf, placeOf, reasonOf, sureness } from "../shared/wording.js";
import { contactOf } from "./contact.js";
import { judging } from "./judging.js";
import { opensSource } from "./settings.js";

const NEAREST = 3; // passages shown where there is no answer, the rest folded

/** That documents disagree, as a visitor is told it. */
export const disagreement = (answer) => {
  const n = disagreeing(answer);
  return text(n === 2 ? "disagree2" : "disagree", { n });
};
export const NOTHING = { status: "no_answer", reason: "nothing_retrieved", answers: [], passages: [] };

const nameOf = (passage) => passage.title || passage.document_id.split("/").pop();

/** What is being read. */
export const found = (passages) => text("found", { n: passages.length, names: namesOf(passages, nameOf) });

/** The best answer so far, while passages are still being read. */
export const soFar = (answer) =>
  el("div.card.sofar", el("p.quiet", text("sofar")), wordsOf(answer, "p"), el("p.quiet", answer.citations[0]?.title));

/** The nodes that show `turn.answer`. */
export function answerOf(turn, widget) {
  const { status, conflict, asked_as } = turn.answer;
  const understood = asked_as && el("p.asked", text("understood"), el("em", asked_as));
  if (status !== "answered") return [understood, ...silence(turn, widget)].filter(Boolean);
  const [shown, rest] = parted(turn.answer);
  const cards = (answers) => answers.map((answer) => card(turn, answer, widget));
  return [
    understood,
    conflict && el("p.note", el("b", disagreement(turn.answer)), " ", text("each")),
    ...cards(shown),
    folded(cards(rest), text("unlikely", { n: rest.length })),
  ].filter(Boolean);
}

/** What comes nearest, from its section on, with its best sentence marked. */
function closest(best, widget) {
  const { document_id: id, start, end, title, section } = best;
  return figure(marked(aroundSentence(best)), viewerUrl({ id, collection: widget.collection, start, end }), title, section, widget);
}

function silence(turn, widget) {
  const { nearest: best, reason } = turn.answer;
  if (reason === "greeting") return [el("p", greetingOf(turn.answer))];
  const near = furtherPassages(turn.answer).map((passage) => nearest(passage, widget));
  if (best) near.unshift(closest(best, widget));
  return [
    el("div", el("p.absent", text("none")), el("p", reasonOf(turn.answer))),
    handOff(turn, widget),
    near.length &&
      el(
        "div.card.near",
        el("p.quiet", text(best?.likely ? "likely" : "near")),
        near.slice(0, NEAREST),
        folded(near.slice(NEAREST), text("passages", { n: near.length - NEAREST })),
        judging(turn, null, widget, handOff),
      ),
  ];
}

function card(turn, answer, widget) {
  const { support, citations } = answer;
  const { words, level } = sureness(answer);
  const percent = percentOf(answer);
  const places = citations.map((citation) => cited(citation, widget));
  return el(
    "div.card",
    wordsOf(answer, "p"),
    el(
      `p.sure.l${level}`,
      el("i", { "aria-hidden": "true" }, el("span")),
      el("b", words),
      el("span.quiet", [percent, support > 1 && text("support", { n: support })].filter(Boolean).join(" · ")),
    ),
    places[0],
    folded(places.slice(1), text("places", { n: places.length - 1 })),
    judging(turn, answer, widget, handOff),
  );
}

const folded = (nodes, label) => nodes.length && el("details", el("summary", label), el("div.stack", nodes));

function cited(citation, widget) {
  const { title, source_url: source } = citation;
  const url = opensSource(widget.settings) && /^https?:/.test(source) ? source : citation.url;
  const place = [placeOf(citation), dateOf(citation)].filter(Boolean).join(" · ");
  return figure(marked(cut(citation.sentence, citation.quote)), url, title, place, widget);
}

function nearest(passage, widget) {
  const { document_id: id, start, end } = passage;
  return figure(plain(passage.text), viewerUrl({ id, collection: widget.collection, start, end }), nameOf(passage), "", widget);
}

const figure = (words, url, title, place, widget) =>
  el(
    "figure",
    el("blockquote", { lang: "" }, "“", words, "”"),
    el("figcaption", linkTo(url, title, widget), place && ` ·\u00a0${place}`),
  );

/** A link to a human who may know, if the page names one. */
function handOff({ question }, { settings }) {
  const href = contactOf(settings, question);
  return href && el("a.pill", { href, rel: "noopener", ...(/^http/.test(href) && { target: "_blank" }) }, text("contact"));
}

/** A link to the place in its document. It carries the token only while it is followed, and by then a fresh one. */
function linkTo(path, title, { service, tell }) {
  const follow = () => {
    link.href = service.addressWithToken(path);
    tell("cited", { url: service.address(path), title });
  };
  const link = el(
    "a",
    {
      href: service.address(path),
      target: "_blank",
      rel: "noopener",
      onpointerenter: service.refresh,
      onfocus: service.refresh,
      onclick: follow,
      onauxclick: follow,
    },
    title,
    icon(OUT),
    el("span.unseen", text("tab")),
  );
  return link;
}
