// What somebody says of an answer, as the service takes it.

export const citedPlace = ({ citations: [{ document_id, start, end, quote }] }) =>
  ({ document_id, start, end, exact: quote.exact });

/** The body of `POST /v1/feedback`; `judged` is null where no answer was given, `correction` where none is known. */
export function judgement({ answer, question }, collection, judged, verdict, correction) {
  return { answer_id: answer.id, question, collection, verdict, answer: judged && citedPlace(judged), correction };
}
