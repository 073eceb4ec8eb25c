// Written by tests/contract_types.py from the service's contract, /openapi.json: don't edit.

/**
 * The result of a question: answers, best first, or the reason why there is none; and the passages retrieved.
 *
 * `id` is the same for the same answers to the same question on the same version, and differs for any others.
 * `asked_as` is the search text if it isn't the question itself: with the earlier questions it refers to, or with
 * mistyped words corrected; else null.
 * `conflict`: texts disagree; the answers that contradict the first one come right after it. The first may be less
 * confident than they are: it is the one that replaces another by what a newer text says.
 * `nearest` is null if there are answers, or no passages. `message` is one sentence to show if there are no answers.
 */
export interface Answer {
  id: string;
  asked_as: string | null;
  status: Status;
  reason: Reason | null;
  conflict: boolean;
  answers: GivenAnswer[];
  passages: ReadPassage[];
  index_version: number;
  timings_ms: Timings;
  nearest?: Nearest | null;
  message?: string | null;
}

/** A question. */
export interface AskRequest {
  /** Where to look or to put it. */
  collection?: string;
  /** Search only these documents. */
  document_ids?: string[] | null;
  /** Search only documents that have all these values. */
  metadata?: Record<string, string | boolean | number>;
  /** Passages to retrieve and read; by default as many as the service is set to, of which those too far behind the first aren't read. */
  top_k?: number | null;
  /** In natural language. */
  question: string;
  /** Different answers to give at most; where documents disagree (`conflict`), every answer they disagree on is given. */
  max_answers?: number;
  /** If the best answer is below it, there is none; by default as the service is set. With 0 and `max_answers` 20, whatever was read comes back, however unsure. */
  min_confidence?: number | null;
  /** Earlier turns of the conversation, oldest first. A question that leans on them ('and when was that?') is searched for together with them, as `asked_as` tells; others are left alone. */
  history?: EarlierTurn[];
}

/** One answer for each question, in their order. */
export interface BatchAnswers {
  answers: Answer[];
}

/** Several questions, asked of the same documents. */
export interface BatchRequest {
  /** Where to look or to put it. */
  collection?: string;
  /** Search only these documents. */
  document_ids?: string[] | null;
  /** Search only documents that have all these values. */
  metadata?: Record<string, string | boolean | number>;
  /** Passages to retrieve and read; by default as many as the service is set to, of which those too far behind the first aren't read. */
  top_k?: number | null;
  questions: string[];
  /** For each question: Different answers to give at most; where documents disagree (`conflict`), every answer they disagree on is given. */
  max_answers?: number;
  /** If the best answer is below it, there is none; by default as the service is set. With 0 and `max_answers` 20, whatever was read comes back, however unsure. */
  min_confidence?: number | null;
}

/**
 * The slice `[start, end)` of the text, from a line's start to a line's end; neither end is white space.
 *
 * `content` is where its words begin, after the mark of an item or a heading, and after the name of a field. `level`
 * is a heading's, 1 for the topmost, or the depth of an item in its list, 0 for the outermost; else 0. `who` is the
 * slice of the text that says whose words these are, in quotations and in a mail that another one holds.
 */
export interface Block {
  kind: BlockKind;
  start: number;
  content: number;
  end: number;
  level?: number;
  who?: [number, number] | null;
}

/** What a block is. */
export type BlockKind = "heading" | "paragraph" | "item" | "row" | "code" | "quotation" | "caption" | "field" | "furniture";

export interface UploadForm {
  file: Blob;
  /** Blank is the default one. */
  collection?: string;
  /** By default the file's name. */
  id?: string;
  title?: string;
  uri?: string;
  /** A JSON object. */
  metadata?: string;
  /** The groups that may read it, separated by commas; blank is everybody. By default as of a PUT. */
  readers?: string | null;
}

/**
 * The place of an answer: `text[start:end]` of the document as indexed, counted in Unicode characters.
 *
 * `sentence` is the sentence (or sentences) around it. `page` counts from 1 and is null in formats without pages.
 * `section` is the nearest heading above. `url` is the place in the document as indexed, on this service. `source_url`
 * is the page of the original PDF (on this service if it begins with a slash), or the words on the web page that `uri`
 * names; null if there is neither. `date` is the day, month or year that the document's metadata or front matter
 * names, such as `2026-03-01`; null if neither does. `recognised` says that the words were recognised in a scanned
 * page or a picture, and so may be misread. `quoted` is who said them where the text quotes somebody and says whom, as
 * an answer to a mail does; null elsewhere.
 */
export interface Citation {
  document_id: string;
  title: string;
  uri: string | null;
  start: number;
  end: number;
  quote: Quote;
  sentence: string;
  page: number | null;
  section: string | null;
  url: string;
  source_url: string | null;
  date?: string | null;
  recognised?: boolean;
  quoted?: string | null;
}

/** The id of a deleted document, and the first index version without it. */
export interface Deleted {
  id: string;
  collection: string;
  index_version: number;
}

