// The ask box: one question to POST /v1/ask, the answer shown as text, never as markup.

const form = document.getElementById("form");
const box = document.getElementById("question");
const result = document.getElementById("result");

const REASONS = {
  nothing_retrieved: "Nothing is indexed that it could be found in.",
  reader_null: "No passage that was read answers it.",
  below_threshold: "What was found is too unsure to be given.",
};

function element(name, className, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

function showCitation(citation) {
  const link = element("a", "", citation.title);
  link.href = citation.url;
  const place = [citation.page && `page ${citation.page}`, citation.section].filter(Boolean).join(", ");
  const at = citation.sentence.indexOf(citation.quote.exact);
  const quote = element("blockquote", "",
    citation.sentence.slice(0, at),
    element("mark", "", citation.quote.exact),
    citation.sentence.slice(at + citation.quote.exact.length));
  return element("div", "citation", quote, element("p", "quiet", link, place ? ` · ${place}` : ""));
}

function showAnswer(answer) {
  const support = answer.support > 1 ? `, in ${answer.support} documents` : "";
  const sure = element("span", "quiet", ` ${Math.round(answer.confidence * 100)} % sure${support}`);
  return element("article", "", element("h2", "", answer.text, sure), ...answer.citations.map(showCitation));
}

function show(answer) {
  if (answer.status === "answered") {
    const disagree = answer.conflict ? [element("p", "", "Documents disagree:")] : [];
    result.replaceChildren(...disagree, ...answer.answers.map(showAnswer));
    return;
  }
  const nearest = answer.passages.slice(0, 3).map((passage) => element("blockquote", "quiet", passage.text));
  result.replaceChildren(
    element("h2", "", "No answer"), element("p", "", REASONS[answer.reason]),
    ...(nearest.length ? [element("p", "quiet", "The nearest passages:"), ...nearest] : []));
}

async function ask() {
  result.replaceChildren(element("p", "quiet", "Reading …"));
  try {
    const response = await fetch("/v1/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question: box.value, max_answers: 3 }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail);
    show(body);
  } catch (error) {
    result.replaceChildren(element("p", "error", error.message));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?${new URLSearchParams({ q: box.value })}`);
  ask();
});

// A link with ?q=… asks at once
box.value = new URLSearchParams(location.search).get("q") ?? "";
if (box.value) ask();
