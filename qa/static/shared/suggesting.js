// Suggestions while somebody types: a list at the box, as ARIA's combobox has it; the focus stays in the box.
//
// It never stands in the way of asking: Enter asks what is typed, but for a suggestion that the arrow keys led to.

import { el } from "./elements.js";

const SHOWN = 6;
const LEAST = 2; // letters typed

/** The words of a text without case, accents and punctuation, as the service compares them. */
const compared = (text) => (text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ");

/** The questions with words that begin with those typed, once each: those that begin as it was typed come first. */
export function fitting(typed, questions) {
  const wanted = compared(typed);
  const all = new Map(questions.map((question) => [compared(question), question]).reverse()); // of the same, the first
  const fits = (words) => words !== wanted && wanted.split(" ").every((one) => ` ${words}`.includes(` ${one}`));
  const found = [...all.keys()].reverse().filter(fits);
  const begins = (words) => words.startsWith(wanted);
  return [...found.filter(begins), ...found.filter((words) => !begins(words))].map((words) => all.get(words));
}

/** What the service suggests, which is asked as rarely as that goes: where an answer is complete, it holds for whatever
 * begins with what was typed then. `get(typed)` resolves to its answer; if it fails, it isn't asked again. */
export class Suggested {
  #get;
  #known = []; // {typed, questions, complete}, the newest first
  #asking = false;

  constructor(get) {
    this.#get = get;
  }

  /** The questions known by now. */
  get questions() {
    return this.#known.flatMap(({ questions }) => questions);
  }

  /** Learn what fits what was typed. Resolves to whether there is anything new; one request is made at a time. */
  async learn(typed) {
    const wanted = compared(typed);
    const holds = (one) => one.typed === wanted || (one.complete && wanted.startsWith(one.typed));
    if (this.#asking || this.#known.some(holds)) return false;
    this.#asking = true;
    const next = this.#known.length ? wanted : ""; // at first all of them, which may be few
    const answer = await this.#get(next).catch(() => null);
    this.#known.unshift(answer ? { ...answer, typed: next } : { typed: "", questions: [], complete: true });
    this.#asking = false;
    return true;
  }
}

/** Suggest questions in a list at the end of `place`, which the box stands in.
 *
 * `where()` is the collection that is asked, `examples()` are the page's own questions, `get(typed, collection)` is the
 * service's answer, `ask(question)` asks one, `say` speaks to those who don't see the list, and `counted(n)` says how
 * long it is.
 */
export function suggest(box, place, { where, examples, get, ask, say, counted }) {
  let collection;
  let suggested; // in that collection
  const list = el("ul.suggestions", { id: "suggestions", role: "listbox", hidden: true, onmousedown: (event) => event.preventDefault() });
  const expandable = box.localName === "input"; // text of several lines can't be a combobox
  let active = -1;

  const go = (to) => {
    active = to;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === active));
    const option = list.children[active];
    option?.scrollIntoView({ block: "nearest" });
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
  };
  const show = (questions) => {
    const n = questions.length;
    const chosen = list.children[active]?.textContent; // by the arrow keys, while the service was asked
    if (n && n !== list.children.length) say(counted(n));
    list.setAttribute("aria-label", counted(n));
    list.replaceChildren(...questions.map((question, i) =>
      el("li", { id: `suggestion-${i}`, role: "option", lang: "", onclick: () => choose(question) }, question)));
    list.hidden = !n;
    if (expandable) box.setAttribute("aria-expanded", Boolean(n));
    go(questions.indexOf(chosen));
  };
  const hide = () => show([]);
  const choose = (question) => {
    hide();
    ask(question);
  };
  const update = async () => {
    const typed = box.value;
    if (collection !== where()) {
      collection = where();
      suggested = new Suggested((words) => get(words, collection));
    }
    const wanted = [...typed.trim()].length >= LEAST && !typed.includes("\n");
    show(wanted ? fitting(typed, [...examples(), ...suggested.questions]).slice(0, SHOWN) : []);
    if (wanted && (await suggested.learn(typed)) && box.value && box.matches(":focus")) update();
  };
  const pressed = (event) => {
    if (event.target !== box || list.hidden || event.isComposing) return;
    const { length } = list.children;
    if (event.key === "ArrowDown") go(active + 1 < length ? active + 1 : -1);
    else if (event.key === "ArrowUp") go(active < 0 ? length - 1 : active - 1);
    else if (event.key === "Escape") hide();
    else if (event.key === "Enter" && active >= 0) list.children[active].click();
    else return event.key === "Enter" && !event.shiftKey && hide();
    event.preventDefault();
    event.stopPropagation();
  };

  if (expandable) box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.addEventListener("input", () => update(go(-1)));
  box.addEventListener("blur", hide);
  place.addEventListener("keydown", pressed, { capture: true }); // before the box sends what is typed
  place.append(list);
  update();
}
