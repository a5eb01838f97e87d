import { useMemo, useState } from 'react';
import type { CaseInfo, Gap, Sources } from '../backend/types';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Spoken } from '../ui/Spoken';
import { stretchWords } from '../ui/sizes';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { minuteStamp } from '../view/time';
import styles from './CoverageChart.module.css';
import { type Coverage, coverageOf, lanePath, monthTicks } from './coverage';
import { PathText } from './PathText';
import { commonFolder } from './paths';
import { SectionHead } from './SectionHead';
import { shortName } from './shortName';

const laneHeight = 18;
const barHeight = 13;
/** Stretches listed beside the chart; the others are one click away. */
const gapsShown = 6;

export function CoverageChart({ sources, caseInfo }: { readonly sources: Sources; readonly caseInfo: CaseInfo }) {
  const coverage = useMemo(() => coverageOf(sources), [sources]);
  if (coverage === undefined) return null;
  const folder = commonFolder(sources.sources.map((s) => s.path));
  const { from, to } = caseInfo.engagement;
  const limited = from !== undefined || to !== undefined;
  return (
    <section aria-label="Coverage by source and day">
      <SectionHead
        title="Coverage by source and day"
        note={`a bar a day of UTC, its height the records of that day${limited ? '; upright rules: the period under audit' : ''}`}
      >
        <span className={styles.key}>
          <i className={styles.hatch} />
          no records in any source of the deployment
        </span>
      </SectionHead>
      <div className={styles.chart}>
        <div className={styles.names} aria-hidden="true">
          {coverage.lanes.map((lane) => (
            <span key={lane.source.number} title={visibleText(lane.source.path)}>
              <PathText path={shortName(lane.source.path)} below={folder} />
            </span>
          ))}
        </div>
        <Plot coverage={coverage} from={from} to={to} />
        <GapList gaps={sources.gaps} />
      </div>
      <CoverageTable coverage={coverage} />
    </section>
  );
}

interface PlotProps {
  readonly coverage: Coverage;
  /** First and last day of the period under audit. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

function Plot({ coverage, from, to }: PlotProps) {
  const { lanes, days, start, tallest, gaps } = coverage;
  const height = lanes.length * laneHeight;
  const share = (d: number) => `${((d / days) * 100).toFixed(3)}%`;
  const rules = [
    { day: from, after: 0 },
    { day: to, after: 1 },
  ].flatMap(({ day, after }) => {
    const at = day === undefined ? Number.NaN : (Date.parse(`${day}T00:00:00Z`) - start) / 86_400_000 + after;
    return at >= 0 && at <= days ? [at] : [];
  });
  return (
    <div className={styles.plot} style={{ height: height + 20 }} aria-hidden="true">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${days} ${height}`}
        preserveAspectRatio="none"
        style={{ height }}
        className={styles.svg}
      >
        {lanes.map((lane, i) => (
          <g key={lane.source.number}>
            <path
              d={lanePath(lane, tallest, i * laneHeight + laneHeight - 2 - barHeight, barHeight, days)}
              className={styles.bars}
            />
            <path
              d={`M0 ${(i + 1) * laneHeight - 1.5}H${days}`}
              className={styles.base}
              vectorEffect="non-scaling-stroke"
            />
          </g>
        ))}
      </svg>
      {gaps.map(({ gap, from: a, to: b, lane, lanes: n }) => (
        <i
          key={`${gap.deployment} ${gap.from}`}
          className={styles.gap}
          style={{
            left: share(a),
            width: `max(5px, ${share(b - a)})`,
            top: lane * laneHeight,
            height: n * laneHeight - 1,
          }}
        />
      ))}
      {rules.map((at) => (
        <i key={at} className={styles.rule} style={{ left: share(at), height: height + 2 }} />
      ))}
      <div className={styles.axis} style={{ top: height + 3 }}>
        {monthTicks(start, days).map((t) => (
          <span key={t.label} style={{ left: share(t.at) }}>
            {t.label}
          </span>
        ))}
      </div>
    </div>
  );
}

function GapList({ gaps }: { readonly gaps: readonly Gap[] }) {
  const [all, setAll] = useState(false);
  const { zone } = useDesk();
  const deployments = new Set(gaps.map((g) => g.deployment));
  if (gaps.length === 0) return <p className={styles.none}>No day without records within any deployment's sources.</p>;
  return (
    <div className={styles.gaps}>
      <ul aria-label="Stretches without records">
        {gaps.slice(0, gapsShown).map((g) => (
          <GapLine key={`${g.deployment} ${g.from}`} gap={g} zone={zone} named={deployments.size > 1} />
        ))}
      </ul>
      <p className={styles.zone}>
        {zone}
        {deployments.size === 1 && (
          <>
            , deployment <LogText text={gaps[0]?.deployment ?? ''} max={100} />
          </>
        )}
      </p>
      {gaps.length > gapsShown && (
        <Button variant="link" size="s" onPress={() => setAll(true)}>
          Show all {count(gaps.length)}
        </Button>
      )}
      <Dialog
        title={`Stretches without records: ${count(gaps.length)}`}
        isOpen={all}
        onClose={() => setAll(false)}
        width={520}
      >
        <ul className={styles.allGaps}>
          {gaps.map((g) => (
            <GapLine key={`${g.deployment} ${g.from}`} gap={g} zone={zone} named />
          ))}
        </ul>
        <p className={styles.zone}>
          {zone}; the longest {count(gaps.length)}, by day of UTC
        </p>
      </Dialog>
    </div>
  );
}

function GapLine({ gap, zone, named }: { readonly gap: Gap; readonly zone: string; readonly named: boolean }) {
  const from = minuteStamp(gap.from, zone);
  const to = minuteStamp(gap.to, zone);
  return (
    <li className={styles.line} title={`${from} → ${to} ${zone}, ${visibleText(gap.deployment)}`}>
      <Icon name="warn" size="xs" />
      <span className={styles.stretch}>
        {from} → {to.slice(0, 4) === from.slice(0, 4) ? to.slice(5) : to}
        {named && (
          <span className={styles.of}>
            {' '}
            <LogText text={gap.deployment} max={100} />
          </span>
        )}
      </span>
      <span className={styles.long}>{stretchWords(Date.parse(gap.from), Date.parse(gap.to))}</span>
    </li>
  );
}

/** The same for screen readers, who get no bars. */
function CoverageTable({ coverage }: { readonly coverage: Coverage }) {
  const dayOf = (n: number) => new Date(coverage.start + n * 86_400_000).toISOString().slice(0, 10);
  return (
    <Spoken>
      <table>
        <caption>Days with records by source</caption>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">First day</th>
            <th scope="col">Last day</th>
            <th scope="col">Days with records</th>
            <th scope="col">Records</th>
          </tr>
        </thead>
        <tbody>
          {coverage.lanes.map((lane) => {
            const days = lane.bars.map((b) => b.day);
            return (
              <tr key={lane.source.number}>
                <th scope="row">{visibleText(lane.source.path)}</th>
                <td>{dayOf(days.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY))}</td>
                <td>{dayOf(days.reduce((a, b) => Math.max(a, b), 0))}</td>
                <td>{counted(days.length, 'day')}</td>
                <td>{count(lane.records)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Spoken>
  );
}
