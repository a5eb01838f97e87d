import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { ContextMenu } from './ContextMenu';
import { Icon, type IconName } from './icons';
import type { MenuGroup } from './Menu';
import { type Item, layoutOf, type Section } from './table/layout';
import { reveal, scaleOf } from './table/scale';
import styles from './VirtualTable.module.css';

export interface Column<R> {
  readonly id: string;
  readonly title: string;
  /** In place of the title in the head, where it needs more than the word. */
  readonly head?: ReactNode;
  /** A track of CSS grid: "98px", "minmax(0, 1fr)". */
  readonly width: string;
  readonly sort?: 'ascending' | 'descending' | undefined;
  onSort?(): void;
  readonly className?: string | undefined;
  render(row: R): ReactNode;
}

/** A small button that stands in the cell under the pointer. The row's menu must offer the same, for keys. */
export interface CellAction {
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  run(): void;
}

export interface VirtualTableHandle {
  focus(): void;
}

export interface VirtualTableProps<R> {
  /** For screen readers. */
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly sections: readonly Section[];
  /** 0: sections have no header. */
  readonly sectionHeight?: number;
  readonly rowHeight?: number;
  renderSection?(section: Section, index: number): ReactNode;
  /** The row at a place of the result; undefined until it has arrived. */
  row(index: number): R | undefined;
  /** Told which rows are on screen, so that they can be fetched. */
  onRange(first: number, last: number): void;
  /** The chosen row; -1 for none. */
  readonly cursor: number;
  onCursor(index: number): void;
  /** Enter, or a click on a row. */
  onOpen(index: number): void;
  /** Escape. */
  onClose(): void;
  /** Another value brings the table back to its first row, or to the cursor if there is one. */
  readonly resetKey: string;
  /** Height of what stands open below a row, by index; `renderBelow` draws it. */
  readonly below?: ReadonlyMap<number, number>;
  renderBelow?(row: R, index: number): ReactNode;
  cellActions?(row: R, column: string): readonly CellAction[];
  menu?(row: R, column: string | undefined): readonly MenuGroup[];
  rowClassName?(row: R): string | undefined;
  /** A newer result is on its way. */
  readonly busy?: boolean;
  /** What to say in place of rows. */
  readonly empty?: ReactNode;
  readonly ref?: Ref<VirtualTableHandle>;
}

const headHeight = 28;
/** Rows' tops are laid out from a base that moves in these steps, so that scrolling moves one layer and not every row. */
const baseStep = 20_000;
/** How long the thumb must rest, in ms, before far rows are fetched: dragging over millions asks for nothing between. */
const jumpRest = 70;

