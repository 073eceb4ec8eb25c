// What `quoth sync` did last on each folder and site, and what it refused; nothing for who may not see that.

import { el, icon } from "./shared/elements.js";
import { many } from "./counting.js";
import { WARN } from "./page.js";
import { request } from "./requests.js";

const DONE = ["added", "replaced", "removed", "unchanged"];
const moment = (iso) => new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** Fill `section` and show it, or leave it hidden where there is nothing to say. */
export async function showSyncs(section, list) {
  const response = await request("/v1/syncs", { quiet: true }).catch(() => null);
  if (!response?.ok) return; // a key that only asks, or no connection: the list of documents says the latter
  const { runs } = await response.json();
  const several = new Set(runs.map((run) => run.collection)).size > 1;
  list.replaceChildren(...runs.map((run) => item(run, several)));
  section.hidden = !runs.length;
}

function item(run, several) {
  const { source, kind, collection, ended, stopped, refused } = run;
  const did = DONE.filter((status) => run[status]).map((status) => `${run[status].toLocaleString("en")} ${status}`);
  const trouble = stopped || refused;
  return el(trouble ? "li.card.bad" : "li.card",
    el("p.name", source, el("span.quiet", ` ${kind}${several ? `, in ${collection}` : ""}`)),
    el("p.state", el("time", { dateTime: ended }, moment(ended)), ` · ${did.join(", ") || "nothing to do"}`),
    stopped && el("p.why", icon(WARN), el("span", stopped)),
    refused > 0 && el("details", el("summary", `${many(refused, kind === "site" ? "page" : "file")} refused`), refusals(run)));
}

const refusals = ({ refusals: listed, refused }) => [
  el("ul", listed.map(({ reason }) => el("li", reason))),
  refused > listed.length && el("p.quiet", `and ${(refused - listed.length).toLocaleString("en")} more`)];
