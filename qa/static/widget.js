/* Quoth's chat widget. One script tag puts a button on a page; it opens a dialog that asks the Quoth service the script
   came from, and shows what the documents say, with their own words marked and a link to where they stand.

     <script src="https://HOST/widget.js" data-collection="…" data-title="…" defer></script>

   Whatever comes from documents, attributes or the service becomes a text node, never markup. The style is a
   constructed sheet, so a page's Content-Security-Policy needs nothing but script-src and connect-src HOST. */
(() => {
  "use strict";
  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  if (!script || customElements.get("quoth-widget")) return; // a second tag changes nothing
  const HOST = script.src.replace(/(\/static)?\/widget\.js.*$/, "");

  const MAX_QUESTION = 1000; // characters, as the service counts them: Unicode's, not UTF-16's
  const MAX_HISTORY = 20; // earlier turns sent
  const MAX_EXAMPLES = 6;
  const NEAREST = 3; // passages shown where there is no answer, the rest folded
  const RENEW_MS = 30_000; // a token this near its end is renewed

  // `confidence` estimates how often such an answer is right. From 0.7, some three in four and better; below 0.5 it is
  // as likely wrong as right.
  const SURE = [
    [0.7, "Quite sure"],
    [0.5, "Fairly sure"],
    [0, "Unsure"],
  ];
  // A further answer below this is folded away, but for the one that contradicts the first
  const WORTH_SHOWING = 0.35;

  const REASONS = {
    nothing_retrieved: "There is nothing here yet that it could be found in.",
    reader_null: "None of the passages that were read answers it.",
    below_threshold: "What was found is too unsure to be given as an answer.",
  };

  const ICONS = {
    ask: "M6.5 4h11A3.5 3.5 0 0 1 21 7.5v6a3.5 3.5 0 0 1-3.5 3.5H11l-5 4v-4.04A3.5 3.5 0 0 1 3 13.5v-6A3.5 3.5 0 0 1 6.5 4z M8 9.5h8 M8 12.5h5",
    close: "M6 6l12 12 M18 6L6 18",
    again: "M5 12a7 7 0 1 0 2.2-5.1L5 9 M5 4.5V9h4.5",
    send: "M12 19V5 M6 11l6-6 6 6",
    stop: "M7.5 7.5h9v9h-9z",
    thumb:
      "M4 11h3.5v9H4z M7.5 11.5L11 4c1.7 0 2.5 1.2 2.5 2.7V9.5h4.7a1.8 1.8 0 0 1 1.8 2.1l-1.1 6.9a1.8 1.8 0 0 1-1.8 1.5H7.5",
    out: "M8 16l8-8 M9.5 8H16v6.5",
  };

  /** `name.class`, its properties (or attributes, where it has no such property) if any, and its children as text. */
  const el = (tag, given, ...children) => {
    const [name, ...classes] = tag.split(".");
    const node = document.createElement(name);
    node.className = classes.join(" ");
    if (name === "button") node.type = "button";
    const plain = Object.getPrototypeOf(Object(given)) === Object.prototype;
    for (const [key, value] of plain ? Object.entries(given ?? {}) : []) {
      if (key in node) node[key] = value;
      else node.setAttribute(key, value);
    }
    node.append(...[plain || given, ...children].flat().filter((child) => child && child !== true));
    return node;
  };

  const icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  };

  const warn = (...told) => console.warn("quoth-widget:", ...told);
  const many = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const length = (text) => [...text].length;
  const sureness = (confidence) => SURE.find(([least]) => confidence >= least)[1];
  const spot = ({ citations: [{ document_id, start, end, quote }] }) => ({
    document_id,
    start,
    end,
    exact: quote.exact,
  });
  const placeOf = ({ page, section }) => [page && `page ${page}`, section].filter(Boolean).join(", ");
  const nameOf = (passage) => passage.title || passage.document_id.split("/").pop();

  /** Where the cited words stand in their sentence: those with the right words around them; -1 if there are none. */
  const offsetIn = (sentence, { prefix, exact, suffix }) => {
    for (let at = sentence.indexOf(exact); at >= 0; at = sentence.indexOf(exact, at + 1)) {
      const end = at + exact.length;
      const fits = prefix.endsWith(sentence.slice(Math.max(0, at - prefix.length), at));
      if (fits && suffix.startsWith(sentence.slice(end, end + suffix.length))) return at;
    }
    return sentence.indexOf(exact);
  };

  /** The events of a text/event-stream response, as [name, data]. */
  async function* eventsOf(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let unread = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (unread + value).split(/\r?\n\r?\n/);
      unread = blocks.pop();
      for (const block of blocks) {
        const lines = block.split(/\r?\n/);
        const field = (name) =>
          lines
            .filter((line) => line.startsWith(`${name}:`))
            .map((line) => line.slice(name.length + 1).trim())
            .join("\n");
        if (field("data")) yield [field("event"), JSON.parse(field("data"))];
      }
    }
  }

  /** What went wrong, in words for the person who asked; `retry` if trying again may help. */
  class Trouble extends Error {
    constructor(message, retry = true) {
      super(message);
      this.retry = retry;
    }
  }

  const kindOf = (problem) => String(problem.type).split(":").pop();

  const troubleOf = (problem, status, after) => {
    if (kindOf(problem) === "invalid-question") return new Trouble(problem.detail, false);
    warn(status, problem.detail ?? "");
    if (kindOf(problem) === "invalid-feedback")
      return new Trouble("The documents have changed since: ask again.", false);
    if (status === 401 || status === 403) return new Trouble("This page isn’t allowed to ask just now.");
    if (status === 429 || status === 503) {
      const then = after ? `in ${many(after, "second")}` : "soon";
      return new Trouble(`The service can’t take questions just now. Try again ${then}.`);
    }
    return new Trouble(status < 500 ? "The question wasn’t taken." : FAILED);
  };

  const DISAGREE = "Your documents disagree.";
  const FAILED = "Something went wrong while it was answered.";
  const CUT = "The answer broke off before it was complete.";
  const UNREACHED = "The service can’t be reached. Your question is kept: try again when the connection is back.";
  const NOTHING = { status: "no_answer", reason: "nothing_retrieved", answers: [], passages: [] };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host {
      all: initial; color-scheme: light dark;
      --accent: var(--quoth-accent, light-dark(#1b5a83, #8ec5ef));
      --on-accent: var(--quoth-on-accent, light-dark(#fff, #0e1d29));
      --paper: var(--quoth-paper, light-dark(#fff, #20242b));
      --ground: var(--quoth-ground, light-dark(#f8f6f1, #17191e));
      --ink: var(--quoth-ink, light-dark(#1f232b, #eae8e3));
      --quiet: var(--quoth-quiet, light-dark(#596171, #abb1bc));
      --line: var(--quoth-line, light-dark(#e2ded5, #383d47));
      --mark: var(--quoth-mark, light-dark(#ffe89c, #6a5500));
      --bad: var(--quoth-bad, light-dark(#a3271e, #ffa198));
      --serif: var(--quoth-quote-font, Georgia, "Iowan Old Style", "Times New Roman", serif);
      --radius: var(--quoth-radius, 16px);
      font: 15px/1.5 var(--quoth-font, system-ui, sans-serif); color: var(--ink);
    }
    :host([hidden]) { display: none; }
    :host([data-theme=light]) { color-scheme: light; }
    :host([data-theme=dark]) { color-scheme: dark; }
    *, ::before, ::after { box-sizing: border-box; }
    * { font: inherit; color: inherit; letter-spacing: inherit; margin: 0; padding: 0; }
    button { background: none; border: 0; cursor: pointer; }
    svg { width: 20px; height: 20px; display: block; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    [hidden] { display: none !important; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap; }

    .launcher { position: fixed; inset: auto 20px 20px auto; z-index: var(--quoth-z, 2147483000); width: 56px;
      height: 56px; display: grid; place-items: center; border-radius: 50%; background: var(--accent);
      color: var(--on-accent); box-shadow: 0 6px 20px #0003, 0 1px 3px #0003; }
    .launcher svg { width: 26px; height: 26px; }
    :host([data-position=left]) :is(.launcher, dialog) { right: auto; left: 20px; }
    .launcher:focus-visible { outline-offset: 3px; }
    .launcher[aria-expanded=true] { opacity: 0; } /* hidden otherwise, it couldn't be given focus back */

    dialog { position: fixed; inset: auto 20px 20px auto; border: 1px solid var(--line); border-radius: var(--radius);
      overflow: hidden; width: min(var(--quoth-width, 410px), 100vw - 40px);
      height: min(var(--quoth-height, 660px), 100dvh - 40px); max-width: none; max-height: none;
      background: var(--ground); box-shadow: 0 18px 60px #0004, 0 2px 8px #0002; }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: #10131826; }
    header { display: flex; align-items: center; gap: 4px; padding: 10px 10px 10px 18px; background: var(--paper);
      border-bottom: 1px solid var(--line); }
    h2 { flex: 1; min-width: 0; font-weight: 650; font-size: 16px; overflow: hidden; text-overflow: ellipsis;
      white-space: nowrap; }
    .tool { width: 36px; height: 36px; flex: none; display: grid; place-items: center; border-radius: 10px;
      color: var(--quiet); }
    .tool:hover, .tool[aria-pressed=true] { color: var(--ink);
      background: color-mix(in srgb, var(--ink) 8%, transparent); }

    .log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; position: relative; padding: 18px;
      overflow-wrap: anywhere; outline-offset: -3px; }
    .intro { min-height: 100%; display: flex; flex-direction: column; justify-content: flex-end; gap: 8px; }
    .intro > p:first-child { font: 22px/1.3 var(--serif); text-wrap: balance; }
    .examples { display: flex; flex-direction: column; gap: 8px; align-items: flex-start; margin-top: 10px; }
    .pill { padding: 7px 14px; border: 1px solid var(--line); border-radius: 18px; background: var(--paper);
      color: var(--accent); text-align: start; }
    .pill:hover { border-color: var(--accent); }

    .turn { display: grid; align-content: start; gap: 12px; margin-bottom: 26px; }
    .turn + .turn:last-child { min-height: 100%; } /* so that its question can stand at the top */
    h3 { justify-self: end; max-width: 88%; padding: 9px 14px;
      border-radius: var(--radius) var(--radius) 4px var(--radius);
      background: color-mix(in srgb, var(--accent) 13%, var(--paper)); white-space: pre-line; }
    .quiet, .asked, figcaption, summary { color: var(--quiet); font-size: 13px; }
    .told { font-weight: 600; }
    .asked em { font-style: italic; }
    .trouble { color: var(--bad); }
    .trouble + .pill { justify-self: start; }

    .card { display: grid; gap: 10px; padding: 14px 16px 10px; border: 1px solid var(--line);
      border-radius: var(--radius); background: var(--paper); }
    .card > .words { font: 600 21px/1.3 var(--serif); text-wrap: pretty; }
    .card.sofar { border-style: dashed; background: none; padding-bottom: 14px; gap: 2px; }
    .card.sofar > .words { font-weight: 400; color: var(--quiet); }
    .sure { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; font-size: 13px; margin-top: -4px; }
    .sure b { font-weight: 600; }
    .sure i { display: inline-flex; gap: 3px; }
    .sure i::before, .sure i::after, .sure i span { content: ""; width: 7px; height: 7px; border-radius: 50%;
      border: 1.5px solid var(--accent); }
    .sure i::before, .l2 i span, .l3 i span, .l3 i::after { background: var(--accent); }
    blockquote { padding-inline-start: 12px;
      border-inline-start: 3px solid color-mix(in srgb, var(--accent) 45%, var(--line)); font: 15px/1.55 var(--serif); }
    .near blockquote { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden;
      color: var(--quiet); border-color: var(--line); }
    mark { background: var(--mark); color: inherit; border-radius: 3px; padding: 1px 2px; box-decoration-break: clone;
      -webkit-box-decoration-break: clone; }
    figure { display: grid; gap: 6px; }
    figcaption { padding-inline-start: 15px; }
    a { color: var(--accent); text-underline-offset: 2px; border-radius: 3px; }
    a svg { display: inline; width: 14px; height: 14px; vertical-align: -2px; margin-inline-start: 2px; }
    details > summary { cursor: pointer; width: fit-content; padding: 4px 2px; border-radius: 6px; }
    details[open] > summary { margin-bottom: 10px; }
    .stack { display: grid; gap: 12px; }
    .note { padding: 9px 14px; border-radius: 10px; background: color-mix(in srgb, var(--mark) 45%, var(--paper)); }
    .note b { font-weight: 650; }

    .judge { display: flex; align-items: center; justify-content: end; gap: 2px; min-height: 32px;
      margin: -4px -6px 0 0; font-size: 13px; }
    .judge .tool { width: 32px; height: 32px; }
    .judge svg { width: 18px; height: 18px; }
    .Wrong svg { rotate: 180deg; }
    .correct { display: grid; gap: 8px; padding: 4px 0 6px; border: 0; font-size: 14px; min-width: 0; }
    .correct legend { font-weight: 600; padding-bottom: 4px; }
    .correct label { display: flex; gap: 8px; align-items: baseline; }
    .correct input { accent-color: var(--accent); flex: none; }
    .correct input[type=text], .ask textarea { flex: 1; min-width: 0; border: 1px solid var(--line);
      border-radius: 10px; background: var(--ground); padding: 7px 10px; }
    .correct ::placeholder, .ask ::placeholder { color: var(--quiet); opacity: 1; }
    .row { display: flex; gap: 8px; }
    .pill.full { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }

    .ask { padding: 10px 12px max(12px, env(safe-area-inset-bottom)); background: var(--paper);
      border-top: 1px solid var(--line); }
    .ask .row { align-items: end; }
    .ask textarea { resize: none; field-sizing: content; max-height: 132px; border-radius: 22px; padding: 10px 16px;
      line-height: 22px; outline-offset: -1px; }
    .ask textarea:hover { border-color: var(--quiet); }
    .ask textarea[aria-invalid=true] { border-color: var(--bad); }
    .send { flex: none; width: 44px; height: 44px; display: grid; place-items: center; border-radius: 50%;
      background: var(--accent); color: var(--on-accent); }
    #limit { color: var(--bad); font-size: 13px; padding: 0 16px; }
    #limit:not(:empty) { padding-bottom: 6px; }

    @media (max-width: 520px), (max-height: 480px) {
      .log, .ask textarea, .correct { font-size: 16px; } /* smaller, and phones zoom in */
      dialog, :host([data-position=left]) dialog { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; }
    }
    @media (prefers-reduced-motion: no-preference) {
      .log { scroll-behavior: smooth; }
      .launcher, .pill, .tool { transition: .15s; }
      .launcher:hover { transform: translateY(-2px); }
      dialog[open] { animation: rise .2s ease-out; }
      .card, .note { animation: rise .25s ease-out; }
      .working::after { content: ""; display: inline-block; width: 1.4em; height: .5em; margin-inline-start: .5em;
        background: radial-gradient(circle closest-side, currentColor 90%, transparent) 0 / 33.3% 100%;
        clip-path: inset(0 100% 0 0); animation: dots 1.2s steps(4) infinite; }
    }
    @keyframes rise { from { opacity: 0; translate: 0 8px; } }
    @keyframes dots { to { clip-path: inset(0 -34% 0 0); } }
    @media (forced-colors: active) { .launcher, .send { border: 1px solid; } }
    @media print { :host { display: none; } }
  `);

  let forms = 0; // made so far

  class QuothWidget extends HTMLElement {
    #turns = []; // {question, node, body, answer (once there is one), plain (not to be streamed)}
    #asking = null; // what stops the question being read
    #token = null; // {token, until} as promised by the page's server
    #parts; // the elements that change

    connectedCallback() {
      if (this.shadowRoot) return;
      const title = this.dataset.title?.trim() || "Ask the documents";
      const tool = (label, name, onclick) =>
        el("button.tool", { "aria-label": label, title: label, onclick }, icon(name));
      const parts = (this.#parts = {
        launcher: el(
          "button.launcher",
          {
            "aria-label": title,
            title,
            "aria-haspopup": "dialog",
            "aria-expanded": "false",
            lang: "en",
            onclick: () => this.open(),
          },
          icon("ask"),
        ),
        again: tool("New conversation", "again", () => this.#startAgain(parts.box.focus())),
        log: el("div.log", { role: "region", "aria-label": "Conversation", tabIndex: 0 }),
        box: el("textarea", {
          rows: 1,
          placeholder: "Ask a question",
          "aria-label": "Question",
          "aria-describedby": "limit",
          autocomplete: "off",
          enterKeyHint: "send",
          oninput: () => this.#checked(),
          onkeydown: (event) => this.#key(event),
        }),
        limit: el("p", { id: "limit", role: "alert" }),
        send: el("button.send", { onclick: () => (this.#asking ? this.#asking.abort() : this.ask(parts.box.value)) }),
        live: el("p.unseen", { role: "status" }),
      });
      parts.dialog = el(
        "dialog",
        {
          "aria-modal": "true",
          "aria-labelledby": "title",
          lang: "en",
          closedBy: "any",
          onclose: () => parts.launcher.setAttribute("aria-expanded", "false"),
        },
        el(
          "header",
          el("h2", { id: "title", title }, title),
          parts.again,
          tool("Close", "close", () => this.close()),
        ),
        parts.log,
        el("div.ask", parts.limit, el("div.row", parts.box, parts.send)),
        parts.live,
      );
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(parts.launcher, parts.dialog);
      // The page's own keyboard shortcuts are not for what is typed here
      for (const kind of ["keydown", "keyup", "keypress"])
        root.addEventListener(kind, (event) => event.stopPropagation());
      this.#startAgain();
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

    #startAgain() {
      const { log } = this.#parts;
      this.#asking?.abort();
      this.#turns = [];
      const pills = this.#examples().map((text) => el("button.pill", { onclick: () => this.ask(text) }, text));
      log.replaceChildren(
        el(
          "div.intro",
          el("p", "What would you like to know?"),
          el("p.quiet", "Every answer is copied from the documents, and shows where it stands."),
          pills.length && el("div.examples", { role: "group", "aria-label": "Example questions" }, pills),
        ),
      );
      this.#busy(null);
    }

    #examples() {
      const given = this.dataset.examples?.trim() ?? "";
      try {
        const texts = /^[[{]/.test(given) ? JSON.parse(given) : given.split("|");
        return texts
          .map((text) => text.trim())
          .filter((text) => text && length(text) <= MAX_QUESTION)
          .slice(0, MAX_EXAMPLES);
      } catch (error) {
        warn(`data-examples is no JSON list of texts, so none are shown: ${error.message}`);
        return [];
      }
    }

    get #collection() {
      return this.dataset.collection?.trim() || "default";
    }

    get #maxAnswers() {
      const given = Number(this.dataset.maxAnswers ?? 3);
      if (Number.isInteger(given) && given >= 1 && given <= 20) return given;
      warn("data-max-answers isn’t a whole number from 1 to 20; 3 is used.");
      return 3;
    }

    #key(event) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.ask(this.#parts.box.value);
    }

    /** Whether what is in the box is short enough to be asked; says so if it isn't. */
    #checked() {
      const { box, limit } = this.#parts;
      const count = length(box.value.trim());
      const told =
        count > MAX_QUESTION ? `The question has ${count} characters; at most ${MAX_QUESTION} are read.` : "";
      if (limit.textContent !== told) limit.textContent = told;
      box.setAttribute("aria-invalid", String(Boolean(told)));
      return !told;
    }

    #say(text) {
      this.#parts.live.textContent = text;
    }

    #busy(asking) {
      const { send, again } = this.#parts;
      const label = asking ? "Stop" : "Ask";
      this.#asking = asking;
      again.hidden = !this.#turns.length;
      send.setAttribute("aria-label", label);
      send.title = label;
      send.replaceChildren(icon(asking ? "stop" : "send"));
    }

    #scrollTo(turn) {
      this.#parts.log.scrollTop = turn.node.offsetTop - 18;
    }

    async #read(turn) {
      if (this.#asking) return this.#say("The last question is still being read.");
      const asking = new AbortController();
      const show = (...nodes) => turn.body.replaceChildren(...nodes);
      this.#busy(asking);
      turn.node.setAttribute("aria-busy", "true");
      const progress = el("p.quiet.working", "Looking for passages");
      show(progress);
      this.#say("Looking for passages.");
      this.#scrollTo(turn);
      try {
        turn.answer = await this.#answer(turn, asking.signal, (name, data) => {
          if (name === "passages") {
            progress.textContent = this.#found(data.passages);
            this.#say(progress.textContent);
          } else if (name === "candidate") show(progress, this.#soFar(data));
        });
        show(...this.#answered(turn));
      } catch (error) {
        if (!this.#turns.includes(turn)) return;
        if (!(error instanceof Trouble)) warn(error);
        delete turn.answer;
        const told = error instanceof Trouble ? error : new Trouble(FAILED);
        show(...this.#failed(turn, asking.signal.aborted ? new Trouble("Stopped.") : told));
      } finally {
        turn.node.removeAttribute("aria-busy");
        if (this.#asking === asking) {
          this.#busy(null);
          this.#scrollTo(turn);
        }
      }
    }

    #found(passages) {
      const names = [...new Set(passages.map(nameOf))];
      const rest = names.length > 2 ? ` and ${many(names.length - 2, "other")}` : "";
      return `Found ${many(passages.length, "passage")} in ${names.slice(0, 2).join(", ")}${rest}, reading`;
    }

    #soFar({ text, citations }) {
      return el(
        "div.card.sofar",
        el("p.quiet", "So far, still reading"),
        el("p.words", text),
        el("p.quiet", citations[0]?.title),
      );
    }

    /** What the service answers; `seen` is told what comes before. Raises Trouble. */
    async #answer(turn, signal, seen) {
      const body = {
        question: turn.question,
        collection: this.#collection,
        max_answers: this.#maxAnswers,
        history: this.#turns
          .slice(0, this.#turns.indexOf(turn))
          .filter(({ answer }) => answer)
          .slice(-MAX_HISTORY)
          .map(({ question, answer }) => ({ question, answer: answer.answers[0]?.text ?? null })),
      };
      let response = turn.plain ? null : await this.#post("/v1/ask/stream", body, signal);
      if (response?.ok && response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        turn.plain = true; // should it break off, the next try asks for the answer in one piece
        try {
          for await (const [name, data] of eventsOf(response)) {
            if (name === "final") return data;
            if (name === "error") throw troubleOf(data, data.status);
            seen(name, data);
          }
        } catch (error) {
          throw error instanceof Trouble ? error : new Trouble(CUT);
        }
        throw new Trouble(CUT);
      }
      const streams = response && !response.ok && response.status !== 405;
      let problem = streams ? await response.json().catch(() => ({})) : {};
      if (!streams || kindOf(problem) === "no-such-route") {
        response = await this.#post("/v1/ask", body, signal);
        if (response.ok)
          return response.json().catch(() => {
            throw new Trouble(CUT);
          });
        problem = await response.json().catch(() => ({}));
      }
      if (kindOf(problem) === "not-found") {
        warn(problem.detail); // no such collection: the page's author should know, the reader needn't
        return NOTHING;
      }
      throw troubleOf(problem, response.status, Number(response.headers.get("Retry-After")));
    }

    async #post(path, body, signal) {
      for (let renewed = false; ; renewed = true) {
        const token = await this.#bearer(renewed);
        const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
        const request = { method: "POST", headers, body: JSON.stringify(body), signal, credentials: "omit" };
        const response = await fetch(HOST + path, request).catch(() => {
          throw new Trouble(UNREACHED);
        });
        if (response.status !== 401 || renewed || !this.dataset.tokenUrl) return response;
      }
    }

    /** A token from the page's own server that holds for a while yet; null where the page names none. */
    async #bearer(renew = false) {
      const url = this.dataset.tokenUrl;
      if (!url) return null;
      if (renew || !(this.#token?.until > Date.now() + RENEW_MS)) {
        try {
          const response = await fetch(url, { method: "POST", credentials: "same-origin" });
          if (!response.ok) throw new Error(`status ${response.status}`);
          const { token, expires_at } = await response.json();
          this.#token = { token, until: Date.parse(expires_at) };
        } catch (error) {
          warn(`no token from ${url}: ${error.message}`);
          throw new Trouble("This page couldn’t get leave to ask.");
        }
      }
      return this.#token.token;
    }

    #failed(turn, trouble) {
      this.#say(trouble.message);
      const told = el("p.trouble", trouble.message);
      if (trouble.retry) return [told, el("button.pill", { onclick: () => this.#read(turn) }, "Try again")];
      const { box } = this.#parts;
      if (!box.value) box.value = turn.question; // to be put in other words
      return [told];
    }

    #answered(turn) {
      const { status, reason, conflict, answers, passages, asked_as } = turn.answer;
      const understood = asked_as && el("p.asked", "Understood as: ", el("em", asked_as));
      if (status !== "answered") {
        const told = REASONS[reason] ?? REASONS.reader_null;
        this.#say(`No answer. ${told}`);
        return [understood, ...this.#silence(turn, told, passages)].filter(Boolean);
      }
      const [first, ...further] = answers;
      const worth = ({ confidence }, index) => (conflict && index === 0) || confidence >= WORTH_SHOWING;
      const shown = [first, ...further.filter(worth)];
      const rest = further.filter((answer, index) => !worth(answer, index));
      const [{ title, ...source }] = first.citations;
      const where = [title, placeOf(source)].filter(Boolean).join(", ");
      this.#say(`${conflict ? DISAGREE : ""} ${first.text}. ${sureness(first.confidence)}. From ${where}.`.trim());
      return [
        understood,
        conflict && el("p.note", el("b", DISAGREE), " Here is what each of them says."),
        ...shown.map((answer) => this.#card(turn, answer)),
        this.#folded(
          rest.map((answer) => this.#card(turn, answer)),
          many(rest.length, "less likely answer"),
        ),
      ].filter(Boolean);
    }

    #silence(turn, told, passages) {
      const near = passages.map((passage) => this.#passage(passage));
      return [
        el("div", el("p.told", "No answer"), el("p", told)),
        near.length &&
          el(
            "div.card.near",
            el("p.quiet", "What comes nearest"),
            near.slice(0, NEAREST),
            this.#folded(near.slice(NEAREST), `and ${many(near.length - NEAREST, "more passage")}`),
            this.#judging(turn, null),
          ),
      ];
    }

    #card(turn, answer) {
      const { text, confidence, support, citations } = answer;
      const sure = sureness(confidence);
      const percent = Math.round(confidence * 100);
      const level = SURE.length - SURE.findIndex(([, words]) => words === sure);
      const shown = citations.map((citation) => this.#citation(citation));
      return el(
        "div.card",
        el("p.words", text),
        el(
          `p.sure.l${level}`,
          { title: `Of a hundred such answers, some ${percent} are right` },
          el("i", { "aria-hidden": "true" }, el("span")),
          el("b", sure),
          el("span.quiet", `${percent} %${support > 1 ? ` · said in ${support} documents` : ""}`),
        ),
        shown[0],
        this.#folded(shown.slice(1), `and ${many(shown.length - 1, "more place")}`),
        this.#judging(turn, answer),
      );
    }

    #folded(nodes, told) {
      return nodes.length && el("details", el("summary", told), el("div.stack", nodes));
    }

    #citation(citation) {
      const { sentence, quote, title, url } = citation;
      const at = offsetIn(sentence, quote);
      const words =
        at < 0 ? [sentence] : [sentence.slice(0, at), el("mark", quote.exact), sentence.slice(at + quote.exact.length)];
      return this.#figure(words, url, title, placeOf(citation));
    }

    #passage(passage) {
      const { document_id, start, end, text } = passage;
      const where = new URLSearchParams({
        start,
        end,
        ...(this.#collection !== "default" && { collection: this.#collection }),
      });
      const dotted = /(^|\/)\.\.?(\/|$)/.test(document_id); // a browser would take these for folders
      const path = dotted ? encodeURIComponent(document_id) : document_id.split("/").map(encodeURIComponent).join("/");
      return this.#figure([text], `/documents/${path}?${where}#cited`, nameOf(passage));
    }

    #figure(words, url, title, place) {
      return el(
        "figure",
        el("blockquote", "“", words, "”"),
        el("figcaption", this.#link(url, title), place && ` ·\u00a0${place}`),
      );
    }

    /** A link to the place in its document. It carries the token only while it is followed, and by then a fresh one. */
    #link(path, text) {
      const fresh = () => this.#bearer().catch(() => {});
      const follow = () => {
        const token = this.#token?.token;
        link.href = HOST + path + (token ? `${path.includes("#") ? "&" : "#"}token=${encodeURIComponent(token)}` : "");
      };
      const link = el(
        "a",
        {
          href: HOST + path,
          target: "_blank",
          rel: "noopener",
          onpointerenter: fresh,
          onfocus: fresh,
          onclick: follow,
          onauxclick: follow,
        },
        text,
        icon("out"),
        el("span.unseen", " (opens in a new tab)"),
      );
      return link;
    }

    /** Thumbs for an answer, or for there being none; the one that points down asks for what would be right. */
    #judging(turn, judged) {
      if (!turn.answer.id) return null;
      const row = el("div.judge");
      const told = el("span.quiet", { tabIndex: -1 });
      const tell = (text) => {
        told.textContent = text;
        this.#say(text);
      };
      const send = async (verdict, correction, thanks) => {
        const { id } = turn.answer;
        const body = {
          answer_id: id,
          question: turn.question,
          collection: this.#collection,
          verdict,
          answer: judged && spot(judged),
          correction,
        };
        try {
          const response = await this.#post("/v1/feedback", body);
          if (!response.ok) throw troubleOf(await response.json().catch(() => ({})), response.status);
          tell(thanks);
          row.replaceChildren(told);
          told.focus();
          return true;
        } catch (error) {
          if (!(error instanceof Trouble)) throw error;
          tell(error.retry ? "That couldn’t be sent. Try again." : error.message);
          return false;
        }
      };
      const thumb = (title, onclick) =>
        el(
          `button.tool.${title}`,
          { "aria-label": `${title}: ${judged?.text ?? "no answer"}`, title, onclick },
          icon("thumb"),
        );
      const down = thumb("Wrong", () => {
        if (form.isConnected) return close();
        row.after(form);
        down.setAttribute("aria-expanded", "true");
        form.scrollIntoView({ block: "nearest" });
        form.querySelector(":checked").focus({ preventScroll: true });
      });
      const close = () => {
        form.remove();
        down.setAttribute("aria-expanded", "false");
        down.focus();
      };
      const form = this.#correcting(turn, judged, close, async (correction) => {
        if (await send("wrong", correction, "Thank you, it is noted.")) form.remove();
      });
      down.setAttribute("aria-expanded", "false");
      row.append(
        told,
        thumb("Right", () => send("right", null, "Thank you.")),
        down,
      );
      return [row];
    }

    #correcting(turn, judged, cancel, send) {
      const { answers } = turn.answer;
      const name = `correction-${(forms += 1)}`; // one choice among this form's
      const radio = (given, ...label) => {
        const input = el("input", { type: "radio", name });
        choices.set(input, given);
        return el("label", input, ...label);
      };
      const choices = new Map();
      const words = el("input", {
        type: "text",
        maxLength: MAX_QUESTION,
        placeholder: "The right words",
        "aria-label": "The right words",
        oninput: () => (typed.checked = true),
      });
      const others = answers
        .filter((answer) => answer !== judged)
        .map((answer) => radio(() => spot(answer), el("span", answer.text)));
      const own = radio(() => {
        const text = words.value.trim();
        return text ? { text } : null;
      }, words);
      const typed = own.firstChild;
      typed.ariaLabel = "Other words";
      const none = judged && radio(() => ({ no_answer: true }), "The documents don’t say");
      const unknown = radio(() => null, judged ? "Just not this" : "I don’t know");
      unknown.firstChild.checked = true;
      const sent = () => send([...choices].find(([input]) => input.checked)[1]());
      words.onkeydown = (event) => event.key === "Enter" && !event.isComposing && sent();
      return el(
        "fieldset.correct",
        el("legend", "What would be right?"),
        others,
        own,
        none,
        unknown,
        el(
          "div.row",
          el("button.pill.full", { onclick: sent }, "Send"),
          el("button.pill", { onclick: cancel }, "Cancel"),
        ),
      );
    }
  }

  customElements.define("quoth-widget", QuothWidget);
  const place = () => {
    if (document.querySelector("quoth-widget")) return; // the page placed it itself, with its own attributes
    const widget = document.createElement("quoth-widget");
    Object.assign(widget.dataset, script.dataset);
    document.body.append(widget);
  };
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();
