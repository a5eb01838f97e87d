import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { HistoryRow, SettingsSpan } from '../backend/types';
import { useDesk } from '../desk';
import { type Axis, stretchesOf, ticksOf } from '../timeline/geometry';
import { Icon } from '../ui/icons';
import { useWidth } from '../ui/useWidth';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { epochMs, minuteStamp } from '../view/time';
import {
  type BandLook,
  bandsOf,
  type DrawnBand,
  drawnAt,
  drawnBands,
  type Mark,
  type MarkKind,
  markAt,
  marksOf,
} from './bands';
import { type Bounds, boundsOf } from './instants';
import { SpokenWrites } from './SpokenWrites';
import { Value } from './StateValue';
import { StripReadout } from './StripReadout';
import { stripAxis } from './strip';
import type { Writes } from './useWrites';
import styles from './ValueStrip.module.css';
import { settingName, writeWords } from './words';

export interface ValueStripProps {
  readonly writes: Writes;
  readonly span: SettingsSpan | undefined;
  readonly zone: string;
  /** Place of the chosen write among the writes; -1 for none. */
  readonly chosen: number;
  /** Instants to be drawn across it, RFC 3339. */
  readonly instants?: readonly { readonly name: string; readonly at: string }[];
  /** Takes the focus as it is drawn: it stands in place of one that had it. */
  readonly focused?: boolean;
  onOpen(write: HistoryRow): void;
}

/** What a pointer is over: several writes, where they are folded into one shape. */
interface Under {
  readonly first: number;
  readonly last: number;
}

/** Pixels below which no value is written into a band. */
const labelled = 34;
/** Height of the place for marks of attempts, above the bands. */
const marksHeight = 12;

/**
 * The recorded values of one setting over the case's period: a band for each, marks of what was not applied, hatching where no
 * record is. Arrows go from write to write, Enter or a click opens one.
 */
