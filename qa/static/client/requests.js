// Requests to one server: with the key, a deadline for silence, and further tries where it has no room.

import { QuothError, errorOf, problemOf } from "./errors.js";

const BUSY = [503, 429];
const DEFAULT_PAUSE = 1; // seconds
const LONGEST_PAUSE = 60; // whoever names a longer one isn't asked again

export class Requests {
  #url;
  #options;

  constructor(url, options) {
    if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : "")) {
      throw new TypeError(`"${url}" is no server's address: give one such as http://127.0.0.1:8000.`);
    }
    this.#url = String(url).replace(/\/+$/, "");
    this.#options = options;
  }

  /** A response that is ok, with what its body is read with. Raises QuothError, and the signal's reason if it aborts. */
  async open(path, { method = "GET", json, form, query = {}, signal } = {}) {
    const { key, tries, timeout } = this.#options;
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
    const url = this.#url + path + (given.length ? `?${new URLSearchParams(given)}` : "");
    const headers = { ...(key && { Authorization: `Bearer ${key}` }), ...(json && { "Content-Type": "application/json" }) };
    const body = form ?? (json && JSON.stringify(json));
    for (let tried = 1; ; tried++) {
      const sent = new Sent(this.#url, timeout, signal);
      const response = await sent.send(this.#options.fetch ?? fetch, url, { method, headers, body });
      if (response.ok) return sent;
      const pause = secondsOf(response.headers.get("Retry-After"));
      const again = BUSY.includes(response.status) && tried < tries && (pause ?? DEFAULT_PAUSE) <= LONGEST_PAUSE;
      const error = await errorOf(response, pause);
      sent.end();
      if (!again) throw error;
      await paused(pause ?? DEFAULT_PAUSE, signal);
    }
  }
}

/** One request on its way, given up when nothing is heard for `timeout` milliseconds. */
class Sent {
  response = null;
  #stop = new AbortController();
  #timer;
  #server;
  #timeout;
  #signal;

  constructor(server, timeout, signal) {
    this.#server = server;
    this.#timeout = timeout;
    this.#signal = signal;
    this.#heard();
  }

  async send(fetch, url, request) {
    const signal = this.#signal ? AbortSignal.any([this.#signal, this.#stop.signal]) : this.#stop.signal;
    try {
      this.response = await fetch(url, { ...request, signal });
    } catch (error) {
      this.end();
      throw this.explained(error);
    }
    this.#heard();
    return this.response;
  }

  /** What each piece of a stream is waited for with. */
  wait = (piece) => {
    this.#heard();
    return piece;
  };

  /** The connection is given up, if it is still there. */
  end() {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  /** What an error of the connection means. */
  explained(error) {
    if (error instanceof QuothError) return error;
    if (this.#signal?.aborted) return this.#signal.reason;
    const why = `${this.#server} can't be asked (${error.cause?.message || error.message}): is \`quoth serve\` running there?`;
    return new QuothError(problemOf("unreached", why), { cause: error });
  }

  #heard() {
    clearTimeout(this.#timer);
    const detail = `${this.#server} was silent for ${this.#timeout / 1000} s: ask again later, or give it longer.`;
    this.#timer = setTimeout(() => this.#stop.abort(new QuothError(problemOf("silent", detail))), this.#timeout);
  }
}

/** Retry-After in seconds, which may also be a date; null without a valid one. */
function secondsOf(value) {
  if (/^\d+$/.test(value ?? "")) return Number(value);
  const until = Date.parse(value ?? "");
  return Number.isNaN(until) ? null : Math.max(0, (until - Date.now()) / 1000);
}

function paused(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, seconds * 1000);
    const stop = () => { clearTimeout(timer); reject(signal.reason); };
    function done() {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop);
  });
}
