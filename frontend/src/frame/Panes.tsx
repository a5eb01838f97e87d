import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import styles from './Panes.module.css';

export interface PanesProps {
  /** What stands at the left; a view without facets has none. */
  readonly facets?: ReactNode;
  readonly children: ReactNode;
  /** What stands at the right; undefined while nothing is open. */
  readonly details?: ReactNode;
  /** Width of the right side as long as nobody has changed it, in pixels. */
  readonly detailsFirst?: number;
}

/** Least and greatest width of a side, and what it has at first, in pixels. */
const facetsWidth = { least: 180, most: 420, first: 224 };
const detailsWidth = { least: 280, most: 640, first: 330 };

/**
 * Facets, the table, details. Both sides can be made wider. In a narrow window the details lie over the table (1200 px),
 * and the facets fold to a button (960 px).
 */
export function Panes({ facets, children, details, detailsFirst = detailsWidth.first }: PanesProps) {
  const { view, amend } = useDesk();
  const [unfolded, setUnfolded] = useState(false);
  const left = view.facetsWidth ?? facetsWidth.first;
  const right = view.detailsWidth ?? detailsFirst;
  return (
    <div className={styles.panes} style={{ '--w-facets': `${left}px`, '--w-details': `${right}px` }}>
      {facets !== undefined && (
        <section aria-label="Facets" className={[styles.facets, unfolded && styles.unfolded].filter(Boolean).join(' ')}>
          <div className={styles.fold}>
            <Button variant="bare" size="s" icon={unfolded ? 'left' : 'right'} onPress={() => setUnfolded(!unfolded)}>
              {unfolded ? 'Fold the facets' : 'Facets'}
            </Button>
          </div>
          <div className={styles.facetsBody}>{facets}</div>
          <Splitter
            label="Width of the facets"
            side="left"
            width={left}
            range={facetsWidth}
            onChange={(width) => amend((v) => ({ ...v, facetsWidth: width }))}
          />
        </section>
      )}
      <div className={styles.main}>{children}</div>
      {details !== undefined && (
        <section aria-label="Details" className={styles.details}>
          <Splitter
            label="Width of the details"
            side="right"
            width={right}
            range={{ ...detailsWidth, first: detailsFirst }}
            onChange={(width) => amend((v) => ({ ...v, detailsWidth: width }))}
          />
          {details}
        </section>
      )}
    </div>
  );
}

interface SplitterProps {
  readonly label: string;
  /** Of which side the width is. */
  readonly side: 'left' | 'right';
  readonly width: number;
  readonly range: { readonly least: number; readonly most: number; readonly first: number };
  onChange(width: number): void;
}

/** The line between two panes: dragged, or moved with the arrow keys; a double click brings the first width back. */
function Splitter({ label, side, width, range, onChange }: SplitterProps) {
  const sign = side === 'left' ? 1 : -1;
  const set = (next: number) => onChange(Math.round(Math.max(range.least, Math.min(range.most, next))));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const bar = event.currentTarget;
    const from = event.clientX;
    bar.setPointerCapture(event.pointerId);
    const move = (e: globalThis.PointerEvent) => set(width + sign * (e.clientX - from));
    const end = () => {
      bar.removeEventListener('pointermove', move);
      bar.removeEventListener('pointerup', end);
      bar.removeEventListener('pointercancel', end);
    };
    bar.addEventListener('pointermove', move);
    bar.addEventListener('pointerup', end);
    bar.addEventListener('pointercancel', end);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 16 : event.key === 'ArrowLeft' ? -16 : 0;
    if (by === 0) return;
    event.preventDefault();
    set(width + sign * by);
  };
  return (
    <div
      role="separator"
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={range.least}
      aria-valuemax={range.most}
      tabIndex={0}
      className={[styles.splitter, styles[side]].join(' ')}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDoubleClick={() => onChange(range.first)}
    />
  );
}
