// `<quoth-widget>`: a conversation in a dialog that a button opens.

import { answering, bodyOf, tooLong } from "../shared/asking.js";
import { el } from "../shared/elements.js";
import { Trouble } from "../shared/problems.js";
import { spoken } from "../shared/wording.js";
import { DISAGREE, NOTHING, answerOf, found, soFar } from "./answers.js";
import { frame, greeting, showBusy } from "./frame.js";
import { HOST } from "./host.js";
import { FAILED, Service, troubleOf } from "./service.js";
import { collectionOf, examplesOf, maxAnswersOf, titleOf } from "./settings.js";
import { sheet } from "./style.js";
import { warn } from "./warning.js";

export class QuothWidget extends HTMLElement {
  #turns = []; // {question, node, body, answer (once there is one), whole (not to be streamed)}
  #asking = null; // what stops the question being read
  #parts; // the elements that change
  #service = new Service(HOST, this.dataset);

  connectedCallback() {
    if (this.shadowRoot) return;
    const parts = (this.#parts = frame(titleOf(this.dataset), {
      open: () => this.open(),
      close: () => this.close(),
      startAgain: () => this.#startAgain(parts.box.focus()),
      send: () => (this.#asking ? this.#asking.abort() : this.ask(parts.box.value)),
      typed: () => this.#checked(),
      key: (event) => this.#key(event),
    }));
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(parts.launcher, parts.dialog);
    // The page's own keyboard shortcuts are not for what is typed here
    for (const kind of ["keydown", "keyup", "keypress"]) root.addEventListener(kind, (event) => event.stopPropagation());
    this.#startAgain();
  }

  /** What the nodes of an answer need of the widget. */
  get #context() {
    return { service: this.#service, collection: collectionOf(this.dataset), say: (text) => this.#say(text) };
  }

  /** Open the dialog. */
  open() {
    const { dialog, launcher, box } = this.#parts;
    if (dialog.open) return;
    dialog.showModal(); // in the top layer, the page behind it inert, and focus goes back when it closes
    launcher.setAttribute("aria-expanded", "true");
    box.focus();
  }

  /** Close the dialog; the conversation is kept, and a question being read is read on. */
  close() {
    this.#parts.dialog.close();
  }

  /** Open the dialog and ask. What can't be asked now is left in the box. */
  async ask(text) {
    const { box, log } = this.#parts;
    const question = String(text).trim();
    this.open();
    if (box.value.trim() !== question) box.value = question;
    if (!this.#checked() || !question) return box.focus();
    if (this.#asking) return this.#say("The last question is still being read.");
    box.value = "";
    if (!this.#turns.length) log.replaceChildren();
    const turn = { question, body: el("div.stack") };
    turn.node = el("article.turn", el("h3", el("span.unseen", "You asked: "), question), turn.body);
    this.#turns.push(turn);
    log.append(turn.node);
    await this.#read(turn);
  }

  /** Say something to those who don't see the conversation change. */
  #say(text) {
    this.#parts.live.textContent = text;
  }

  #startAgain() {
    this.#asking?.abort();
    this.#turns = [];
    this.#parts.log.replaceChildren(greeting(examplesOf(this.dataset), (text) => this.ask(text)));
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
    box.setAttribute("aria-invalid", String(Boolean(refusal)));
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
    if (this.#asking) return this.#say("The last question is still being read.");
    const asking = new AbortController();
    this.#busy(asking);
    turn.node.setAttribute("aria-busy", "true");
    try {
      turn.answer = await this.#answer(turn, asking.signal);
      turn.body.replaceChildren(...answerOf(turn, this.#context));
      this.#say(spoken(turn.answer, DISAGREE));
    } catch (error) {
      if (!this.#turns.includes(turn)) return; // the conversation was started again
      if (!(error instanceof Trouble)) warn(error);
      delete turn.answer;
      turn.whole ||= error.kind === "cut";
      const trouble = error instanceof Trouble ? error : new Trouble(FAILED);
      this.#failed(turn, asking.signal.aborted ? new Trouble("Stopped.") : trouble);
    } finally {
      turn.node.removeAttribute("aria-busy");
      if (this.#asking === asking) {
        this.#busy(null);
        this.#scrollTo(turn);
      }
    }
  }

  /** What the service answers; what comes before is shown. Raises Trouble. */
  async #answer(turn, signal) {
    const progress = el("p.quiet.working", "Looking for passages");
    turn.body.replaceChildren(progress);
    this.#say("Looking for passages.");
    this.#scrollTo(turn);
    const post = (path, body) => this.#service.post(path, body, signal);
    const body = bodyOf(turn, this.#turns, collectionOf(this.dataset), maxAnswersOf(this.dataset));
    try {
      for await (const [name, data] of answering(body, { post, troubleOf, whole: turn.whole })) {
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
    const again = trouble.retry && el("button.pill", { onclick: () => this.#read(turn) }, "Try again");
    turn.body.replaceChildren(...[el("p.trouble", trouble.message), again].filter(Boolean));
    const { box } = this.#parts;
    if (!trouble.retry && !box.value) box.value = turn.question; // to be put in other words
  }
}
