import { type KeyboardEvent, useRef, useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, Of } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { IconButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { logParts } from '../ui/visible';
import { typed } from '../view/terms';
import { queryText, withTerms } from '../view/view';
import { paint, unitsOf } from './paint';
import styles from './QueryField.module.css';

const inputId = 'query-text';

/** Puts the focus into the query of the view on screen; false where no query is drawn yet. */
export function focusQuery(): boolean {
  const input = document.getElementById(inputId);
  if (!(input instanceof HTMLInputElement)) return false;
  input.focus();
  input.select();
  return true;
}

/** The query as text: what the chips and facets say, and where it can be typed instead. Enter takes it over. */
export function QueryField({ of }: { readonly of: Of }) {
  const backend = useBackend();
  const { view, step, report } = useDesk();
  const text = queryText(view[of]);
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<string>();
  const [focused, setFocused] = useState(false);
  const [scroll, setScroll] = useState(0);
  const [error, setError] = useState<{ readonly text: string; readonly error: AppError }>();
  const shown = draft ?? text;
  // Text with characters that are not drawn is shown by their codes as long as nobody edits it.
  const odd = logParts(shown).some((p) => 'code' in p);
  const plain = odd && focused;

  const apply = async () => {
    const asked = shown;
    try {
      const parsed = await backend.parseQuery(asked);
      if (input.current !== null && input.current.value !== asked) return;
      if (parsed.error !== undefined) {
        setError({ text: asked, error: parsed.error });
        const { position, length } = parsed.error;
        if (position !== undefined) {
          input.current?.setSelectionRange(unitsOf(asked, position), unitsOf(asked, position + (length ?? 0)));
        }
        return;
      }
      setError(undefined);
      setDraft(undefined);
      step('change the query', (v) => withTerms(v, of, (terms) => typed(terms, parsed.terms)));
    } catch (thrown) {
      report(troubleOf(thrown));
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      void apply();
    } else if (event.key === 'Escape') {
      setDraft(undefined);
      setError(undefined);
      event.currentTarget.blur();
    }
  };

  const wrong = error !== undefined && error.text === shown ? error.error : undefined;
  const changed = draft !== undefined && draft !== text;
  return (
    <div className={styles.line}>
      <div className={[styles.box, wrong && styles.wrong].filter(Boolean).join(' ')}>
        <Icon name="search" size="s" />
        <div className={styles.text}>
          {!plain && (
            <div className={styles.paint} aria-hidden="true" style={{ transform: `translateX(${-scroll}px)` }}>
              {paint(shown).map((piece, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
                <span key={i} className={styles[piece.kind]}>
                  {odd ? <LogText text={piece.text} /> : piece.text}
                </span>
              ))}
            </div>
          )}
          <input
            ref={input}
            id={inputId}
            type="text"
            className={[styles.input, plain && styles.plain].filter(Boolean).join(' ')}
            aria-label="Query"
            aria-invalid={wrong !== undefined}
            aria-describedby={wrong === undefined ? undefined : `${inputId}-error`}
            placeholder="All events of the scope. Type a query, such as action:delete -user:ci-bot"
            spellCheck="false"
            autoComplete="off"
            autoCapitalize="off"
            dir="ltr"
            value={shown}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={onKeyDown}
            onFocus={() => setFocused(true)}
            onBlur={() => {
              setFocused(false);
              if (!changed) setDraft(undefined);
            }}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
          />
        </div>
        {changed && <span className={styles.hint}>Enter applies, Esc takes back</span>}
        <kbd className={styles.key}>/</kbd>
        <IconButton
          icon="copy"
          label="Copy the query"
          size="s"
          isDisabled={text === ''}
          onPress={() => backend.copyText(text).catch(report)}
        />
      </div>
      {wrong !== undefined && (
        <p id={`${inputId}-error`} role="alert" className={styles.error}>
          <Icon name="warn" size="xs" />
          <span>
            {wrong.position !== undefined && `Position ${unitsOf(shown, wrong.position) + 1}: `}
            <LogText text={wrong.message} />
          </span>
        </p>
      )}
    </div>
  );
}
