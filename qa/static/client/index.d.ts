import type {
  Answer, AskRequest, BatchRequest, Deleted, DocumentSummary, FeedbackKept, FeedbackRequest, Found, GivenAnswer, Problem,
  PutDocument, Readiness, Retrieved, SearchRequest, Stored, StoredDocument, Suggestions, UploadForm,
} from "./contract.js";

export type * from "./contract.js";

/** Ends a request, with the signal's reason. */
export interface Abortable {
  signal?: AbortSignal;
}

export interface ClientOptions {
  /** Sent as a bearer token: a key of the server's, or a token that was minted with one. */
  key?: string;
  /** Milliseconds of silence after which a request fails; 60,000 by default. */
  timeout?: number;
  /** How often a request is sent while the server has no room (503, 429); 5 by default. */
  tries?: number;
  /** In place of the global one. */
  fetch?: typeof fetch;
}

/** What a stream yields, `final` last. */
export type StreamEvent =
  | { event: "passages"; data: Retrieved }
  | { event: "candidate"; data: GivenAnswer }
  | { event: "final"; data: Answer };

/** A client of one server. Every method raises QuothError. */
export class Client {
  /** `url` is http://127.0.0.1:8000 by default. Raises TypeError for one that is no address. */
  constructor(url?: string, options?: ClientOptions);
  /** Answer a question; `history` are the earlier turns of the conversation, oldest first. */
  ask(question: string, options?: Omit<AskRequest, "question"> & Abortable): Promise<Answer>;
  /** Answer several questions, in their order. */
  askBatch(questions: string[], options?: Omit<BatchRequest, "questions"> & Abortable): Promise<Answer[]>;
  /** The passages that an answer to a question would be looked for in. */
  search(question: string, options?: Omit<SearchRequest, "question"> & Abortable): Promise<Found>;
  /** Questions that others asked, with words that begin with those typed; none unless the server is set to suggest any. */
  suggestions(typed?: string, options?: { collection?: string } & Abortable): Promise<Suggestions>;
  /** Answer a question while it is read. Whoever leaves the loop early, or aborts, stops the server's work. */
  stream(question: string, options?: Omit<AskRequest, "question"> & Abortable): AsyncGenerator<StreamEvent, void, void>;
  /** Every indexed document, by collection and id; pages are requested as the loop goes on. */
  documents(options?: { collection?: string } & Abortable): AsyncGenerator<DocumentSummary, void, void>;
  /** A document as indexed; with `start` and `end`, also the citation of that slice; with `blocks`, what it is made of. */
  document(id: string, options?: { collection?: string; start?: number; end?: number; blocks?: boolean } & Abortable): Promise<StoredDocument>;
  /** Add a document's text under this id, or replace it. */
  add(id: string, text: string, options?: Omit<PutDocument, "text"> & Abortable): Promise<Stored>;
  /** Add a file in one of the formats that the server reads, or replace it; its id is by default its name. */
  upload(file: Blob, options?: { name?: string; metadata?: PutDocument["metadata"] } & Omit<UploadForm, "file" | "metadata"> & Abortable): Promise<Stored>;
  /** Remove a document and every trace of it. */
  delete(id: string, options?: { collection?: string } & Abortable): Promise<Deleted>;
  /** Give a verdict on one of the answers, the one with index `given`, or on there being none. */
  feedback(
    answer: Answer,
    question: string,
    verdict: FeedbackRequest["verdict"],
    options?: { given?: number } & Pick<FeedbackRequest, "correction" | "collection" | "reason" | "comment"> & Abortable,
  ): Promise<FeedbackKept>;
  /** The version of the index and its collections; raises QuothError while the server isn't ready. */
  ready(options?: Abortable): Promise<Readiness>;
}

/** What a request fails with: the server's problem document, or one of kind unreached, silent or cut. */
export class QuothError extends Error {
  readonly name: "QuothError";
  readonly problem: Problem;
  /** The last part of the problem's type: "not-found", "invalid-question", … */
  readonly kind: string;
  /** The response's; 0 without one. */
  readonly status: number;
  /** Seconds after which the server wants to be asked again; null if it names none. */
  readonly retryAfter: number | null;
}

/** The characters [start, end) of a text as Quoth counts them: Unicode's, where JavaScript's strings count UTF-16's. */
export function slice(text: string, start: number, end: number): string;
