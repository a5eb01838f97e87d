import { type KeyboardEvent, type PointerEvent, useId, useMemo, useRef, useState } from 'react';
import type { Gap, Timeline } from '../backend/types';
import { useWidth } from '../ui/useWidth';
import { visibleText } from '../ui/visible';
import { axisOf, barAt, barsOf, shapesOf, stretchesOf, ticksOf } from './geometry';
import { SpokenTimeline } from './SpokenTimeline';
import styles from './TimelineChart.module.css';
import { captionOf, rangeWords, sumWords } from './words';

export interface TimelineChartProps {
  readonly timeline: Timeline;
  readonly gaps: readonly Gap[];
  readonly soFar: string;
  /** A range was chosen: two instants, RFC 3339 in UTC, the second exclusive. */
  onRange(after: string, before: string): void;
}

const plotHeight = 58;
const padding = 12;

interface Range {
  /** Bars, both included; the anchor stays, the end moves. */
  readonly anchor: number;
  readonly end: number;
}

/** Events over time. A range is dragged, or chosen with arrows, Shift and Enter; Escape lets go of it. */
export function TimelineChart({ timeline, gaps, soFar, onRange }: TimelineChartProps) {
  const pattern = useId();
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot, 800);
  const [hovered, setHovered] = useState<number>();
  const [range, setRange] = useState<Range>();
  const [dragging, setDragging] = useState(false);

  // A range is one of bars: with other bars there is none.
  const [shown, setShown] = useState(timeline);
  if (shown !== timeline) {
    setShown(timeline);
    setRange(undefined);
    setDragging(false);
  }

  const { zone } = timeline;
  const bars = useMemo(() => barsOf(timeline), [timeline]);
  const axis = useMemo(() => axisOf(bars, width), [bars, width]);
  const shapes = useMemo(() => shapesOf(bars, axis, plotHeight), [bars, axis]);
  const ticks = useMemo(() => (bars.length === 0 ? [] : ticksOf(axis, zone)), [bars, axis, zone]);
  const stretches = useMemo(() => stretchesOf(gaps, axis), [gaps, axis]);

  const first = range === undefined ? undefined : Math.min(range.anchor, range.end);
  const last = range === undefined ? undefined : Math.max(range.anchor, range.end);
  const from = first === undefined ? undefined : bars[first]?.from;
  const to = last === undefined ? undefined : bars[last]?.to;

  const apply = (chosen: Range) => {
    const start = bars[Math.min(chosen.anchor, chosen.end)];
    const end = bars[Math.max(chosen.anchor, chosen.end)];
    if (start === undefined || end === undefined) return;
    onRange(instant(start.from), instant(end.to));
  };

  const barUnder = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect();
    return box === undefined ? -1 : barAt(bars, axis, event.clientX - box.left);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const at = barUnder(event);
    if (event.button !== 0 || at < 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragging(true);
    setRange({ anchor: at, end: at });
  };
  const onPointerMove = (event: PointerEvent) => {
    const at = barUnder(event);
    setHovered(at);
    if (dragging) setRange((r) => (r === undefined || r.end === at ? r : { ...r, end: at }));
  };
  const onPointerUp = () => {
    if (!dragging) return;
    setDragging(false);
    if (range !== undefined) apply(range);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
      Home: -bars.length,
      End: bars.length,
    };
    const by = moves[event.key];
    if (by !== undefined && bars.length > 0) {
      event.preventDefault();
      setRange((r) => {
        const start = r?.end ?? (by === bars.length ? 0 : -by);
        const end = Math.max(0, Math.min(bars.length - 1, start + by));
        return { anchor: event.shiftKey && r !== undefined ? r.anchor : end, end };
      });
    } else if (event.key === 'Enter' && range !== undefined) {
      event.preventDefault();
      apply(range);
    } else if (event.key === 'Escape' && range !== undefined) {
      event.stopPropagation();
      setRange(undefined);
      setDragging(false);
    }
  };

  const words =
    from !== undefined && to !== undefined && first !== undefined && last !== undefined
      ? { range: rangeWords(from, to, zone), sum: sumWords(bars, first, last), x: axis.x((from + to) / 2) }
      : undefined;
  const under = hovered === undefined ? undefined : bars[hovered];
  const gapUnder = under === undefined ? undefined : stretches.find((s) => s.from < under.to && s.to > under.from);
  const tip =
    words ??
    (under === undefined || hovered === undefined
      ? undefined
      : {
          range: rangeWords(under.from, under.to, zone),
          sum:
            sumWords(bars, hovered, hovered) +
            (gapUnder === undefined
              ? ''
              : `, no records of ${gapUnder.deployments.map(visibleText).join(' and ')} in part`),
          x: axis.x((under.from + under.to) / 2),
        });
  const now = range === undefined ? 0 : range.end;

  return (
    <section className={styles.timeline} aria-label="Timeline">
      <div className={styles.caption}>
        <span>
          {captionOf(timeline, bars)}
          {soFar}
        </span>
        <span className={styles.grow} />
        <span className={styles.key}>
          <i className={styles.swatch} />
          ok
        </span>
        <span className={styles.key}>
          <i className={`${styles.swatch} ${styles.swatchFailed}`} />
          failed
        </span>
        <span className={styles.key}>
          <i className={`${styles.swatch} ${styles.swatchGap}`} />
          no records
        </span>
        <span>{zone}</span>
      </div>
      <div
        ref={plot}
        role="slider"
        tabIndex={0}
        aria-label="Range of time: arrows move, Shift extends, Enter filters"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bars.length - 1)}
        aria-valuenow={now}
        aria-valuetext={words === undefined ? 'No range chosen' : `${words.range}, ${words.sum}`}
        className={styles.plot}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          setDragging(false);
          setRange(undefined);
        }}
        onPointerLeave={() => setHovered(undefined)}
        onKeyDown={onKeyDown}
      >
        <svg className={styles.svg} width={width} height={plotHeight} aria-hidden="true">
          <defs>
            <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <path d="M0 0V6" className={styles.hatch} />
            </pattern>
          </defs>
          {from !== undefined && to !== undefined && (
            <rect
              className={styles.brush}
              x={axis.x(from)}
              width={axis.x(to) - axis.x(from)}
              y={-6}
              height={plotHeight + 6}
            />
          )}
          {stretches.map((s) => {
            const x = axis.x(s.from);
            const w = Math.max(2, axis.x(s.to) - x);
            return (
              <g key={`${s.from} ${s.to}`}>
                <rect x={x} width={w} y={-6} height={plotHeight + 6} fill={`url(#${pattern})`} />
                <path d={`M${x} -6V${plotHeight}M${x + w} -6V${plotHeight}`} className={styles.gapEdge} />
              </g>
            );
          })}
          <path d={shapes.ok} className={styles.ok} />
          <path d={shapes.failed} className={styles.failed} />
          {hovered !== undefined && range === undefined && under !== undefined && (
            <rect
              className={styles.brush}
              x={axis.x(under.from)}
              width={Math.max(1, axis.x(under.to) - axis.x(under.from))}
              y={-6}
              height={plotHeight + 6}
            />
          )}
          {from !== undefined && to !== undefined && (
            <path d={`M${axis.x(from)} -6V${plotHeight}M${axis.x(to)} -6V${plotHeight}`} className={styles.brushEdge} />
          )}
          <path d={`M0 ${plotHeight - 0.5}H${width}`} className={styles.ground} />
        </svg>
        {from !== undefined && to !== undefined && (
          <>
            <i className={styles.handle} style={{ left: axis.x(from) }} />
            <i className={styles.handle} style={{ left: axis.x(to) }} />
          </>
        )}
      </div>
      <div className={styles.axis} aria-hidden="true">
        {ticks.map((t) => (
          <span key={t.at} style={{ left: Math.min(axis.x(t.at), width - 40) }}>
            {t.label}
          </span>
        ))}
      </div>
      {tip !== undefined && (
        <div
          className={styles.tip}
          style={{ left: padding + Math.max(150, Math.min(width - 150, tip.x)) }}
          aria-hidden="true"
        >
          <b>{tip.range}</b>&ensp;{tip.sum}
        </div>
      )}
      <SpokenTimeline bars={bars} stretches={stretches} zone={zone} />
    </section>
  );
}

/** RFC 3339 in UTC, without the fraction of a whole second. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
