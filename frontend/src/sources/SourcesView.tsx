import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useBackend } from '../backend/context';
import type { CaseInfo, Finding, Source, Sources } from '../backend/types';
import { troubleOf, useDesk, useJobs } from '../desk';
import { gapsIn } from '../export/scope';
import { hasScope } from '../frame/period';
import { useStatus } from '../frame/StatusBar';
import { DropZone } from '../import/DropZone';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { count, counted } from '../ui/words';
import { only, typed } from '../view/terms';
import { withTerms } from '../view/view';
import { AccountingTable } from './AccountingTable';
import { accountedWords, accountingText, mismatches, totalOf } from './accounting';
import { CoverageChart } from './CoverageChart';
import { Leftovers } from './Leftovers';
import { ReceiptDialog } from './ReceiptDialog';
import { ReceiptPane } from './ReceiptPane';
import { Reconciliations } from './Reconciliations';
import { reconciliations } from './reconcile';
import { SectionHead } from './SectionHead';
import { SourceList } from './SourceList';
import styles from './SourcesView.module.css';
import { TestList } from './TestList';

/** What was received, what became of every line of it, and what that can and cannot show. */
export function SourcesView() {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const answer = useQuery({
    queryKey: ['sources', caseInfo?.path, caseInfo?.generation],
    queryFn: () => backend.sources(),
    enabled: caseInfo !== undefined,
    placeholderData: (last) => last,
  });
  if (answer.error !== null) return <ErrorLine error={troubleOf(answer.error)} />;
  if (caseInfo === undefined || answer.data === undefined) return null;
  if (answer.data.sources.length === 0) {
    return (
      <div className={styles.empty}>
        <div className={styles.first}>
          <h2 className={styles.emptyTitle}>The case holds no records yet</h2>
          <p className={styles.emptyWords}>
            Import the log files as you received them. Each file, and each line in it, is accounted for here.
          </p>
          <DropZone hint="They are added to this case. .gz, .zst, .zip and .tar are read as they are." />
        </div>
      </div>
    );
  }
  return <Whole sources={answer.data} caseInfo={caseInfo} />;
}