/**
 * One source as indexed.
 *
 * `pages` are the character offsets at which pages begin (empty if the format has none); `headings` are in order.
 * `readers` are the groups that may read it, sorted; none means everybody who may read its collection. Raises
 * DocumentError for an unusable id, text that is blank or can't be stored, metadata that isn't finite, and groups with
 * impossible names.
 */
export interface Document {
  id: string;
  title: string;
  text: string;
  uri?: string | null;
  media_type?: string;
  metadata?: Record<string, string | number | boolean>;
  pages?: number[];
  headings?: Heading[];
  readers?: string[];
}

/**
 * A page of documents, sorted by collection and id; `total` counts all pages.
 *
 * Their `readers` are shown to who sees every document; to others the list is empty.
 */
export interface DocumentList {
  documents: DocumentSummary[];
  total: number;
  index_version: number;
}

/**
 * A document without its text: it has `characters` characters and `chunks` chunks; `added` is in ISO 8601.
 *
 * `original_bytes` is the size of the file it was read from, null if that isn't kept; `readers` as of `Document`.
 */
export interface DocumentSummary {
  id: string;
  collection: string;
  title: string;
  uri: string | null;
  media_type: string;
  metadata: Record<string, string | number | boolean>;
  sha256: string;
  added: string;
  characters: number;
  chunks: number;
  original_bytes: number | null;
  readers?: string[];
}

/** An earlier question of the conversation, with its answer if it had one. */
export interface EarlierTurn {
  question: string;
  answer?: string | null;
}

/** One entry of feedback, with the judged and the right words as the document had them then. */
export interface FeedbackEntry {
  id: number;
  given: string;
  collection: string;
  question: string;
  answer_id: string;
  verdict: "right" | "wrong";
  answer: KeptSpan | null;
  correction: KeptSpan | Words | NoAnswer | null;
  reason: "incomplete" | "outdated" | null;
  comment: string | null;
}

/** The feedback is kept under this id; `located` says whether a correction in words was found in a document. */
export interface FeedbackKept {
  id: number;
  status?: "kept";
  /** Null if there was no correction in words. */
  located: boolean | null;
}

/** A page of feedback, oldest first; `total` counts all pages. */
export interface FeedbackList {
  feedback: FeedbackEntry[];
  total: number;
}

/** A verdict on the answer to a question, and if known, the right answer. */
export interface FeedbackRequest {
  /** The answer's `id`. */
  answer_id: string;
  /** In natural language. */
  question: string;
  /** Where to look or to put it. */
  collection?: string;
  verdict: "right" | "wrong";
  /** The first citation of the answer judged; null if there was no answer. */
  answer?: SpanOfDocument | null;
  /** What would have been right: a place, words, or no answer; null if that isn't known. */
  correction?: SpanOfDocument | InWords | NoneIsRight | null;
  /** What is wrong: it leaves something out, or was right once; null for all else. */
  reason?: "incomplete" | "outdated" | null;
  /** In the person's own words. */
  comment?: string | null;
}

/** How to show an answer. */
export type Form = "span" | "sentence" | "list" | "steps" | "yes_no" | "cell";

/** The result of a search: passages, best first, that no reader has read. */
export interface Found {
  passages: ReadPassage[];
  index_version: number;
}

/**
 * An answer copied from the documents, with a citation for every place that says the same in any words.
 *
 * `text` is the slice that the first citation names. `confidence` in [0, 1] estimates P(the answer is right); null
 * without a calibration for the present models. `support` ≥ 1 counts the different documents cited.
 *
 * `form` says how to show it: as a span, a sentence, a list or steps (`parts` are slices of the first citation's
 * document), as a `verdict` yes or no with the clause that decides it, or as a table cell with the heads of its `row`
 * and `column`, each null if the table has none; a unit in a column of its own stands behind the row's: "Weight (kg)".
 * `contradicts`: it can't be right if the first answer is.
 */
export interface GivenAnswer {
  text: string;
  confidence: number | null;
  support: number;
  citations: Citation[];
  form?: Form;
  parts?: Part[];
  verdict?: "yes" | "no" | null;
  row?: string | null;
  column?: string | null;
  contradicts?: boolean;
}

/** A heading that begins at character `start`; `level` is 1 for the topmost. */
export interface Heading {
  start: number;
  level: number;
  title: string;
}

/** The right answer in words, which are searched in the judged answer's document, else in the collection. */
export interface InWords {
  text: string;
}

/** The slice `[start, end)` of the version of a document with digest `sha256`: its text and that around it. */
export interface KeptSpan {
  document_id: string;
  sha256: string;
  start: number;
  end: number;
  prefix: string;
  exact: string;
  suffix: string;
}

/**
 * The passage that comes nearest to a question without an answer.
 *
 * `text` is the slice `[start, end)` of the document; it begins with the section of its best sentence, or the question
 * that an FAQ has there, if that isn't far before the passage. `sentence` is that sentence, the slice
 * `[sentence_start, sentence_end)` of the document, and `section` the heading above it. `likely`: it may hold the
 * answer, with a confidence too low to return it; if not, nothing about the question was found.
 */
