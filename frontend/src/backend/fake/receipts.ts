import type { Receipt, ReceiptAnswer, Source } from '../types';

/** What the program answers of a receipt that is being written, for tests and stories. */
export function receiptAnswer(source: Source, receipt: Receipt): ReceiptAnswer {
  const { sha256 = '', count } = receipt;
  return {
    problems:
      sha256 !== '' && !/^[0-9a-f]{64}$/i.test(sha256)
        ? [{ field: 'sha256', message: `a SHA-256 is 64 digits of 0–9 and a–f; these are ${sha256.length} characters` }]
        : [],
    check: {
      sha256:
        sha256 === ''
          ? { state: 'not given', words: "the provider's SHA-256 is not given" }
          : sha256 === source.sha256
            ? { state: 'agrees', words: 'matches what you received' }
            : { state: 'differs', words: `differs from what you received, whose SHA-256 is ${source.sha256}` },
      count:
        count === undefined
          ? { state: 'not given', words: "the provider's count is not given" }
          : count === source.records
            ? { state: 'agrees', words: `agrees with ${source.records} records` }
            : { state: 'differs', words: `differs: ${count} stated, ${source.records} records read` },
    },
  };
}
