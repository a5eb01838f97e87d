import { useLayoutEffect, useRef, useState } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import { Button } from '../ui/Button';
import { TextField } from '../ui/TextField';
import { epochMs } from '../view/time';
import styles from './InstantEditor.module.css';
import { type Bounds, instantOf, instantText, instantWithin, typedInstant } from './instants';

export interface InstantEditorProps {
  /** "A", "B", or "" for the only one. */
  readonly name: string;
  readonly instant: string;
  readonly zone: string;
  /** Where it may stand: within the control, and on its side of the other instant. */
  readonly low: number;
  readonly high: number;
  readonly bounds: Bounds;
  /** Pixels from the left of the control. */
  readonly place: number;
  onTake(instant: string): void;
  onClose(): void;
}

/** An instant as text, for whoever knows it to the second. */
export function InstantEditor({ name, instant, zone, low, high, bounds, place, onTake, onClose }: InstantEditorProps) {
  const anchor = useRef<HTMLSpanElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // Whoever types, types another instant.
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  const [text, setText] = useState(instantText(instant, zone));
  const [error, setError] = useState<string>();
  const take = (typed: string | undefined) => {
    if (typed === undefined) {
      setError('Write a day as 2026-06-30, with a time as 2026-06-30 23:59:59.');
      return;
    }
    const ms = epochMs(typed);
    if (ms < low || ms > high) {
      setError(
        `Between ${instantText(instantOf(low), zone)} and ${instantText(instantOf(high), zone)} ${zone}: within records and period, A before B.`,
      );
      return;
    }
    onTake(typed);
  };
  const presets = [
    { label: 'Start of the period', ms: bounds.periodFrom },
    { label: 'End of the period', ms: bounds.periodTo },
    { label: 'First record', ms: bounds.periodFrom === undefined ? bounds.from : undefined },
    { label: 'Last record', ms: bounds.periodTo === undefined ? bounds.to : undefined },
  ].filter((p): p is { label: string; ms: number } => p.ms !== undefined && p.ms >= low && p.ms <= high);
  return (
    <>
      <span ref={anchor} className={styles.anchor} style={{ left: 44 + place }} />
      <Popover
        triggerRef={anchor}
        isOpen
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        placement="bottom start"
        offset={2}
        className={styles.popover ?? ''}
      >
        <Dialog aria-label={`Type instant ${name}`.trim()} className={styles.dialog ?? ''}>
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              take(typedInstant(text, zone));
            }}
          >
            <div className={styles.line}>
              <TextField
                label={`${name === '' ? 'Instant' : `Instant ${name}`}, ${zone}`}
                value={text}
                onChange={(next) => {
                  setText(next);
                  setError(undefined);
                }}
                error={error}
                mono
                inputRef={input}
                autoFocus
                className={styles.field}
              />
              <Button type="submit" variant="primary" className={styles.take}>
                Set
              </Button>
            </div>
            {presets.length > 0 && (
              <div className={styles.presets}>
                {presets.map((p) => (
                  <Button key={p.label} size="s" onPress={() => onTake(instantWithin(bounds, p.ms))}>
                    {p.label}
                  </Button>
                ))}
              </div>
            )}
          </form>
        </Dialog>
      </Popover>
    </>
  );
}
