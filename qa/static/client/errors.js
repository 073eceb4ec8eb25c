// What a request fails with: the problem document that the server sent (RFC 9457), or one for what kept it from answering.

const PREFIX = "urn:quoth:problem:";

/** A problem document for what no server said: of kind unreached, silent or cut. */
export const problemOf = (kind, detail) => ({ type: PREFIX + kind, title: "No answer", status: 0, detail });

/** `problem` is the document, `kind` the last part of its type ("not-found"), `status` the response's, 0 without one.
 *
 * `retryAfter` are the seconds after which the server wants to be asked again; null if it names none.
 */
export class QuothError extends Error {
  constructor(problem, { status = problem.status, retryAfter = null, cause } = {}) {
    super(problem.detail || problem.title, { cause });
    this.name = "QuothError";
    this.problem = problem;
    this.kind = problem.type.split(":").pop();
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** The error of a response that isn't ok; one without a problem document, as a proxy sends it, gets one. */
export async function errorOf(response, retryAfter) {
  const body = await response.json().catch(() => null);
  const problem = body?.type && body?.detail ? body : {
    ...problemOf("server", `The server answered with status ${response.status}.`),
    status: response.status,
  };
  return new QuothError(problem, { status: response.status, retryAfter });
}
