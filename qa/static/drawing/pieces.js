// A leaf of a document's tree, cut where something stands between its characters or the cited words begin and end.

/** The slices of `[start, end)`, in order, each with whether it lies in `place`; `cuts` are in order. */
export function piecesOf(start, end, cuts, place) {
  const within = (at) => at > start && at < end;
  const edges = [...new Set([start, ...cuts.filter(within), ...(place ? [place.start, place.end].filter(within) : []), end])].sort((a, b) => a - b);
  return edges.slice(1).map((to, i) => ({ start: edges[i], end: to, isCited: Boolean(place) && edges[i] >= place.start && to <= place.end }));
}

/** Where the first leaf of a node of the tree begins. */
export function startOf(node) {
  if (node.start !== undefined) return node.start;
  for (const child of node.children ?? []) {
    const start = startOf(child);
    if (start !== null) return start;
  }
  return null;
}
