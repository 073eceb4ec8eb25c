// Where the script came from, which is the service it asks.

export const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
export const HOST = script?.src.replace(/\/widget\.js.*$/, "");
