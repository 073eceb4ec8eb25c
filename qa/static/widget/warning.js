// What the page's author should know and its readers needn't.

export const warn = (...words) => console.warn("quoth-widget:", ...words);
