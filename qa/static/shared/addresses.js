// Addresses of documents in Quoth.

/** A document's id as the end of a path; the browser would resolve its `..` as a folder's if its slashes stood. */
export function idPath(id) {
  const parts = id.split("/");
  return parts.some((part) => part === "." || part === "..") ? encodeURIComponent(id) : parts.map(encodeURIComponent).join("/");
}

/** The query that names a collection; empty for the default one. */
export const within = (collection) => (collection === "default" ? "" : `collection=${encodeURIComponent(collection)}`);

/** The viewer's page of a document; from `start` to `end`, in characters, is marked there if they are given. */
export function viewerUrl({ id, collection, start, end }) {
  const query = [...(end ? [`start=${start}`, `end=${end}`] : []), within(collection)].filter(Boolean).join("&");
  return `/documents/${idPath(id)}${query && `?${query}`}${end ? "#cited" : ""}`;
}
