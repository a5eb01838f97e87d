/**
 * Names one event of the case. The ref is of the record's content, so that two deployments whose logs hold the same record
 * share it; the program takes REF@DEPLOYMENT wherever it takes a ref.
 */
export function eventKey(ref: string, deployment: string | undefined): string {
  return deployment === undefined ? ref : `${ref}@${deployment}`;
}
