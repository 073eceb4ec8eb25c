// The service as a page of another site uses it: without cookies, with a token of that page's server if it names one.

import { language, text } from "../shared/language.js";
import { Trouble, kindOf } from "../shared/problems.js";
import { warn } from "./warning.js";

const RENEW_MS = 30_000; // a token this near its end is renewed

/** A problem document, or null, a response's status and its headers → words; the console gets the rest. */
export function troubleOf(problem, status, headers) {
  const kind = kindOf(problem);
  if (kind === "invalid-question") return new Trouble(language() === "en" ? problem.detail : text("refused"), kind);
  warn(status, problem?.detail ?? "");
  if (kind === "invalid-feedback") return new Trouble(text("changed"), kind);
  if (status === 401 || status === 403) return new Trouble(text("notAllowed"), kind);
  if (status === 429 || status === 503) {
    const n = Number(headers?.get("Retry-After"));
    return new Trouble(n ? text("wait", { n }) : text("soon"), kind);
  }
  return new Trouble(text(status < 500 ? "refused" : "failed"), kind);
}

export class Service {
  #token = null; // {token, expires_at} as promised by the page's server
  #renewing = null; // the promise of the next one, which requests share
  #host;
  #settings;

  /** `settings` is the widget's dataset; its `tokenUrl` is where tokens come from, if the service has keys. */
  constructor(host, settings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** Post JSON, or get what is there without a `body`; a token that is refused is renewed once.
   *
   * Raises Trouble where the service can't be reached.
   */
  async send(path, body, signal) {
    for (let refused; ; ) {
      const token = await this.#bearer(refused);
      const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
      const request = { method: body ? "POST" : "GET", headers, body: JSON.stringify(body), signal, credentials: "omit" };
      const response = await fetch(this.#host + path, request).catch(() => this.#unreached());
      if (response.status !== 401 || refused || !token) return response;
      refused = token;
    }
  }

  /** Raise the trouble that a request failed with: a browser doesn't tell an origin that isn't named from a service that
   * is away, but the script itself is for any origin. */
  async #unreached() {
    const there = await fetch(this.address("/widget.js"), { cache: "no-store" }).catch(() => null);
    if (!there?.ok) throw new Trouble(text("unreached"));
    warn(`${location.origin} may not ask ${this.#host}: name it in the QUOTH_ORIGINS of that service.`);
    throw new Trouble(text("notAllowed"));
  }

  /** The address of a page of the service; one elsewhere as it is. */
  address = (path) => (path.startsWith("/") ? this.#host + path : path);

  /** The same, with the token by which that page may show what it shows. */
  addressWithToken(path) {
    const token = path.startsWith("/") && this.#token && `${path.includes("#") ? "&" : "#"}token=${encodeURIComponent(this.#token.token)}`;
    return this.address(path) + (token || "");
  }

  /** See that the token holds for a while yet, before a link is followed; quiet if none is to be had. */
  refresh = () => this.#bearer().catch(() => {});

  /** The token to send, renewed if it is the one that was refused, or ends soon; null if the page names no server for it. */
  async #bearer(refused) {
    const url = this.#settings.tokenUrl;
    if (!url) return null;
    if (!(Date.parse(this.#token?.expires_at) > Date.now() + RENEW_MS) || this.#token.token === refused) {
      this.#renewing ??= this.#renew(url);
      await this.#renewing;
    }
    return this.#token.token;
  }

  async #renew(url) {
    try {
      const response = await fetch(url, { method: "POST", credentials: "same-origin" });
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.#token = await response.json();
    } catch (error) {
      warn(`no token from ${url}: ${error.message}`);
      throw new Trouble(text("notAllowed"));
    } finally {
      this.#renewing = null;
    }
  }
}
