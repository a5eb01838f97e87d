import { type KeyboardEvent, type PointerEvent, useId, useMemo, useRef, useState } from 'react';
import type { SettingsResult, SettingsSpan } from '../backend/types';
import { stretchesOf, ticksOf } from '../timeline/geometry';
import { rangeWords } from '../timeline/words';
import { Spoken } from '../ui/Spoken';
import { useWidth } from '../ui/useWidth';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { epochMs } from '../view/time';
import styles from './DateStrip.module.css';
import { InstantEditor } from './InstantEditor';
import { type Bounds, held, instantText, instantWithin, moved, snapped } from './instants';
import { marksPath, pinPlaces, stripAxis } from './strip';
import { differWords } from './words';

export type Which = 'from' | 'at';

export interface DateStripProps {
  readonly bounds: Bounds;
  readonly span: SettingsSpan | undefined;
  readonly zone: string;
  /** The earlier instant; undefined where there is only one. */
  readonly from: string | undefined;
  readonly at: string;
  /** Of the instants shown. */
  readonly result: SettingsResult | undefined;
  readonly soFar: string;
  /** An instant moves: it is looked at, but no step yet. */
  onMove(which: Which, instant: string): void;
  /** It came to rest. */
  onRest(which: Which, instant: string): void;
  /** It goes back to where it was. */
  onCancel(): void;
}

const plotHeight = 32;
/** How far a pin may stand out of the plot, and how far two pins stay apart, in pixels. */
const pinRoom = { margin: 32, between: 6 };
/** Rough width of a letter in a pin, in pixels. */
const letter = 6.25;
/** Least distance of the two instants. */
const minute = 60_000;
/** Pixels that a pressed pin may tremble without being dragged. */
const tremble = 3;

interface Drag {
  readonly which: Which;
  /** From the pointer to the instant's line. */
  readonly grip: number;
  readonly begun: number;
  readonly far: boolean;
  readonly instant: string;
}

/**
 * The case's period as a strip: a mark a day with writes, hatched stretches without records, and one or two instants that
 * are dragged, moved by keys, or typed.
 */