export function ValueStrip({ writes, span, zone, chosen, instants = [], focused = false, onOpen }: ValueStripProps) {
  const { caseInfo } = useDesk();
  const { rows, older, newer, setting } = writes;
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot, 300);
  const [under, setUnder] = useState<Under>();
  const start = chosen < 0 ? rows.length - 1 : chosen;
  const [at, setAt] = useState(start);
  const [of, setOf] = useState({ rows, chosen });
  if (of.rows !== rows || of.chosen !== chosen) {
    setOf({ rows, chosen });
    setAt(start);
    setUnder(undefined);
  }

  useEffect(() => {
    if (focused) plot.current?.focus({ preventScroll: true });
  }, [focused]);

  const oldest = rows[0]?.time;
  const newest = rows.at(-1)?.time;
  const bounds = useMemo<Bounds | undefined>(
    () =>
      caseInfo === undefined
        ? undefined
        : boundsOf(span, caseInfo.engagement, ...[oldest, newest].filter((t): t is string => t !== undefined)),
    [span, caseInfo, oldest, newest],
  );
  const drawing = useMemo(
    () => (bounds === undefined ? undefined : draw(writes, bounds, width)),
    [writes, bounds, width],
  );
  const gaps = useMemo(
    () =>
      drawing === undefined
        ? []
        : stretchesOf(
            [...(span?.gaps ?? []).filter((g) => g.deployment === setting.deployment), ...outsideOf(writes, bounds)],
            drawing.axis,
          ),
    [span, drawing, writes, bounds, setting.deployment],
  );
  const ticks = useMemo(() => (drawing === undefined ? [] : innerTicks(drawing.axis, zone)), [drawing, zone]);
  if (drawing === undefined) return null;
  const { axis, bands, drawn, marks } = drawing;

  const shown = under ?? { first: at, last: at };
  const xOf = (place: number) => axis.x(epochMs(rows[place]?.time ?? ''));
  const placeUnder = (event: MouseEvent): Under | undefined => {
    const box = plot.current?.getBoundingClientRect();
    if (box === undefined) return undefined;
    const x = event.clientX - box.left;
    const mark = event.clientY - box.top < marksHeight + 2 ? markAt(marks, x) : undefined;
    if (mark !== undefined) return { first: mark.writes[0] ?? 0, last: mark.writes.at(-1) ?? 0 };
    const found = drawnAt(drawn, x);
    if (found === undefined) return undefined;
    const first = bands[found.first]?.first ?? -1;
    return { first, last: found.first === found.last ? first : (bands[found.last]?.first ?? first) };
  };
  const open = (place: number) => {
    const write = rows[place];
    if (write !== undefined) onOpen(write);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeByKey(event.key, at, rows.length);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (to !== undefined && rows.length > 0) {
      event.preventDefault();
      setUnder(undefined);
      setAt(to);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(at);
    }
  };

  const name = visibleText(settingName(setting));
  const value = rows[at];
  return (
    <div className={styles.strip}>
      <div
        ref={plot}
        role="slider"
        tabIndex={0}
        aria-label={`Values of ${name} over time: arrows go from write to write, Enter opens one`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, rows.length - 1)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={
          value === undefined
            ? `${counted(rows.length, 'write')}, none chosen`
            : `${at + 1} of ${rows.length}: ${writeWords(value, bands, at, zone)}`
        }
        className={styles.plot}
        onPointerMove={(event) => setUnder(placeUnder(event))}
        onPointerLeave={() => setUnder(undefined)}
        onClick={(event) => open(placeUnder(event)?.last ?? -1)}
        onKeyDown={onKeyDown}
      >
        <div className={styles.bands} aria-hidden="true">
          {drawn.map((d) => (
            <DrawnValue
              key={d.first}
              drawn={d}
              look={bands[d.first]?.look ?? 'unknown'}
              write={rows[bands[d.first]?.first ?? -1]}
              before={rows.find((r) => r.applied)}
              chosen={chosen >= 0 && isWithin(bands, d, chosen)}
              kind={setting.kind}
              zone={zone}
            />
          ))}
          {gaps.map((g) => (
            <i
              key={`${g.from} ${g.to}`}
              className={styles.gap}
              style={{ left: axis.x(g.from), width: Math.max(4, axis.x(g.to) - axis.x(g.from)) }}
            />
          ))}
        </div>
        <svg className={styles.marks} width={width} height={height} aria-hidden="true">
          {chosen >= 0 && <path className={styles.chosenMark} d={`M${xOf(chosen)} 2V${height}`} />}
          {marks.map((m) => (
            <MarkShape key={`${m.kind} ${m.writes[0]}`} mark={m} />
          ))}
          {instants.map(({ name, at }) => (
            <g key={name} className={styles.instant} transform={`translate(${axis.x(epochMs(at))} 0)`}>
              <path d={`M0 0V${height}`} />
              <text x={axis.x(epochMs(at)) > width / 2 ? -4 : 4} y="9">
                {name}
              </text>
            </g>
          ))}
          {at >= 0 && <path className={styles.cursor} d={`M${xOf(at) - 4} 0h8l-4 6z`} />}
        </svg>
      </div>
      <div className={styles.axis} aria-hidden="true">
        {ticks.map((t) => (
          <span key={t.at} style={{ left: axis.x(t.at) }}>
            {t.label}
          </span>
        ))}
        <span className={styles.first}>{minuteStamp(axis.from, zone).slice(0, 10)}</span>
        <span className={styles.last}>{minuteStamp(axis.to, zone).slice(0, 10)}</span>
      </div>
      <StripReadout writes={writes} bands={bands} gaps={gaps} first={shown.first} last={shown.last} zone={zone} />
      <p className={styles.legend} aria-hidden="true">
        {[...new Set(marks.map((m) => m.kind))].map((kind) => (
          <span key={kind}>
            <svg width="12" height="12" aria-hidden="true">
              <MarkShape mark={{ kind, x: 6, writes: [0] }} small />
            </svg>
            {kindWords[kind]}
          </span>
        ))}
        {gaps.length > 0 && (
          <span>
            <i className={styles.keyGap} />
            no records
          </span>
        )}
        {older + newer > 0 && (
          <span>
            {[...(older > 0 ? [`${count(older)} earlier`] : []), ...(newer > 0 ? [`${count(newer)} later`] : [])].join(
              ' and ',
            )}{' '}
            writes not drawn
          </span>
        )}
      </p>
      <SpokenWrites writes={writes} bands={bands} gaps={gaps} name={name} zone={zone} />
    </div>
  );
}

const kindWords: Readonly<Record<MarkKind, string>> = {
  refused: 'denied or failed',
  unsure: 'effect unknown',
  break: 'a change that the log lacks',
};

/** Height of marks and bands. */
const height = marksHeight + 26;

function draw(writes: Writes, bounds: Bounds, width: number) {
  const { rows, older, newer } = writes;
  const axis = stripAxis(bounds, width);
  // Beyond writes that were not brought, nothing is drawn.
  const from = older > 0 ? epochMs(rows[0]?.time ?? '') : axis.from;
  const to = newer > 0 ? epochMs(rows.at(-1)?.time ?? '') : axis.to;
  const bands = bandsOf(rows, from, to);
  return { axis, bands, drawn: drawnBands(bands, axis), marks: marksOf(rows, axis) };
}

