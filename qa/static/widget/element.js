// `<quoth-widget>`: a conversation in a dialog that a button opens, or inline, in the page itself.

import { answering, bodyOf, tooLong } from "../shared/asking.js";
import { el } from "../shared/elements.js";
import { text } from "../shared/language.js";
import { recall, remember } from "../shared/memory.js";
import { Trouble } from "../shared/problems.js";
import { spoken } from "../shared/wording.js";
import { NOTHING, answerOf, disagreement, found, soFar } from "./answers.js";
import { frame, greeting, showBusy } from "./frame.js";
import { HOST } from "./host.js";
import { languageOf, load } from "./languages.js";
import { Service, troubleOf } from "./service.js";
import { collectionOf, examplesOf, isInline, maxAnswersOf, patienceOf, titleOf } from "./settings.js";
import { listen } from "./shortcut.js";
import { sheet } from "./style.js";
import { warn } from "./warning.js";

export class QuothWidget extends HTMLElement {
  #turns = []; // {question, node, body, answer (once there is one), whole (not to be streamed)}
  #asking = null; // what stops the question being read
  #parts; // the elements that change
  #loading; // of another language, before there are any
  #service = new Service(HOST, this.dataset);

  /** Say something to those who don't see the conversation change. */
  #say = (words) => (this.#parts.live.textContent = words);