export function DateStrip(props: DateStripProps) {
  const { bounds, span, zone, from, at, result, soFar } = props;
  const pattern = useId();
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot, 800);
  const [drag, setDrag] = useState<Drag>();
  const [keyed, setKeyed] = useState<{ readonly which: Which; readonly instant: string }>();
  const [typing, setTyping] = useState<Which>();

  const axis = useMemo(() => stripAxis(bounds, width), [bounds, width]);
  const marks = useMemo(() => marksPath(span?.days ?? [], axis, plotHeight - 8), [span, axis]);
  const stretches = useMemo(() => stretchesOf(span?.gaps ?? [], axis), [span, axis]);
  const ticks = useMemo(() => ticksOf(axis, zone), [axis, zone]);

  const atMs = epochMs(at);
  const fromMs = from === undefined ? undefined : epochMs(from);
  const clamp = (which: Which, ms: number) =>
    which === 'from'
      ? held(ms, bounds.from, atMs - minute)
      : held(ms, fromMs === undefined ? bounds.from : fromMs + minute, bounds.to);
  const xOf = (which: Which) => axis.x(which === 'at' ? atMs : (fromMs ?? atMs));

  /** The instant under a place of the strip: round, but at the ends the very ends. */
  const instantAt = (which: Which, x: number) => {
    const perPixel = (bounds.to - bounds.from) / width;
    const ms = x >= width ? bounds.to : x <= 0 ? bounds.from : snapped(bounds.from + x * perPixel, perPixel, zone);
    return instantWithin(bounds, clamp(which, ms));
  };

  const begin = (event: PointerEvent<HTMLElement>, which: Which, grip: number) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ which, grip, begun: event.clientX, far: false, instant: which === 'at' ? at : (from ?? at) });
  };
  const onPinDown = (event: PointerEvent<HTMLElement>, which: Which) => {
    if (event.button !== 0) return;
    begin(event, which, xOf(which) - (event.clientX - (plot.current?.getBoundingClientRect().left ?? 0)));
  };
  const onPlotDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const x = event.clientX - (plot.current?.getBoundingClientRect().left ?? 0);
    const which = fromMs !== undefined && Math.abs(x - xOf('from')) < Math.abs(x - xOf('at')) ? 'from' : 'at';
    begin(event, which, 0);
    move(which, x, event.clientX, true);
  };
  const move = (which: Which, x: number, clientX: number, far: boolean) => {
    const instant = instantAt(which, x);
    setDrag((d) => (d === undefined ? d : { ...d, begun: far ? Number.NEGATIVE_INFINITY : clientX, far, instant }));
    props.onMove(which, instant);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (drag === undefined) return;
    if (!drag.far && Math.abs(event.clientX - drag.begun) <= tremble) return;
    const x = event.clientX - (plot.current?.getBoundingClientRect().left ?? 0) + drag.grip;
    const instant = instantAt(drag.which, x);
    if (drag.far && instant === drag.instant) return;
    setDrag({ ...drag, far: true, instant });
    props.onMove(drag.which, instant);
  };
  const onPointerUp = () => {
    if (drag === undefined) return;
    setDrag(undefined);
    if (drag.far) props.onRest(drag.which, drag.instant);
    else setTyping(drag.which);
  };
  const cancel = () => {
    setDrag(undefined);
    setKeyed(undefined);
    props.onCancel();
  };

  const onKeyDown = (event: KeyboardEvent, which: Which) => {
    const now = which === 'at' ? at : (from ?? at);
    const sign = event.key === 'ArrowLeft' || event.key === 'ArrowDown' || event.key === 'PageDown' ? -1 : 1;
    let next: number | undefined;
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowDown':
      case 'ArrowRight':
      case 'ArrowUp':
        next = epochMs(moved(now, event.shiftKey ? { months: sign } : { days: sign }, zone));
        break;
      case 'PageUp':
      case 'PageDown':
        next = epochMs(moved(now, { months: sign }, zone));
        break;
      case 'Home':
        next = bounds.from;
        break;
      case 'End':
        next = bounds.to;
        break;
      case 'Enter':
      case 'F2':
      case ' ':
        event.preventDefault();
        setTyping(which);
        return;
      case 'Escape':
        if (drag === undefined && keyed === undefined) return;
        event.stopPropagation();
        cancel();
        return;
    }
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const instant = instantWithin(bounds, clamp(which, next));
    setKeyed({ which, instant });
    props.onMove(which, instant);
  };
  // A key that is held moves on; the step is made when it is let go.
  const rest = () => {
    if (keyed === undefined) return;
    setKeyed(undefined);
    props.onRest(keyed.which, keyed.instant);
  };

  const pins: readonly Which[] = from === undefined ? ['at'] : ['from', 'at'];
  const labels = { from: instantText(from ?? at, zone), at: instantText(at, zone) };
  const pinWidth = Math.round((pins.length > 1 ? 32 : 20) + (labels.at.length + 1 + zone.length) * letter);
  const places = pinPlaces(
    pins.map((which) => xOf(which)),
    pinWidth,
    width,
    pinRoom,
  );
  const brushFrom = fromMs === undefined ? bounds.from : fromMs;

  return (
    <section className={styles.strip} aria-label="Instants">
      <div className={styles.room}>
        {pins.map((which, i) => (
          <Pin
            key={which}
            which={which}
            alone={from === undefined}
            label={labels[which]}
            zone={zone}
            left={places[i]?.left ?? 0}
            width={pinWidth}
            value={which === 'at' ? atMs : (fromMs ?? atMs)}
            bounds={bounds}
            moving={drag?.which === which}
            onPointerDown={(event) => onPinDown(event, which)}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerCancel={cancel}
            onKeyDown={(event) => onKeyDown(event, which)}
            onKeyUp={rest}
            onBlur={rest}
          />
        ))}
        <div
          ref={plot}
          className={styles.plot}
          onPointerDown={onPlotDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerCancel={cancel}
          aria-hidden="true"
        >
          <svg className={styles.svg} width={width} height={plotHeight} aria-hidden="true">
            <defs>
              <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path d="M0 0V6" className={styles.hatch} />
              </pattern>
            </defs>
            <rect
              className={styles.brush}
              x={axis.x(brushFrom)}
              width={Math.max(0, axis.x(atMs) - axis.x(brushFrom))}
              height={plotHeight}
            />
            <path d={marks} className={styles.marks} transform="translate(0 4)" />
            {stretches.map((s) => {
              const x = axis.x(s.from);
              const w = Math.max(4, axis.x(s.to) - x);
              return (
                <rect
                  key={`${s.from} ${s.to}`}
                  x={x}
                  width={w}
                  height={plotHeight}
                  fill={`url(#${pattern})`}
                  className={styles.gap}
                >
                  <title>{`No records of ${s.deployments.map(visibleText).join(' and ')}: ${rangeWords(s.from, s.to, zone)}`}</title>
                </rect>
              );
            })}
            <path d={`M0 ${plotHeight - 3.5}H${width}`} className={styles.ground} />
            {bounds.periodFrom !== undefined && bounds.periodTo !== undefined && (
              <path
                d={`M${axis.x(bounds.periodFrom)} ${plotHeight - 3.5}H${axis.x(bounds.periodTo)}`}
                className={styles.period}
              />
            )}
            {fromMs !== undefined && (
              <path d={`M${axis.x(fromMs)} -8V${plotHeight}`} className={`${styles.line} ${styles.lineFrom}`} />
            )}
            <path d={`M${axis.x(atMs)} -8V${plotHeight}`} className={`${styles.line} ${styles.lineAt}`} />
          </svg>
        </div>
        <div className={styles.axis} aria-hidden="true">
          {ticks.map((t) => (
            <span key={t.at} style={{ left: Math.min(axis.x(t.at), width - 40) }}>
              {t.label}
            </span>
          ))}
        </div>
      </div>
      <p className={styles.foot}>
        <Summary result={result} two={from !== undefined} soFar={soFar} />
        <span className={styles.legend}>
          <span>
            <i className={styles.keyGap} />
            no records of a deployment
          </span>
          <span>
            <i className={styles.keyMark} />a day with writes to settings, its height their number
          </span>
        </span>
      </p>
      <Spoken>
        {counted(span?.days.length ?? 0, 'day')} with writes to settings.{' '}
        {stretches.length === 0
          ? 'No stretch without records.'
          : stretches
              .slice(0, 40)
              .map(
                (s) => `No records of ${s.deployments.map(visibleText).join(', ')}: ${rangeWords(s.from, s.to, zone)}.`,
              )
              .join(' ')}
      </Spoken>
      {typing !== undefined && (
        <InstantEditor
          key={typing}
          name={from === undefined ? '' : typing === 'from' ? 'A' : 'B'}
          instant={typing === 'from' ? (from ?? at) : at}
          zone={zone}
          low={typing === 'from' || fromMs === undefined ? bounds.from : fromMs + minute}
          high={typing === 'from' ? atMs - minute : bounds.to}
          bounds={bounds}
          place={places[typing === 'at' && from !== undefined ? 1 : 0]?.left ?? 0}
          onTake={(instant) => {
            setTyping(undefined);
            props.onRest(typing, instant);
          }}
          onClose={() => setTyping(undefined)}
        />
      )}
    </section>
  );
}

