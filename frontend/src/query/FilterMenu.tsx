import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { useBackend } from '../backend/context';
import type { AppError, Field, Of, Value } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { Button } from '../ui/Button';
import { LogText } from '../ui/LogText';
import { PopoverTrigger } from '../ui/Popover';
import { Segmented } from '../ui/Segmented';
import { TextField } from '../ui/TextField';
import { visibleText } from '../ui/visible';
import { count, fieldTitle } from '../ui/words';
import { formatValue } from '../view/format';
import { add, exclude, facetValue, isTimeField } from '../view/terms';
import { facetFields, queryText, withTerms } from '../view/view';
import styles from './FilterMenu.module.css';

const fields: readonly Field[] = [
  'resource_type',
  'action',
  'target',
  'user',
  'outcome',
  'changed',
  'date_from',
  'date_to',
  'after',
  'before',
  'status',
  'ip',
  'organization',
  'setting',
  'panel',
  'kind',
  'basis',
  'new',
  'continuity',
  'has',
  'version',
  'log',
  'deployment',
  'source',
  'class',
  'build_reason',
  'text',
  'ref',
  'id',
  'request_id',
  'resource_id',
];

const hints: Partial<Record<Field, string>> = {
  date_from: 'A day, yyyy-mm-dd, from its start in the shown zone',
  date_to: 'A day, yyyy-mm-dd, to its end in the shown zone',
  after: 'An instant such as 2026-06-30T12:00:00Z (inclusive), or -7d',
  before: 'An instant such as 2026-06-30T12:00:00Z (exclusive), or -7d',
  status: 'A code, >=500, ok or failed',
  has: 'changes, secret, unrecorded, differs, matching or synthetic',
  class: 'admin',
  new: 'A new value as logged, or its beginning and a star',
  continuity: 'follows, "break before", "break after" or break*',
  text: 'Found anywhere in target, user, changed fields and their values',
};

/** "+ Filter": a field, then a value of it. */
export function FilterMenu({ of }: { readonly of: Of }) {
  const [open, setOpen] = useState(false);
  const [field, setField] = useState<Field>();
  return (
    <PopoverTrigger
      label="Add a filter"
      isOpen={open}
      onOpenChange={(next) => {
        setOpen(next);
        setField(undefined);
      }}
      className={styles.popover}
      trigger={
        <Button variant="bare" size="s" icon="plus">
          Filter
        </Button>
      }
    >
      {field === undefined ? (
        <ListBox
          aria-label="Field"
          autoFocus="first"
          className={styles.list ?? ''}
          items={fields.map((f) => ({ id: f }))}
          onAction={(key) => setField(fields.find((f) => f === key))}
        >
          {(item) => (
            <ListBoxItem id={item.id} textValue={fieldTitle(item.id)} className={styles.item ?? ''}>
              <span className={styles.grow}>{item.id === 'after' ? 'From (instant)' : fieldTitle(item.id)}</span>
              <span className={styles.name}>{item.id}</span>
            </ListBoxItem>
          )}
        </ListBox>
      ) : (
        <ValueStep of={of} field={field} onDone={() => setOpen(false)} onBack={() => setField(undefined)} />
      )}
    </PopoverTrigger>
  );
}

interface ValueStepProps {
  readonly of: Of;
  readonly field: Field;
  onDone(): void;
  onBack(): void;
}

function ValueStep({ of, field, onDone, onBack }: ValueStepProps) {
  const backend = useBackend();
  const { step } = useDesk();
  const [sign, setSign] = useState<'is' | 'not'>('is');
  const [text, setText] = useState('');
  const [error, setError] = useState<AppError>();
  const time = isTimeField(field);
  const title = fieldTitle(field);

  const take = (value: Value) => {
    const label = `${sign === 'is' ? 'add' : 'exclude'} ${title} ${visibleText(value.text)}`;
    step(label, (view) =>
      withTerms(view, of, (t) => (sign === 'is' ? add(t, field, value) : exclude(t, field, value))),
    );
    onDone();
  };
  const apply = async () => {
    try {
      const parsed = await backend.parseQuery(`${field}:${literal(text.trim())}`);
      const [term] = parsed.terms;
      if (parsed.error !== undefined || term === undefined) {
        setError(parsed.error ?? { message: 'a value is missing' });
        return;
      }
      step(`filter by ${title}`, (view) =>
        withTerms(view, of, (terms) => {
          if (time) return [...terms.filter((t) => t.off || t.field !== field), term];
          return term.values.reduce((all, v) => (sign === 'is' ? add(all, field, v) : exclude(all, field, v)), terms);
        }),
      );
      onDone();
    } catch (thrown) {
      setError(troubleOf(thrown));
    }
  };
  return (
    <form
      className={styles.step}
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <header className={styles.head}>
        <Button variant="bare" size="s" icon="left" onPress={onBack}>
          {title}
        </Button>
        {!time && (
          <Segmented<'is' | 'not'>
            label="Sign"
            value={sign}
            options={[
              { value: 'is', label: 'is' },
              { value: 'not', label: 'is not' },
            ]}
            onChange={setSign}
          />
        )}
      </header>
      <div className={styles.entry}>
        <TextField
          aria-label={title}
          autoFocus
          mono
          value={text}
          onChange={(next) => {
            setText(next);
            setError(undefined);
          }}
          hint={hints[field] ?? 'A whole value; abc* for what begins so, * for any that is recorded'}
          error={error === undefined ? undefined : visibleText(error.message)}
        />
        <Button type="submit" variant="primary" isDisabled={text.trim() === ''}>
          Add
        </Button>
      </div>
      {facetFields.includes(field) && <Suggestions of={of} field={field} search={text} onTake={take} />}
    </form>
  );
}

/** What was typed as one value: quoted where spaces or commas would split it, but for a form that means more. */
function literal(text: string): string {
  if (text === '' || text === '*' || text.startsWith('"') || text.startsWith('>') || text.startsWith('<')) return text;
  if (text.endsWith('*')) return formatValue({ op: 'prefix', text: text.slice(0, -1) });
  return formatValue({ op: 'equal', text });
}

interface SuggestionsProps {
  readonly of: Of;
  readonly field: Field;
  readonly search: string;
  onTake(value: Value): void;
}

/** The field's values under the present query, with their counts. */
function Suggestions({ of, field, search, onTake }: SuggestionsProps) {
  const backend = useBackend();
  const { view, zone, caseInfo } = useDesk();
  const query = queryText(view[of]);
  const request = { field, top: 20, ...(search.trim() === '' ? {} : { search: search.trim() }) };
  const answer = useQuery({
    queryKey: ['suggestions', caseInfo?.path, caseInfo?.generation, of, query, zone, request],
    queryFn: () => backend.search({ of, query, zone, order: 'newest', facets: [request] }),
    placeholderData: (last) => last,
  });
  const values = answer.data?.facets[0]?.values ?? [];
  if (values.length === 0) return null;
  return (
    <ListBox
      aria-label={`Values of ${fieldTitle(field)}`}
      className={styles.list ?? ''}
      items={values.map((v) => ({ id: v.value, value: v.value, count: v.count }))}
      onAction={(key) => onTake(facetValue(String(key)))}
    >
      {(item) => (
        <ListBoxItem id={item.id} textValue={visibleText(item.value)} className={styles.item ?? ''}>
          <span className={styles.grow}>
            <LogText text={item.value} max={120} />
          </span>
          <span className={styles.count}>{count(item.count)}</span>
        </ListBoxItem>
      )}
    </ListBox>
  );
}
