import { type KeyboardEvent, useRef, useState } from 'react';
import type { Field, Of } from '../backend/types';
import { useDesk } from '../desk';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { visibleText } from '../ui/visible';
import { count } from '../ui/words';
import { add, exclude, facetValue, only, type Terms } from '../view/terms';
import { withTerms } from '../view/view';
import styles from './FacetValues.module.css';
import type { FacetLine } from './order';
import { codesWords, valueLabel } from './words';

export interface FacetValuesProps {
  readonly of: Of;
  readonly field: Field;
  readonly title: string;
  readonly noun: string;
  readonly lines: readonly FacetLine[];
  /** Rows of the result. */
  readonly total: number;
  /** Marked in the labels. */
  readonly search: string;
}

const stateWords: Readonly<Record<FacetLine['state'], string>> = {
  '': '',
  include: ', included',
  exclude: ', excluded',
};

/**
 * The values, one a line. With the pointer: the label means only this one, the box adds it, the minus leaves it out. With
 * keys: Enter, Space, and minus or Delete. The same again takes it back. One stop for the Tab key, arrows go on.
 */
export function FacetValues({ of, field, title, noun, lines, total, search }: FacetValuesProps) {
  const { step, caseInfo } = useDesk();
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const most = Math.max(1, ...lines.map((l) => l.count));
  const at = Math.min(current, lines.length - 1);

  const change = (
    word: string,
    line: FacetLine,
    by: (terms: Terms, f: Field, v: ReturnType<typeof facetValue>) => Terms,
  ) =>
    step(`${word} ${visibleText(valueLabel(field, line.value, caseInfo?.mail_domain))}`, (view) =>
      withTerms(view, of, (terms) => by(terms, field, facetValue(line.value))),
    );
  const takeOnly = (line: FacetLine) => change('only', line, only);
  const takeToo = (line: FacetLine) => change(line.state === 'include' ? 'leave out' : 'add', line, add);
  const leaveOut = (line: FacetLine) => change(line.state === 'exclude' ? 'take back' : 'exclude', line, exclude);

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    setCurrent(next);
    const option = list.current?.children[next];
    if (option instanceof HTMLElement) option.focus();
  };
  const onKeyDown = (event: KeyboardEvent, line: FacetLine, index: number) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = new Map([
      ['Enter', () => takeOnly(line)],
      [' ', () => takeToo(line)],
      ['-', () => leaveOut(line)],
      ['Delete', () => leaveOut(line)],
      ['ArrowDown', () => goTo(index + 1)],
      ['ArrowUp', () => goTo(index - 1)],
      ['Home', () => goTo(0)],
      ['End', () => goTo(lines.length - 1)],
    ]);
    const act = keys.get(event.key);
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  if (lines.length === 0) return null;
  return (
    <div
      ref={list}
      role="listbox"
      aria-multiselectable="true"
      aria-label={`${title}: Enter takes only this value, Space adds it, minus leaves it out`}
    >
      {lines.map((line, index) => {
        const label = valueLabel(field, line.value, caseInfo?.mail_domain);
        const codes = field === 'outcome' ? codesWords(line.codes) : '';
        const classes = [
          styles.value,
          line.state === 'include' && styles.included,
          line.state === 'exclude' && styles.excluded,
          line.state === '' && line.count === 0 && styles.zero,
        ];
        return (
          <div
            key={line.value}
            role="option"
            aria-selected={line.state === 'include'}
            tabIndex={index === at ? 0 : -1}
            title={titleWords(visibleText(line.value === '' ? label : line.value), line, total, noun)}
            className={classes.filter(Boolean).join(' ')}
            style={{ '--share': line.count === 0 ? 0 : Math.max(0.012, line.count / most) }}
            onFocus={() => setCurrent(index)}
            onKeyDown={(event) => onKeyDown(event, line, index)}
            onClick={() => takeOnly(line)}
          >
            <Target className={styles.box} onAct={() => takeToo(line)} name="add">
              <span className={styles.square}>
                {line.state === 'include' && <Icon name="check" size="xs" />}
                {line.state === 'exclude' && <Icon name="minus" size="xs" />}
              </span>
            </Target>
            <span className={styles.label}>
              {line.value === '' ? <i className={styles.absent}>{label}</i> : <Marked text={label} search={search} />}
              {codes !== '' && <span className={styles.codes}> {codes}</span>}
            </span>
            {/* A space between the name and the count for who hears them; the grid draws none. */}{' '}
            <span className={styles.end}>
              <span className={styles.tools} aria-hidden="true">
                <Target className={styles.tool} onAct={() => takeOnly(line)} name="only">
                  only
                </Target>
                <Target className={styles.tool} onAct={() => leaveOut(line)} name="exclude">
                  <Icon name="minus" size="xs" />
                </Target>
              </span>
              <span className={styles.count}>{count(line.count)}</span>
            </span>
            <span className="visually-hidden">
              {' '}
              {noun}
              {stateWords[line.state]}
            </span>
          </div>
        );
      })}
    </div>
  );
}

interface TargetProps {
  readonly className: string | undefined;
  readonly name: string;
  onAct(): void;
  readonly children: React.ReactNode;
}

/** A place to click inside an option. It takes no focus: the option has keys for all of them. */
function Target({ className, name, onAct, children }: TargetProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the option around it has the keys
    // biome-ignore lint/a11y/useKeyWithClickEvents: the option around it has the keys
    <span
      className={className}
      data-target={name}
      onClick={(event) => {
        event.stopPropagation();
        onAct();
      }}
    >
      {children}
    </span>
  );
}

/** The label with what was searched for marked in it. */
function Marked({ text, search }: { readonly text: string; readonly search: string }) {
  const at = search === '' ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
  if (at < 0) return <LogText text={text} max={200} />;
  return (
    <>
      <LogText text={text.slice(0, at)} />
      <mark className={styles.mark}>
        <LogText text={text.slice(at, at + search.length)} />
      </mark>
      <LogText text={text.slice(at + search.length)} max={200} />
    </>
  );
}

/** "environment: 1 of 42 events". The count is taken without this facet's own filter, which the words must not hide. */
function titleWords(label: string, line: FacetLine, total: number, noun: string): string {
  if (line.state === '' && line.count <= total) return `${label}: ${count(line.count)} of ${count(total)} ${noun}`;
  return `${label}: ${count(line.count)} ${noun}`;
}
