// Elements made of properties and text nodes, never of markup: what comes from documents can't become code.

export const THUMB = "M4 11h3.5v9H4z M7.5 11.5L11 4c1.7 0 2.5 1.2 2.5 2.7V9.5h4.7a1.8 1.8 0 0 1 1.8 2.1l-1.1 6.9a1.8 1.8 0 0 1-1.8 1.5H7.5";
export const OUT = "M8 16l8-8 M9.5 8H16v6.5";

/** `el("p.note.small", { title }, …)` is a paragraph of two classes; its properties may be left out.
 *
 * What isn't a property of the element is set as an attribute. Children may be nested lists; those that are falsy or
 * `true` are left out. A button submits nothing unless its `type` says so.
 */
export function el(tag, properties, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  if (name === "button") node.type = "button";
  const plain = properties?.constructor === Object;
  for (const [key, value] of plain ? Object.entries(properties) : []) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...[plain || properties, ...children].flat(Infinity).filter((child) => child && child !== true));
  return node;
}

/** An icon drawn by a path of 24 × 24 units; it says nothing to a screen reader. */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