function Whole({ sources, caseInfo }: { readonly sources: Sources; readonly caseInfo: CaseInfo }) {
  const backend = useBackend();
  const { step, show, report, zone, openDialog } = useDesk();
  const { importing } = useJobs();
  const [chosen, setChosen] = useState<number>();
  const [receipt, setReceipt] = useState<number>();
  const list = sources.sources;
  const current = list.find((s) => s.number === (list.length === 1 ? list[0]?.number : chosen));
  const suggestionOf = (s: Source) => sources.suggestions.find((x) => x.source === s.number);
  const written = list.find((s) => s.number === receipt);
  const total = totalOf(list);
  const words = accountedWords(list);

  const { events } = caseInfo;
  const { lines } = total;
  const bad = sources.unreadable_total;
  const status = useMemo(
    () => (
      <span className={styles.status}>
        <span>
          <b>{count(events)}</b> events
        </span>
        <span>
          <b>{count(lines)}</b> lines
        </span>
        <span>{count(bad)} unreadable</span>
      </span>
    ),
    [events, lines, bad],
  );
  useStatus(status);

  const tested = useQuery({
    queryKey: ['completeness', caseInfo.path, caseInfo.generation, zone],
    queryFn: () => backend.completeness(zone),
    // Each batch of an import makes a new state; the tests would run all the time.
    enabled: importing === undefined,
    placeholderData: (last, query) => (query?.queryKey[1] === caseInfo.path ? last : undefined),
  });
  const openFinding = async ({ words, query }: Finding) => {
    if (query === undefined) return;
    const parsed = await backend.parseQuery(query);
    step(words, (v) => withTerms(v, 'events', (terms) => typed(terms, parsed.terms)));
    show('events');
  };
  const onOpen = (finding: Finding) => void openFinding(finding).catch(report);

  const openEvents = (source: Source) => {
    const named = list.some((s) => s !== source && s.path === source.path) ? `#${source.number}` : source.path;
    step(`only the events of ${source.path}`, (v) =>
      withTerms(v, 'events', () => only([], 'source', { op: 'equal', text: named })),
    );
    show('events');
  };

  return (
    <div className={styles.view}>
      <header className={styles.bar}>
        <p className={styles.sum}>
          <b>{counted(list.length, 'source')}</b>
          {caseInfo.deployments.length === 0 ? (
            ', and no audit record in any of them.'
          ) : (
            <>
              {' '}
              of {counted(caseInfo.deployments.length, 'deployment')}:{' '}
              <Deployments caseInfo={caseInfo} sources={list} />. <Gaps caseInfo={caseInfo} />
            </>
          )}
        </p>
        <Button size="s" icon="shield" onPress={() => openDialog('verify')}>
          Verify…
        </Button>
        <Button size="s" icon="write" isDisabled={current === undefined} onPress={() => setReceipt(current?.number)}>
          Receipt…
        </Button>
        <Button size="s" icon="copy" onPress={() => backend.copyText(accountingText(list)).catch(report)}>
          Copy as text
        </Button>
      </header>
      <div className={styles.body}>
        <SourceList sources={list} chosen={chosen} onChoose={setChosen}>
          {current !== undefined && (
            <ReceiptPane
              key={current.number}
              source={current}
              sources={list}
              suggestion={suggestionOf(current)}
              onEdit={() => setReceipt(current.number)}
              onOpen={onOpen}
            />
          )}
        </SourceList>
        <div className={styles.main}>
          <section aria-label="Accounting">
            <SectionHead
              title="Accounting"
              note={`lines = ${list.some((s) => s.record_lines !== s.records) ? 'record lines' : 'records'} + other lines; records = events + matching + duplicates + unreadable`}
            >
              {words ?? (
                <b className={styles.wrong}>
                  {counted(mismatches(list).length, 'source does', 'sources do')} not add up
                </b>
              )}
              {importing !== undefined && ' so far'}
            </SectionHead>
            <AccountingTable
              sources={list}
              caption="Accounting by source"
              chosen={chosen}
              onChoose={setChosen}
              onEvents={openEvents}
            />
          </section>
          <CoverageChart sources={sources} caseInfo={caseInfo} />
          {tested.error !== null && <ErrorLine error={troubleOf(tested.error)} />}
          <Reconciliations list={reconciliations(tested.data?.tests, importing !== undefined)} onOpen={onOpen} />
          <TestList
            answer={tested.data}
            deployments={caseInfo.deployments.map((d) => d.name)}
            limited={hasScope(caseInfo.engagement)}
            importing={importing !== undefined}
            onOpen={onOpen}
          />
          <Leftovers sources={sources} />
        </div>
      </div>
      {written !== undefined && (
        <ReceiptDialog
          source={written}
          sources={list}
          suggestion={suggestionOf(written)}
          onClose={() => setReceipt(undefined)}
        />
      )}
    </div>
  );
}

function Deployments({ caseInfo, sources }: { readonly caseInfo: CaseInfo; readonly sources: readonly Source[] }) {
  return caseInfo.deployments.map((d, i) => (
    <span key={d.name}>
      {i > 0 && (i === caseInfo.deployments.length - 1 ? ' and ' : ', ')}
      <LogText text={d.name} max={100} /> (
      {[d.versions.join(' and '), counted(sources.filter((s) => s.deployment === d.name).length, 'source')]
        .filter(Boolean)
        .join(', ')}
      )
    </span>
  ));
}

function Gaps({ caseInfo }: { readonly caseInfo: CaseInfo }) {
  const { engagement } = caseInfo;
  const gaps = gapsIn(caseInfo.gaps, engagement);
  const limited = engagement.from !== undefined || engagement.to !== undefined;
  const between = limited ? 'in the period under audit' : 'between the first and the last record';
  const where = (engagement.deployments?.length ?? 0) === 0 ? between : `${between}, of the deployments under audit`;
  if (gaps.length === 0) return <>No day without records lies {where}.</>;
  return (
    <>
      <b>{counted(gaps.length, 'stretch', 'stretches')} without records</b> {gaps.length === 1 ? 'lies' : 'lie'} {where}
      .
    </>
  );
}
