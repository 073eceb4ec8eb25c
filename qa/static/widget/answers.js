// An answer as the widget shows it; or what comes nearest. `widget` is
// what it needs of the widget: its `service`, the `collection`, `say` and `tell`.

import { viewerUrl } from "../shared/addresses.js";
import { OUT, el, icon } from "../shared/elements.js";
import { wordsOf } from "../shared/forms.js";
import { cut, dateOf, disagreeing, many, parted, passagesIn, percentOf, placeOf, reasonOf, sureness } from "../shared/wording.js";
import { judging } from "./judging.js";

const NEAREST = 3; // passages shown where there is no answer, the rest folded

/** That documents disagree, as a visitor is told it. */
export const disagreement = (answer) => {
  const sources = disagreeing(answer);
  return `${sources === 2 ? "Two" : sources} sources say different things.`;
};
export const NOTHING = { status: "no_answer", reason: "nothing_retrieved", answers: [], passages: [] };

const nameOf = (passage) => passage.title || passage.document_id.split("/").pop();

/** What is being read. */
export const found = (passages) => `Found ${passagesIn(passages, nameOf, "in")}, reading`;

/** The best answer so far, while passages are still being read. */
export const soFar = (answer) =>
  el("div.card.sofar", el("p.quiet", "So far, still reading"), wordsOf(answer, "p"), el("p.quiet", answer.citations[0]?.title));

/** The nodes that show `turn.answer`. */
export function answerOf(turn, widget) {
  const { status, conflict, asked_as } = turn.answer;
  const understood = asked_as && el("p.asked", "Understood as: ", el("em", asked_as));
  if (status !== "answered") return [understood, ...silence(turn, widget)].filter(Boolean);
  const [shown, rest] = parted(turn.answer);
  const cards = (answers) => answers.map((answer) => card(turn, answer, widget));
  return [
    understood,
    conflict && el("p.note", el("b", disagreement(turn.answer)), " Here is what each of them says."),
    ...cards(shown),
    folded(cards(rest), many(rest.length, "less likely answer")),
  ].filter(Boolean);
}

/** What comes nearest, from its section on, with its best sentence marked. */
function closest(best, widget) {
  const { document_id: id, start, end, text, title, section } = best;
  const [first, last] = [best.sentence_start, best.sentence_end].map((at) => [...text].slice(0, at - start).join("").length);
  const words = [text.slice(0, first), el("mark", text.slice(first, last)), text.slice(last)];
  return figure(words, viewerUrl({ id, collection: widget.collection, start, end }), title, section, widget);
}

function silence(turn, widget) {
  const { passages, nearest: best, reason, message } = turn.answer;
  if (reason === "greeting") return [el("p", message)];
  const [, ...others] = best ? passages : [null, ...passages];
  const near = [...(best ? [closest(best, widget)] : []), ...others.map((passage) => nearest(passage, widget))];
  return [
    el("div", el("p.absent", "No answer"), el("p", reasonOf(turn.answer))),
    near.length &&
      el(
        "div.card.near",
        el("p.quiet", best?.likely ? "This may be it" : "What comes nearest"),
        near.slice(0, NEAREST),
        folded(near.slice(NEAREST), `and ${many(near.length - NEAREST, "more passage")}`),
        judging(turn, null, widget),
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
      { title: percent && `Of a hundred such answers, some ${percent.slice(0, -2)} are right` },
      el("i", { "aria-hidden": "true" }, el("span")),
      el("b", words),
      el("span.quiet", [percent, support > 1 && `said in ${support} documents`].filter(Boolean).join(" · ")),
    ),
    places[0],
    folded(places.slice(1), `and ${many(places.length - 1, "more place")}`),
    judging(turn, answer, widget),
  );
}

const folded = (nodes, label) => nodes.length && el("details", el("summary", label), el("div.stack", nodes));

function cited(citation, widget) {
  const [before, words, after] = cut(citation.sentence, citation.quote);
  const { url, title } = citation;
  const place = [placeOf(citation), dateOf(citation, "en")].filter(Boolean).join(" · ");
  return figure([before, words && el("mark", words), after], url, title, place, widget);
}

function nearest(passage, widget) {
  const { document_id: id, start, end, text } = passage;
  return figure([text], viewerUrl({ id, collection: widget.collection, start, end }), nameOf(passage), "", widget);
}

const figure = (words, url, title, place, widget) =>
  el(
    "figure",
    el("blockquote", "“", words, "”"),
    el("figcaption", linkTo(url, title, widget), place && ` ·\u00a0${place}`),
  );

/** A link to the place in its document. It carries the token only while it is followed, and by then a fresh one. */
function linkTo(path, text, { service, tell }) {
  const follow = () => {
    link.href = service.addressWithToken(path);
    tell("cited", { url: service.address(path), title: text });
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
    text,
    icon(OUT),
    el("span.unseen", " (opens in a new tab)"),
  );
  return link;
}
