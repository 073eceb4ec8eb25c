// What somebody says of an answer, as the service takes it.

const citedPlace = ({ citations: [{ document_id, start, end, quote }] }) =>
  ({ document_id, start, end, exact: quote.exact });

/** The body of `POST /v1/feedback`; `judged` is null where no answer was given, and `more` is what else is said of it:
 * its `correction`, or a `reason` and a `comment`. */
export function judgement({ answer, question }, collection, judged, verdict, more) {
  return { answer_id: answer.id, question, collection, verdict, answer: judged && citedPlace(judged), ...more };
}