interface PinProps {
  readonly which: Which;
  readonly alone: boolean;
  readonly label: string;
  readonly zone: string;
  readonly left: number;
  readonly width: number;
  readonly value: number;
  readonly bounds: Bounds;
  readonly moving: boolean;
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  onPointerMove(event: PointerEvent<HTMLElement>): void;
  onPointerUp(event: PointerEvent<HTMLElement>): void;
  onPointerCancel(): void;
  onKeyDown(event: KeyboardEvent): void;
  onKeyUp(): void;
  onBlur(): void;
}

function Pin({ which, alone, label, zone, left, width, value, bounds, moving, ...on }: PinProps) {
  const name = alone ? 'Instant' : which === 'from' ? 'Instant A, the earlier' : 'Instant B, the later';
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={`${name}: arrows move a day, Shift a month, Enter types it`}
      aria-valuemin={bounds.from}
      aria-valuemax={bounds.to}
      aria-valuenow={value}
      aria-valuetext={`${label} ${zone}`}
      title="Drag, or click to type; arrows move a day, Shift a month"
      className={[styles.pin, which === 'at' ? styles.pinAt : styles.pinFrom, moving && styles.moving]
        .filter(Boolean)
        .join(' ')}
      style={{ left, width }}
      {...on}
    >
      {!alone && <b>{which === 'from' ? 'A' : 'B'}</b>}
      <span>
        {label} {zone}
      </span>
    </div>
  );
}

function Summary({
  result,
  two,
  soFar,
}: {
  readonly result: SettingsResult | undefined;
  readonly two: boolean;
  readonly soFar: string;
}) {
  if (result === undefined) return <span className={styles.summary} />;
  const writes = result.writes === 1 ? 'logged write' : 'logged writes';
  if (!two || result.from === undefined) {
    return (
      <span className={styles.summary}>
        <b>{count(result.total)}</b> {result.total === 1 ? 'setting' : 'settings'}, after {count(result.writes)}{' '}
        {writes}
        {soFar}
      </span>
    );
  }
  const words = differWords(result);
  return (
    <span className={styles.summary}>
      {count(result.writes)} {writes} between them{soFar}; <b>{words.strong}</b>
      {words.rest}
    </span>
  );
}