/** The time of the case that no record of the setting's deployment is of, before its first and after its last one. */
function outsideOf({ setting, begin, end }: Writes, bounds: Bounds | undefined) {
  if (bounds === undefined || begin === undefined || end === undefined) return [];
  return [
    { deployment: setting.deployment, from: bounds.fromText, to: begin },
    { deployment: setting.deployment, from: end, to: bounds.toText },
  ];
}

/** Pixels that the dates at both ends take. */
const endRoom = 72;

/** Marks at round times between the dates at the ends. */
function innerTicks(axis: Axis, zone: string) {
  return ticksOf(axis, zone).filter((t) => axis.x(t.at) > endRoom && axis.x(t.at) < axis.width - endRoom - 44);
}

function placeByKey(key: string, at: number, writes: number): number | undefined {
  const within = (place: number) => Math.max(0, Math.min(writes - 1, place));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return within(at - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return within(at + 1);
    case 'PageUp':
      return within(at - 10);
    case 'PageDown':
      return within(at + 10);
    case 'Home':
      return 0;
    case 'End':
      return within(writes - 1);
  }
  return undefined;
}

function isWithin(bands: ReturnType<typeof bandsOf>, { first, last }: DrawnBand, chosen: number): boolean {
  const [a, b] = [bands[first], bands[last]];
  return a !== undefined && b !== undefined && a.first <= chosen && chosen <= b.last;
}

interface DrawnValueProps {
  readonly drawn: DrawnBand;
  readonly look: BandLook;
  /** The write that set it. */
  readonly write: HistoryRow | undefined;
  /** The first applied write, which says what was before it. */
  readonly before: HistoryRow | undefined;
  readonly chosen: boolean;
  readonly kind: HistoryRow['kind'];
  readonly zone: string;
}

const looks: Readonly<Record<BandLook, string | undefined>> = {
  value: styles.value,
  secret: styles.secret,
  'not recorded': styles.unrecorded,
  earlier: styles.earlier,
  unknown: styles.unknown,
};

function DrawnValue({ drawn, look, write, before, chosen, kind, zone }: DrawnValueProps) {
  const folded = drawn.last > drawn.first;
  const classes = [styles.band, folded ? styles.folded : looks[look], chosen && styles.chosen]
    .filter(Boolean)
    .join(' ');
  return (
    <span className={classes} style={{ left: drawn.left, width: drawn.width }}>
      {drawn.width >= labelled && !folded && (
        <span className={styles.label}>
          {look === 'secret' ? (
            <Icon name="lock" size="xs" />
          ) : look === 'unknown' ? (
            'unknown'
          ) : look === 'not recorded' ? (
            'not recorded'
          ) : (
            <BandValue value={look === 'earlier' ? before?.old : write?.new} write={write} kind={kind} zone={zone} />
          )}
        </span>
      )}
    </span>
  );
}

function BandValue({
  value,
  write,
  kind,
  zone,
}: {
  readonly value: HistoryRow['new'];
  readonly write: HistoryRow | undefined;
  readonly kind: HistoryRow['kind'];
  readonly zone: string;
}) {
  if (value === undefined) return '…';
  return <Value value={value} kind={write?.kind ?? kind} zone={zone} />;
}

/** Attempts are an octagon or a triangle above the bands, a change that the log lacks a torn line through them. */
function MarkShape({ mark: { kind, x }, small = false }: { readonly mark: Mark; readonly small?: boolean }) {
  switch (kind) {
    case 'refused':
      return (
        <g className={styles.refused} transform={`translate(${x} ${small ? 6 : marksHeight / 2})`}>
          <path d="M-2 -5h4l3 3v4l-3 3h-4l-3 -3v-4z" />
          <path d="M-2 -2l4 4M2 -2l-4 4" />
        </g>
      );
    case 'unsure':
      return (
        <g className={styles.unsure} transform={`translate(${x} ${small ? 6 : marksHeight / 2})`}>
          <path d="M0 -4.5l5 9h-10z" />
          <path d="M0 -1.2v2.4M0 2.9v.1" />
        </g>
      );
    case 'break':
      return (
        <path
          className={styles.torn}
          d={small ? `M${x} 0l3 3l-6 3l6 3l-3 3` : `M${x} ${marksHeight - 2}l3 4l-6 4.5l6 4.5l-6 4.5l6 4.5l-3 4`}
        />
      );
  }
}
