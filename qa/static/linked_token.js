// A token that came with a link (`#…&token=…`): it counts on the page so opened, and on those that its links lead to.
//
// Anybody can make such a link. So the token never takes the place of a key, and isn't kept for the tab: it stands in
// this one entry of the tab's history, where a reload finds it and a page that is opened otherwise doesn't.

const TOKEN = /^token=([\w-]+\.[\w-]+\.[\w-]+)$/; // a JSON Web Token; no link brings a key, which would last

/** The token of this page, or null. */
export const linkedToken = () => history.state?.token ?? null;

/** Take a token out of the address, and have this page's links hand it on. */
export function takeToken() {
  for (const kind of ["click", "auxclick"]) addEventListener(kind, handOn);
  const parts = location.hash.slice(1).split("&");
  const rest = parts.filter((part) => !part.startsWith("token="));
  if (rest.length === parts.length) return;
  const token = parts.map((part) => TOKEN.exec(part)?.[1]).find(Boolean) ?? null;
  const hash = rest.length ? `#${rest.join("&")}` : "";
  history.replaceState({ ...history.state, token }, "", location.pathname + location.search + hash);
}

/** Use the token no more: it has ended, or isn't taken. */
export function forgetToken() {
  if (linkedToken()) history.replaceState({ ...history.state, token: null }, "");
}

/** For as long as a link is followed, the token is in its address. */
function handOn(event) {
  const link = event.target.closest?.("a[href]");
  if (event.defaultPrevented || !linkedToken() || !leadsToOwnPage(link)) return;
  const href = link.getAttribute("href");
  link.hash += `${link.hash ? "&" : "#"}token=${linkedToken()}`;
  setTimeout(() => link.setAttribute("href", href));
}

function leadsToOwnPage(link) {
  if (link?.protocol !== location.protocol || link.host !== location.host) return false;
  return link.pathname !== location.pathname || link.search !== location.search;
}