/** All rows of a result behind one scroll bar, however many: see table/layout.ts and table/scale.ts. */
export function VirtualTable<R>(props: VirtualTableProps<R>) {
  const { label, columns, sections, sectionHeight = 0, rowHeight = 28, below, row, onRange, cursor, resetKey } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [viewport, setViewport] = useState(600);
  const [top, setTop] = useState(0);
  const [moves, setMoves] = useState(0);
  const [hover, setHover] = useState<{ readonly row: number; readonly column: string }>();
  const [menuAt, setMenuAt] = useState<{ readonly x: number; readonly y: number }>();
  const [menuFor, setMenuFor] = useState<{ readonly row: R; readonly column: string | undefined }>();

  const layout = useMemo(
    () => layoutOf({ sections, rowHeight, sectionHeight, ...(below ? { below } : {}) }),
    [sections, rowHeight, sectionHeight, below],
  );
  const scale = useMemo(() => scaleOf(layout.height, viewport), [layout, viewport]);
  const y = scale.clamp(top);

  const moveTo = useCallback((next: number) => {
    setTop(next);
    setMoves((n) => n + 1);
  }, []);

  useImperativeHandle(props.ref, () => ({ focus: () => scroller.current?.focus() }), []);

  // Another result: its first row. Where the chosen event is part of it, its place comes a moment later.
  const [shownKey, setShownKey] = useState(resetKey);
  const [sought, setSought] = useState(cursor < 0);
  if (shownKey !== resetKey) {
    setShownKey(resetKey);
    setSought(true);
    moveTo(0);
  } else if (sought && cursor >= 0 && cursor < layout.rows) {
    setSought(false);
    const from = layout.rowTop(cursor);
    const next = reveal(y, viewport, from, rowHeight, sectionHeight);
    if (next !== y) moveTo(next === from - sectionHeight ? next : Math.max(0, from - viewport / 3));
  }

  // The scroll bar follows what keys, wheel and results did; what the auditor does with the bar itself is left alone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: y is read when a move was made, not whenever it changes
  useLayoutEffect(() => {
    const el = scroller.current;
    if (el === null) return;
    const want = scale.toScroll(y);
    if (Math.abs(el.scrollTop - want) >= 1) el.scrollTop = want;
  }, [moves, scale]);

  useLayoutEffect(() => {
    const el = scroller.current;
    if (el === null) return;
    const measure = () => {
      if (el.clientHeight > 0) setViewport(Math.max(rowHeight, el.clientHeight - headHeight));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(el);
    return () => observer.disconnect();
  }, [rowHeight]);

  // While the bar stands for a ratio, the wheel would jump thousands of rows a notch: it moves pixels of the table instead.
  useEffect(() => {
    const el = scroller.current;
    if (el === null || scale.ratio === 1) return;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      const unit =
        event.deltaMode === WheelEvent.DOM_DELTA_LINE
          ? rowHeight
          : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
            ? viewport
            : 1;
      setTop((t) => scale.clamp(scale.clamp(t) + event.deltaY * unit));
      setMoves((n) => n + 1);
    };
    el.addEventListener('wheel', onWheel, { passive: false });
    return () => el.removeEventListener('wheel', onWheel);
  }, [scale, rowHeight, viewport]);

  const onScroll = () => {
    const el = scroller.current;
    if (el === null || Math.abs(el.scrollTop - scale.toScroll(y)) < 1) return;
    setTop(scale.toTop(el.scrollTop));
  };

  const items = useMemo(() => {
    const seen = layout.items(y, y + viewport);
    const current = layout.sectionAt(y);
    // The header of the section on top stays, pushed out by the next one.
    if (sectionHeight === 0 || layout.rows === 0 || seen.some((i) => i.kind === 'section' && i.section === current))
      return seen;
    return [
      { kind: 'section', section: current, top: layout.sectionTop(current), height: sectionHeight } as const,
      ...seen,
    ];
  }, [layout, y, viewport, sectionHeight]);

  const visible = items.filter((i) => i.kind === 'row');
  const first = visible[0]?.row ?? 0;
  const last = visible.at(-1)?.row ?? first;
  const asked = useRef({ first: 0, last: 0 });
  useEffect(() => {
    const ask = () => {
      asked.current = { first, last };
      onRange(first, last);
    };
    const near = Math.abs(first - asked.current.first) < 400;
    if (near) {
      ask();
      return;
    }
    const timer = window.setTimeout(ask, jumpRest);
    return () => window.clearTimeout(timer);
  }, [first, last, onRange]);

  const choose = (index: number) => {
    if (index < 0) return;
    props.onCursor(index);
    moveTo(reveal(y, viewport, layout.rowTop(index), layout.rowHeightOf(index), sectionHeight));
  };

  const openMenu = (index: number, column: string | undefined, x: number, at: number) => {
    const data = row(index);
    if (data === undefined || props.menu === undefined) return;
    setMenuFor({ row: data, column });
    setMenuAt({ x, y: at });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const page = Math.max(1, Math.floor((viewport - sectionHeight) / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    };
    const by = steps[event.key];
    if (by !== undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (Number.isFinite(by) && cursor < 0) choose(layout.move(first, 0));
      else choose(layout.move(Math.max(0, cursor), Number.isFinite(by) ? by : Math.sign(by) * layout.rows));
      return;
    }
    if (event.key === 'Enter' && cursor >= 0) {
      event.preventDefault();
      props.onOpen(cursor);
    } else if (event.key === 'Escape') {
      props.onClose();
    } else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && cursor >= 0) {
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      openMenu(cursor, undefined, box.left + 24, box.top + headHeight + layout.rowTop(cursor) - y + rowHeight);
    }
  };

  const base = Math.floor(y / baseStep) * baseStep;
  const tracks = columns.map((c) => c.width).join(' ');
  const headerRows = sectionHeight > 0 ? sections.length : 0;
  const cursorSeen = visible.some((i) => i.row === cursor);

  return (
    <div className={styles.frame}>
      {props.busy && <div className={styles.busy} aria-hidden="true" />}
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={layout.open + headerRows + 1}
        aria-colcount={columns.length}
        aria-busy={props.busy ?? false}
        aria-activedescendant={cursorSeen ? `${id}-${cursor}` : undefined}
        tabIndex={0}
        className={styles.scroller}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onPointerLeave={() => setHover(undefined)}
      >
        <div role="row" aria-rowindex={1} className={styles.head} style={{ gridTemplateColumns: tracks }}>
          {columns.map((c, i) => (
            <div key={c.id} role="columnheader" aria-colindex={i + 1} aria-sort={c.sort} className={styles.th}>
              {c.onSort === undefined ? (
                (c.head ?? c.title)
              ) : (
                <button type="button" className={styles.sort} onClick={c.onSort}>
                  {c.head ?? c.title}
                  <Icon name="sortd" size="xs" className={c.sort === 'ascending' ? styles.rising : undefined} />
                </button>
              )}
            </div>
          ))}
        </div>
        <div
          role="presentation"
          className={styles.spacer}
          style={{ height: Math.max(scale.physical, layout.rows === 0 ? 0 : 1) }}
        >
          <div role="presentation" className={styles.window} style={{ height: Math.min(viewport, layout.height) }}>
            <div role="presentation" className={styles.layer} style={{ transform: `translateY(${base - y}px)` }}>
              {items.map((item) =>
                item.kind === 'section' ? (
                  <SectionHeader
                    key={`s${sections[item.section]?.key}`}
                    place={layout.place(item) + 1}
                    top={stuckTop(item, y, layout.sectionTop(item.section + 1)) - base}
                    height={item.height}
                    columns={columns.length}
                  >
                    {props.renderSection?.(sections[item.section] ?? { key: '', count: 0 }, item.section)}
                  </SectionHeader>
                ) : (
                  <TableRow
                    key={item.row}
                    id={`${id}-${item.row}`}
                    place={layout.place(item) + 1}
                    top={item.top - base}
                    rowHeight={rowHeight}
                    tracks={tracks}
                    columns={columns}
                    data={row(item.row)}
                    chosen={item.row === cursor}
                    hovered={hover?.row === item.row ? hover.column : undefined}
                    className={rowClass(props, row(item.row))}
                    actions={props.cellActions}
                    onHover={(column) => setHover({ row: item.row, column })}
                    onChoose={() => {
                      props.onCursor(item.row);
                      props.onOpen(item.row);
                    }}
                    onMenu={(event, column) => {
                      event.preventDefault();
                      openMenu(item.row, column, event.clientX, event.clientY);
                    }}
                    below={item.height - rowHeight}
                    renderBelow={(data) => props.renderBelow?.(data, item.row)}
                  />
                ),
              )}
            </div>
          </div>
        </div>
      </div>
      {layout.rows === 0 && props.empty !== undefined && <div className={styles.empty}>{props.empty}</div>}
      <ContextMenu
        label="Row"
        at={menuAt}
        groups={menuFor === undefined ? [] : (props.menu?.(menuFor.row, menuFor.column) ?? [])}
        onClose={() => setMenuAt(undefined)}
      />
    </div>
  );
}