export interface Nearest {
  document_id: string;
  title: string;
  section: string | null;
  start: number;
  end: number;
  text: string;
  sentence_start: number;
  sentence_end: number;
  sentence: string;
  likely: boolean;
}

/** The right result is that there is no answer. */
export interface NoAnswer {
  no_answer?: true;
}

/** There is no answer. */
export interface NoneIsRight {
  no_answer: true;
}

/** An item of a list, or a step: `text` is the slice `[start, end)` of the cited document. */
export interface Part {
  start: number;
  end: number;
  text: string;
}

/** What is wrong and how to correct it (RFC 9457). `type` is stable; `errors` lists invalid fields. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: Record<string, unknown>[] | null;
  /** The number of further errors: at most 20 are listed. */
  more_errors?: number | null;
  /** The page where people sign in, if a session would do. */
  sign_in?: string | null;
}

/** A document's text and its other fields. */
export interface PutDocument {
  /** Indexed as it is here, less a byte order mark at its start; offsets slice it. */
  text: string;
  /** By default what the text or the id says. */
  title?: string | null;
  /** Where the document comes from. */
  uri?: string | null;
  media_type?: string;
  metadata?: Record<string, string | boolean | number>;
  /** Where to look or to put it. */
  collection?: string;
  /** The groups that may read it; [] is everybody who may read the collection. By default those that its front matter names, else those that a document with this id has, else everybody. */
  readers?: string[] | null;
}

/** The cited words with up to CONTEXT_CHARS characters on either side, as in W3C's TextQuoteSelector. */
export interface Quote {
  prefix: string;
  exact: string;
  suffix: string;
}

/**
 * A passage that was retrieved: `text` is the slice `[start, end)` of its document.
 *
 * `score` is what passages are ranked by, made of `dense` (cosine, in [-1, 1]) and `bm25` (≥ 0; 0 if no word of the
 * question occurs). `read`: whether the reader reads it. A search reads none; for a question those stay unread that
 * come so far behind the first that the answer can't be theirs.
 */
export interface ReadPassage {
  document_id: string;
  start: number;
  end: number;
  text: string;
  score: number;
  dense: number;
  bm25: number;
  read?: boolean;
}

/** Questions can be asked: models are loaded, and the store is readable. */
export interface Readiness {
  status?: string;
  index_version: number;
  /** Collection → how many documents it has; null for somebody without a key, where there are keys. */
  collections: Record<string, number> | null;
}

/**
 * Why there is no answer.
 *
 * No passage was retrieved; the reader scores no answer higher than its best span, and nothing else makes that likely;
 * the best answer's confidence is too low; or the message was a greeting, not a question.
 */
export type Reason = "nothing_retrieved" | "reader_null" | "below_threshold" | "greeting";

/** The first event of a stream: the passages, best first; the other fields are those of `Answer`. */
export interface Retrieved {
  passages: ReadPassage[];
  index_version: number;
  asked_as: string | null;
}

/** A question to find passages for. */
export interface SearchRequest {
  /** Where to look or to put it. */
  collection?: string;
  /** Search only these documents. */
  document_ids?: string[] | null;
  /** Search only documents that have all these values. */
  metadata?: Record<string, string | boolean | number>;
  /** Passages to retrieve and read; by default as many as the service is set to, of which those too far behind the first aren't read. */
  top_k?: number | null;
  /** In natural language. */
  question: string;
}

/** A place in a document as indexed. */
export interface SpanOfDocument {
  document_id: string;
  /** Of the first character, counted as a citation counts it. */
  start: number;
  /** After the last one. */
  end: number;
  /** The words that stand there; if the document says others by now, the feedback is refused. */
  exact?: string | null;
}

/** Whether there is an answer. */
export type Status = "answered" | "no_answer";

/** The outcome of adding a document: `status` is added, replaced or unchanged, as of `index_version`. */
export interface Stored {
  status: string;
  document: DocumentSummary;
  index_version: number;
}

/**
 * A document as indexed: every offset slices `text`.
 *
 * `original_bytes` is the size of the file it was read from, null if none is kept. `citation` cites the slice asked
 * for; null if none was, or the document has no such slice. `blocks` are the headings, paragraphs, list items, table
 * rows, pieces of code, quotations, captions, fields of forms and page furniture that the text is made of, in order;
 * null unless they are asked for, and of a text that is too long. Its `readers` are shown as in a list of documents.
 */
export interface StoredDocument {
  document: Document;
  collection: string;
  sha256: string;
  original_bytes: number | null;
  citation: Citation | null;
  index_version: number;
  blocks?: Block[] | null;
}

/**
 * Questions that others asked and got answered, the best first, 20 at most.
 *
 * `complete`: there are no others for what was typed, so those for a longer text are among them.
 */
export interface Suggestions {
  questions: string[];
  complete: boolean;
}

/** Milliseconds spent in each stage; reading includes what is read together. */
export interface Timings {
  retrieve: number;
  read: number;
  total: number;
}

/** The right answer in a person's own words, with no place in a document, or several. */
export interface Words {
  text: string;
}
