// A document as indexed, the cited words marked. Offsets count Unicode characters, so the text is cut by those and not
// by JavaScript's UTF-16 units.

const query = new URLSearchParams(location.search);
const collection = query.get("collection") ?? "default";
const path = location.pathname.replace(/^\/documents\//, "/v1/documents/");
const text = document.getElementById("text");

function show({ document: source }) {
  document.title = `${source.title} · Quoth`;
  document.getElementById("title").textContent = source.title;
  document.getElementById("about").textContent = [source.id, source.uri].filter(Boolean).join(" · ");
  const characters = Array.from(source.text);
  const start = Number(query.get("start") ?? 0);
  const end = Number(query.get("end") ?? 0);
  const part = (from, to) => characters.slice(from, to).join("");
  if (!(0 <= start && start < end && end <= characters.length)) {
    text.textContent = source.text;
    return;
  }
  const mark = document.createElement("mark");
  mark.id = "cited";
  mark.textContent = part(start, end);
  text.replaceChildren(part(0, start), mark, part(end));
  mark.scrollIntoView({ block: "center" });
}

const response = await fetch(`${path}?collection=${encodeURIComponent(collection)}`);
const body = await response.json();
if (response.ok) {
  show(body);
} else {
  document.getElementById("title").textContent = body.title;
  text.textContent = body.detail;
}
