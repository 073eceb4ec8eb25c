// A key that opens the widget: "Ctrl+K", "Alt+Shift+Q", "?".

/** Whether the event is the shortcut. Ctrl stands for ⌘ too; Shift has to be named only where the key is a letter. */
export function isPressed(shortcut, { key, ctrlKey, metaKey, altKey, shiftKey }) {
  const named = shortcut.toLowerCase().split("+");
  const wanted = named.pop();
  const letter = wanted.toUpperCase() !== wanted;
  const held = { ctrl: ctrlKey || metaKey, alt: altKey, shift: letter ? shiftKey : named.includes("shift") };
  return key?.toLowerCase() === wanted && Object.keys(held).every((name) => held[name] === named.includes(name));
}

/** Open the widget by its `data-shortcut`, which its button tells to screen readers. A key that is typed is none. */
export function listen(widget, button) {
  button.setAttribute("aria-keyshortcuts", widget.dataset.shortcut.replace(/ctrl/i, "Control"));
  document.addEventListener("keydown", (event) => {
    const typed = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typed && !event.ctrlKey && !event.metaKey && !event.altKey) return;
    if (!widget.isConnected || !isPressed(widget.dataset.shortcut, event)) return;
    event.preventDefault();
    widget.open();
  });
}