  /** Tell the page what happened: a script of its own may listen for `quoth-asked` and the like. */
  #tell = (name, detail) => this.dispatchEvent(new CustomEvent(`quoth-${name}`, { bubbles: true, detail }));

  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    const code = languageOf(this);
    if (code === "en") this.#build();
    else this.#loading = load(code, HOST).then(() => this.#build());
  }

  #build() {
    const inline = isInline(this.dataset);
    const parts = (this.#parts = frame(titleOf(this.dataset), inline, {
      open: () => this.open(),
      close: () => this.close(),
      startAgain: () => this.forget(parts.box.focus()),
      send: () => (this.#asking ? this.#asking.abort() : this.ask(parts.box.value)),
      typed: () => this.#checked(),
      key: (event) => this.#key(event),
    }));
    const root = this.shadowRoot;
    root.append(...(inline ? [] : [parts.launcher]), parts.panel);
    // The page's own keyboard shortcuts are not for what is typed here
    for (const kind of ["keydown", "keyup", "keypress"]) root.addEventListener(kind, (event) => event.stopPropagation());
    // Suggestions are a module of their own, for whoever types
    const suggest = () => import(`${HOST}/widget/suggestions.js`).then((module) => module.begin(this, this.#context, text, examplesOf)).catch(warn);
    if (this.dataset.suggestions !== "off") parts.box.addEventListener("input", suggest, { once: true });
    if (this.dataset.shortcut) listen(this, parts.launcher);
    this.#begin();
    this.#restore();
  }

  /** Open the dialog; inline, go to the box. */
  open() {
    if (!this.#parts) return this.#loading?.then(() => this.open());
    const { panel, launcher, box } = this.#parts;
    if (panel.open) return;
    panel.showModal?.(); // in the top layer, the page behind it inert, and focus goes back when it closes
    launcher.setAttribute("aria-expanded", "true");
    box.focus();
  }

  /** Close the dialog; the conversation is kept, and a question being read is read on. */
  close() {
    this.#parts?.panel.close?.();
  }

  /** Start again, and keep nothing of the conversation in this tab. */
  forget() {
    if (!this.#parts) return this.#loading?.then(() => this.forget());
    this.#asking?.abort();
    this.#begin();
    remember(this.#name, []);
  }

  /** Open the dialog and ask. What can't be asked now is left in the box. */
  async ask(words) {
    if (!this.#parts) await this.#loading;
    const { box } = this.#parts;
    const question = String(words).trim();
    this.open();
    if (box.value.trim() !== question) box.value = question;
    if (!this.#checked() || !question) return box.focus();
    if (this.#asking) return this.#say(text("busy"));
    box.value = "";
    const turn = this.#add({ question });
    this.#tell("asked", { question });
    await this.#read(turn);
  }

  /** What the nodes of an answer need of the widget. */
  get #context() {
    const settings = this.dataset;
    return { service: this.#service, settings, collection: collectionOf(settings), say: this.#say, tell: this.#tell };
  }

  /** What the conversation is kept under: two services, or collections, are two conversations. */
  get #name() {
    return `quoth ${HOST} ${collectionOf(this.dataset)}`;
  }

  /** Show the conversation that was kept; one that can't be shown is forgotten. */
  #restore() {
    try {
      for (const kept of recall(this.#name)) {
        const turn = this.#add(kept);
        turn.body.replaceChildren(...answerOf(turn, this.#context));
      }
      this.#busy(null);
    } catch (error) {
      warn(error);
      this.forget();
    }
  }

  #add({ question, answer }) {
    const { log } = this.#parts;
    if (!this.#turns.length) log.replaceChildren();
    const turn = { question, answer, body: el("div.stack") };
    turn.node = el("article.turn", el("h3", el("span.unseen", text("asked")), question), turn.body);
    this.#turns.push(turn);
    log.append(turn.node);
    return turn;
  }

  #begin() {
    this.#turns = [];
    this.#parts.log.replaceChildren(greeting(examplesOf(this.dataset), (example) => this.ask(example)));
    this.#busy(null);
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.ask(this.#parts.box.value);
  }

  /** Whether what is in the box is short enough to be asked; says so if it isn't. */
  #checked() {
    const { box, limit } = this.#parts;
    const refusal = tooLong(box.value);
    if (limit.textContent !== refusal) limit.textContent = refusal;
    box.setAttribute("aria-invalid", Boolean(refusal));
    return !refusal;
  }

  #busy(asking) {
    this.#asking = asking;
    this.#parts.again.hidden = !this.#turns.length;
    showBusy(this.#parts.send, asking);
  }

  #scrollTo(turn) {
    this.#parts.log.scrollTop = turn.node.offsetTop - 18;
  }

  async #read(turn) {
    if (this.#asking) return this.#say(text("busy"));
    const asking = new AbortController();
    this.#busy(asking);
    turn.node.setAttribute("aria-busy", "true");
    try {
      turn.answer = await this.#answer(turn, asking.signal);
      turn.body.replaceChildren(...answerOf(turn, this.#context));
      this.#say(spoken(turn.answer, disagreement(turn.answer)));
      remember(this.#name, this.#turns);
      this.#tell(turn.answer.status === "answered" ? "answered" : "unanswered", { question: turn.question, answer: turn.answer });
    } catch (error) {
      if (!this.#turns.includes(turn)) return; // the conversation was started again
      if (!(error instanceof Trouble)) warn(error);
      delete turn.answer;
      turn.whole ||= error.kind === "cut";
      const trouble = error instanceof Trouble ? error : new Trouble(text("failed"));
      this.#failed(turn, asking.signal.aborted ? new Trouble(text("stopped")) : trouble);
    } finally {
      turn.node.removeAttribute("aria-busy");
      asking.abort(); // what wasn't waited for any longer
      if (this.#asking === asking) {
        this.#busy(null);
        this.#scrollTo(turn);
      }
    }
  }

  /** What the service answers; what comes before is shown. Raises Trouble. */
  async #answer(turn, signal) {
    const progress = el("p.quiet.working", text("looking"));
    turn.body.replaceChildren(progress);
    this.#say(`${text("looking")}.`);
    this.#scrollTo(turn);
    const post = (path, body) => this.#service.send(path, body, signal);
    const body = bodyOf(turn, this.#turns, collectionOf(this.dataset), maxAnswersOf(this.dataset));
    try {
      for await (const [name, data] of answering(body, { post, troubleOf, whole: turn.whole, patience: patienceOf(this.dataset) })) {
        if (name === "passages") this.#say((progress.textContent = found(data.passages)));
        else if (name === "candidate") turn.body.replaceChildren(progress, soFar(data));
        else if (name === "final") return data;
      }
    } catch (error) {
      if (error.kind !== "not-found") throw error;
    }
    return NOTHING; // no such collection: the page's author is warned of it, the reader needn't know
  }

  #failed(turn, trouble) {
    this.#say(trouble.message);
    const again = trouble.retry && el("button.pill", { onclick: () => this.#read(turn) }, text("retry"));
    turn.body.replaceChildren(...[el("p.trouble", trouble.message), again].filter(Boolean));
    if (!trouble.retry) this.#parts.box.value ||= turn.question; // to be put in other words
  }
}