/** Where a section's header stands: at its place, or at the upper edge while its rows pass, pushed by the next header. */
function stuckTop(item: Item, y: number, nextTop: number): number {
  return Math.max(item.top, Math.min(y, nextTop - item.height));
}

function rowClass<R>(props: VirtualTableProps<R>, data: R | undefined): string | undefined {
  return data === undefined ? undefined : props.rowClassName?.(data);
}

interface SectionHeaderProps {
  readonly place: number;
  readonly top: number;
  readonly height: number;
  readonly columns: number;
  readonly children: ReactNode;
}

function SectionHeader({ place, top, height, columns, children }: SectionHeaderProps) {
  return (
    <div role="row" aria-rowindex={place} className={styles.section} style={{ top, height }}>
      <div role="gridcell" aria-colspan={columns} className={styles.sectionCell}>
        {children}
      </div>
    </div>
  );
}

interface TableRowProps<R> {
  readonly id: string;
  readonly place: number;
  readonly top: number;
  readonly rowHeight: number;
  readonly tracks: string;
  readonly columns: readonly Column<R>[];
  readonly data: R | undefined;
  readonly chosen: boolean;
  readonly hovered: string | undefined;
  readonly className: string | undefined;
  readonly actions: ((row: R, column: string) => readonly CellAction[]) | undefined;
  onHover(column: string): void;
  onChoose(): void;
  onMenu(event: MouseEvent, column: string): void;
  readonly below: number;
  renderBelow(row: R): ReactNode;
}

function TableRow<R>(props: TableRowProps<R>) {
  const { data, columns, chosen, rowHeight, tracks } = props;
  // The same elements as long as row and columns are the same: React leaves them alone while the table scrolls.
  const cells = useMemo(
    () => columns.map((c) => (data === undefined ? <span key={c.id} className={styles.waiting} /> : c.render(data))),
    [columns, data],
  );
  const classes = [styles.row, chosen && styles.chosen, props.className].filter(Boolean).join(' ');
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid that owns the rows takes the keys */}
      <div
        id={props.id}
        role="row"
        aria-rowindex={props.place}
        aria-selected={chosen}
        aria-busy={data === undefined || undefined}
        className={classes}
        style={{ top: props.top, height: rowHeight, gridTemplateColumns: tracks }}
        onClick={props.onChoose}
      >
        {columns.map((c, i) => (
          <div
            key={c.id}
            role="gridcell"
            aria-colindex={i + 1}
            className={[styles.cell, c.className].filter(Boolean).join(' ')}
            onPointerEnter={() => props.onHover(c.id)}
            onContextMenu={(event) => props.onMenu(event, c.id)}
          >
            {cells[i]}
            {data !== undefined && props.hovered === c.id && props.actions !== undefined && (
              <CellActions actions={props.actions(data, c.id)} />
            )}
          </div>
        ))}
      </div>
      {props.below > 0 && data !== undefined && (
        <div role="presentation" className={styles.below} style={{ top: props.top + rowHeight, height: props.below }}>
          {props.renderBelow(data)}
        </div>
      )}
    </>
  );
}

function CellActions({ actions }: { readonly actions: readonly CellAction[] }) {
  if (actions.length === 0) return null;
  return (
    <span className={styles.actions}>
      {actions.map((a) => (
        <button
          key={a.id}
          type="button"
          tabIndex={-1}
          aria-label={a.label}
          title={a.label}
          className={styles.action}
          onClick={(event) => {
            event.stopPropagation();
            a.run();
          }}
        >
          <Icon name={a.icon} size="xs" />
        </button>
      ))}
    </span>
  );
}
