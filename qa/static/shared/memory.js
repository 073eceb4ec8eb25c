// Conversations, kept for this tab: they survive a reload and the site's next page, and end with the tab.

const MAX_TURNS = 20;
const MAX_UNITS = 200_000; // of all that is kept, as a string counts; the oldest turns go first

/** The turns kept under a name, oldest first, each with its question and answer. */
export function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? [];
  } catch {
    return []; // no storage is to be had, or something else is kept there
  }
}

/** Keep the turns that are answered, as many of the last as there is room for; none forgets what was kept. */
export function remember(name, turns) {
  const kept = turns.filter(({ answer }) => answer).slice(-MAX_TURNS).map(({ question, answer }) => ({ question, answer }));
  while (JSON.stringify(kept).length > MAX_UNITS) kept.shift();
  try {
    if (kept.length) sessionStorage.setItem(name, JSON.stringify(kept));
    else sessionStorage.removeItem(name);
  } catch {
    // the storage is full or forbidden: the conversation lasts as long as the page
  }
}
