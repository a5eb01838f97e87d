import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { Comparison, Finding, Source, Suggestion } from '../backend/types';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { ComparedMark } from './ComparedMark';
import { pathParts } from './paths';
import styles from './ReceiptPane.module.css';
import { SentAgain } from './SentAgain';

export interface ReceiptPaneProps {
  readonly source: Source;
  /** All sources of the case. */
  readonly sources: readonly Source[];
  /** That the source looks like an earlier one, where the receipt says nothing of it. */
  readonly suggestion: Suggestion | undefined;
  onEdit(): void;
  onOpen(finding: Finding): void;
}

const notGiven: Comparison = { state: 'not given', words: 'not given' };

/** The receipt of the chosen source: how it came, what was stated of it against what was read, and what it replaces. */
export function ReceiptPane({ source, sources, suggestion, onEdit, onOpen }: ReceiptPaneProps) {
  const { caseInfo } = useDesk();
  const { receipt = {}, receipt_check: check } = source;
  const facts = [
    ['From', receipt.from ?? ''],
    ['Received', receipt.received ?? ''],
    ['Request', receipt.request ?? ''],
    ['Extracted by', receipt.method ?? ''],
  ] as const;
  const noted = facts.filter(([, text]) => text !== '');
  const missing = facts.filter(([, text]) => text === '').map(([label]) => label);
  const replaced = sources.find((s) => s.number === receipt.replaces);
  const like = sources.find((s) => s.number === suggestion?.replaces);
  return (
    <section className={styles.pane} aria-label="Receipt">
      <header className={styles.head}>
        <h3 className={styles.title} title={visibleText(source.path)}>
          Receipt of #{source.number} <LogText text={pathParts(source.path).name} max={200} />
        </h3>
        <Button
          size="s"
          icon="write"
          aria-label="Edit the receipt…"
          onPress={onEdit}
          isDisabled={caseInfo?.read_only === true}
        >
          Edit…
        </Button>
      </header>
      <dl className={styles.facts}>
        {noted.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <LogText text={text} max={1000} />
            </dd>
          </div>
        ))}
        {missing.length > 0 && (
          <div>
            <dt>Not noted</dt>
            <dd>
              <Compared comparison={{ state: 'not given', words: missing.join(', ').toLowerCase() }} />
            </dd>
          </div>
        )}
        <div>
          <dt>SHA-256 stated</dt>
          <dd>
            {receipt.sha256 !== undefined && <code className={styles.digest}>{receipt.sha256}</code>}
            <Compared comparison={receipt.sha256 === undefined ? notGiven : check?.sha256} />
          </dd>
        </div>
        <div>
          <dt>Count stated</dt>
          <dd>
            {receipt.count !== undefined && <span>{count(receipt.count)}</span>}
            <Compared comparison={receipt.count === undefined ? notGiven : check?.count} />
          </dd>
        </div>
      </dl>
      {replaced !== undefined && <SentAgain source={source} replaced={replaced} onOpen={onOpen} />}
      {replaced === undefined && like !== undefined && suggestion !== undefined && (
        <LooksLike source={source} earlier={like} why={suggestion.why} />
      )}
    </section>
  );
}

function Compared({ comparison }: { readonly comparison: Comparison | undefined }) {
  if (comparison === undefined) return null;
  return (
    <span className={styles.compared} data-state={comparison.state}>
      <ComparedMark state={comparison.state} />
      <LogText
        text={
          comparison.state === 'not given' ? comparison.words.replace(/^the provider's .* is /, '') : comparison.words
        }
        max={400}
      />
    </span>
  );
}

/** Says which earlier source this one looks like, and notes on request that it replaces it. */
function LooksLike({
  source,
  earlier,
  why,
}: {
  readonly source: Source;
  readonly earlier: Source;
  readonly why: string;
}) {
  const backend = useBackend();
  const client = useQueryClient();
  const { caseInfo, report } = useDesk();
  const [busy, setBusy] = useState(false);
  const note = async () => {
    setBusy(true);
    try {
      await backend.saveReceipt({
        source: source.number,
        receipt: { ...source.receipt, replaces: earlier.number },
      });
      await client.invalidateQueries({ queryKey: ['sources'] });
    } catch (thrown) {
      report(thrown);
    }
    setBusy(false);
  };
  return (
    <p className={styles.like}>
      It looks like #{earlier.number} <LogText text={pathParts(earlier.path).name} max={200} />, sent again: {why}.{' '}
      <Button size="s" variant="link" onPress={note} isDisabled={busy || caseInfo?.read_only === true}>
        Note that it replaces #{earlier.number}
      </Button>
    </p>
  );
}
