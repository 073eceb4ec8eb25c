// The widget's style: a constructed sheet, which a policy without `style-src` lets pass.

export const sheet = new CSSStyleSheet();
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
    --serif: var(--quoth-quote-font, Georgia, serif);
    --radius: var(--quoth-radius, 16px);
    --sans: var(--quoth-font, system-ui, sans-serif);
    font: 15px/1.5 var(--sans); color: var(--ink);
  }
  :host([data-mode=inline]) { display: block; }
  :host([hidden]) { display: none; }
  :host([data-theme=light]) { color-scheme: light; }
  :host([data-theme=dark]) { color-scheme: dark; }
  *, ::before, ::after { box-sizing: border-box; }
  * { font: inherit; color: inherit; margin: 0; padding: 0; }
  button { background: none; border: 0; cursor: pointer; }
  svg { width: 20px; height: 20px; display: block; fill: none; stroke: currentColor; stroke-width: 1.8;
    stroke-linecap: round; stroke-linejoin: round; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  [hidden] { display: none !important; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap; }

  .launcher, .send, .tool { display: grid; place-items: center; }
  .launcher, .send { border-radius: 50%; background: var(--accent); color: var(--on-accent); }
  .launcher { position: fixed; inset: auto 20px 20px auto; z-index: var(--quoth-z, 2147483000); width: 56px;
    height: 56px; box-shadow: 0 6px 20px #0003; }
  .launcher svg { width: 26px; height: 26px; }
  :host([data-position=left]) :is(.launcher, dialog) { right: auto; left: 20px; }
  .launcher[aria-expanded=true] { opacity: 0; } /* hidden otherwise, it couldn't be given focus back */

  .panel { flex-direction: column; overflow: hidden; border: 1px solid var(--line); border-radius: var(--radius);
    height: min(var(--quoth-height, 660px), 100dvh - 40px); background: var(--ground); }
  dialog { position: fixed; inset: auto 20px 20px auto; width: min(var(--quoth-width, 410px), 100vw - 40px);
    max-width: none; max-height: none; box-shadow: 0 18px 60px #0004; }
  section, dialog[open] { display: flex; }
  dialog::backdrop { background: #10131826; }
  header { display: flex; align-items: center; gap: 4px; padding: 10px 10px 10px 18px; background: var(--paper);
    border-bottom: 1px solid var(--line); }
  h2 { flex: 1; min-width: 0; font-weight: 600; font-size: 16px; overflow: hidden; text-overflow: ellipsis;
    white-space: nowrap; }
  .tool { width: 36px; height: 36px; flex: none; border-radius: 10px; color: var(--quiet); }
  .tool:hover { color: var(--ink);
    background: color-mix(in srgb, var(--ink) 8%, transparent); }

  .log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; position: relative; padding: 18px;
    overflow-wrap: anywhere; outline-offset: -3px; }
  .intro { min-height: 100%; display: flex; flex-direction: column; justify-content: flex-end; gap: 8px; }
  .intro > p:first-child { font: 22px/1.3 var(--serif); }
  .examples { display: flex; flex-direction: column; gap: 8px; align-items: flex-start; margin-top: 10px; }
  .pill { padding: 7px 14px; border: 1px solid var(--line); border-radius: 18px; background: var(--paper);
    color: var(--accent); text-align: start; text-decoration: none; justify-self: start; }
  .pill:hover { border-color: var(--accent); }

  .turn { display: grid; align-content: start; gap: 12px; margin-bottom: 26px; }
  .turn + .turn:last-child { min-height: 100%; } /* so that its question can stand at the top */
  h3 { justify-self: end; max-width: 88%; padding: 9px 14px;
    border-radius: var(--radius); border-bottom-right-radius: 4px;
    background: color-mix(in srgb, var(--accent) 13%, var(--paper)); white-space: pre-line; }
  .quiet, .asked, figcaption, summary { color: var(--quiet); font-size: 13px; }
  b, legend, .absent { font-weight: 600; }
  em { font-style: italic; }
  .trouble { color: var(--bad); }

  .card { display: grid; gap: 10px; padding: 14px 16px 10px; border: 1px solid var(--line);
    border-radius: var(--radius); background: var(--paper); }
  .card > .words { font: 600 21px/1.3 var(--serif); }
  .card.sofar { border-style: dashed; background: none; padding-bottom: 14px; gap: 2px; }
  .card > .words.long, .card > .parts { font-size: 17px; line-height: 1.45; font-weight: 500; }
  .card > .parts { padding-left: 1.3em; list-style: disc; }
  .card > ol.parts { list-style: decimal; }
  .words > .heads { display: block; font: 500 13px/1.4 var(--sans); color: var(--quiet); }
  .card.sofar > .words { font-weight: 400; color: var(--quiet); }
  .sure { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; font-size: 13px; margin-top: -4px; }
  .sure i { display: inline-flex; gap: 3px; }
  .sure i::before, .sure i::after, .sure i span { content: ""; width: 7px; height: 7px; border-radius: 50%;
    border: 1.5px solid var(--accent); }
  .sure i::before, .l2 i span, .l3 i span, .l3 i::after { background: var(--accent); }
  blockquote { padding-inline-start: 12px;
    border-inline-start: 3px solid color-mix(in srgb, var(--accent) 45%, var(--line)); font: 15px/1.55 var(--serif); }
  .near blockquote { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden;
    color: var(--quiet); border-color: var(--line); }
  mark { background: var(--mark); color: var(--ink); padding: 1px 2px; }
  figure { display: grid; gap: 6px; }
  figcaption { position: relative; padding-inline-start: 15px; background: var(--paper); } /* above marked lines cut off */
  a { color: var(--accent); }
  a svg { display: inline; width: 14px; height: 14px; vertical-align: -2px; margin-inline-start: 2px; }
  summary { cursor: pointer; width: fit-content; padding: 4px; }
  .stack { display: grid; gap: 12px; }
  summary + .stack { margin-top: 10px; }
  .note { padding: 9px 14px; border-radius: 10px; background: color-mix(in srgb, var(--mark) 45%, var(--paper)); }

  .judge { display: flex; align-items: center; justify-content: end; gap: 8px; min-height: 32px;
    margin: -4px -6px 0 0; font-size: 13px; }
  .judge .tool { width: 32px; height: 32px; }
  .wrong svg { rotate: 180deg; }
  .correct { display: grid; gap: 8px; padding: 4px 0; border: 0; font-size: 14px; min-width: 0; }
  .correct label { display: flex; gap: 8px; align-items: baseline; }
  .correct input { accent-color: var(--accent); flex: none; }
  .correct input[type=text], .ask textarea { flex: 1; min-width: 0; width: 100%; border: 1px solid var(--line);
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
  .send { flex: none; width: 44px; height: 44px; }
  #limit { color: var(--bad); font-size: 13px; padding: 0 16px; }
  #limit:not(:empty) { padding-bottom: 6px; }

  @media (max-width: 520px), (max-height: 480px) {
    .log, .ask textarea, .correct { font-size: 16px; } /* smaller, and phones zoom in */
    dialog.panel, :host([data-position=left]) dialog { inset: 0; width: 100%; height: 100dvh; border: 0;
      border-radius: 0; }
  }
  @media (prefers-reduced-motion: no-preference) {
    .log { scroll-behavior: smooth; }
    dialog[open], .card { animation: rise .2s; }
    .working { animation: wait .8s infinite alternate; }
  }
  @keyframes rise { from { opacity: 0; translate: 0 8px; } }
  @keyframes wait { to { opacity: .75; } }
  @media (forced-colors: active) { .launcher, .send { border: 1px solid; } }
  @media print { :host { display: none; } }
`);
