// What went wrong, in words for the person in front of the page.

// What the same question, sent once more, can't mend
const FINAL = ["invalid-question", "invalid-feedback"];

/** `kind` is the last part of the problem's type, empty where the service sent none. */
export class Trouble extends Error {
  constructor(message, kind = "") {
    super(message);
    this.kind = kind;
  }

  /** Whether trying again may help. */
  get retry() {
    return !FINAL.includes(this.kind);
  }
}

/** The kind of a problem document: "not-found" of `urn:quoth:problem:not-found`; empty if it isn't one. */
export const kindOf = (problem) => String(problem?.type ?? "").split(":").pop();

/** The problem document of a failed response; null if it has none. */
export const problemIn = (response) => response.json().catch(() => null);
