import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useBackend } from '../backend/context';
import type { AppError, Of } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { Button, IconButton } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { PopoverTrigger } from '../ui/Popover';
import { TextField } from '../ui/TextField';
import { visibleText } from '../ui/visible';
import { fieldTitle } from '../ui/words';
import { formatTerm } from '../view/format';
import { type FilterTerm, invert, isTimeField, remove, replace, switchOff, switchOn } from '../view/terms';
import { withTerms } from '../view/view';
import styles from './Chip.module.css';
import { termWords } from './chipWords';
import { unitsOf } from './paint';

export interface ChipProps {
  readonly of: Of;
  readonly term: FilterTerm;
  /** Its place among the view's terms. */
  readonly at: number;
}

/** A term of the query as a thing to hold: edit, invert, switch off without losing it, remove. */
export function Chip({ of, term, at }: ChipProps) {
  const { step, zone, caseInfo } = useDesk();
  const [editing, setEditing] = useState(false);
  const title = fieldTitle(term.field);
  const words = termWords(term, zone, caseInfo?.mail_domain);
  const named = `${title} ${term.exclude ? 'is not ' : ''}${visibleText(words)}`;
  const change = (label: string, by: Parameters<typeof withTerms>[2]) =>
    step(`${label} ${named}`, (view) => withTerms(view, of, by));
  const classes = [styles.chip, term.exclude && styles.excluded, term.off && styles.off, editing && styles.editing]
    .filter(Boolean)
    .join(' ');
  const body = (
    <>
      <span className={styles.lead}>
        <Icon name={term.off ? 'power' : term.exclude ? 'notequal' : 'equal'} size="xs" />
      </span>
      <span className="visually-hidden">{term.off ? 'Switch on: ' : 'Edit: '}</span>
      <span className={styles.key}>{title}</span>
      <span className="visually-hidden">{term.exclude ? ' is not ' : ' '}</span>
      <span className={styles.words}>
        <LogText text={words} max={120} />
      </span>
    </>
  );
  return (
    <div
      role="group"
      aria-label={`${named}${term.off ? ', switched off' : ''}`}
      className={classes}
      title={visibleText(words)}
    >
      {term.off ? (
        <AriaButton className={styles.body ?? ''} onPress={() => change('switch on', (t) => switchOn(t, at))}>
          {body}
        </AriaButton>
      ) : (
        <PopoverTrigger
          label={`Edit ${title}`}
          isOpen={editing}
          onOpenChange={setEditing}
          trigger={<AriaButton className={styles.body ?? ''}>{body}</AriaButton>}
        >
          {(close) => <EditTerm of={of} term={term} at={at} onDone={close} />}
        </PopoverTrigger>
      )}
      <span className={styles.acts}>
        {!term.off && (
          <IconButton icon="write" size="xs" className={styles.act} label="Edit" onPress={() => setEditing(true)} />
        )}
        <IconButton
          icon="swap"
          size="xs"
          className={styles.act}
          label={isTimeField(term.field) ? 'Turn round' : term.exclude ? 'Include instead' : 'Exclude instead'}
          onPress={() => change('invert', (t) => invert(t, at))}
        />
        <IconButton
          icon="power"
          size="xs"
          className={styles.act}
          label={term.off ? 'Switch on' : 'Switch off'}
          onPress={() =>
            term.off ? change('switch on', (t) => switchOn(t, at)) : change('switch off', (t) => switchOff(t, at))
          }
        />
      </span>
      <IconButton
        icon="x"
        size="xs"
        className={styles.remove}
        label={`Remove: ${named}`}
        onPress={() => change('remove', (t) => remove(t, at))}
      />
    </div>
  );
}

interface EditTermProps extends ChipProps {
  onDone(): void;
}

function EditTerm({ of, term, at, onDone }: EditTermProps) {
  const backend = useBackend();
  const { step } = useDesk();
  const [text, setText] = useState(() => formatTerm(term));
  const [error, setError] = useState<AppError>();
  const apply = async () => {
    try {
      const parsed = await backend.parseQuery(text);
      if (parsed.error !== undefined) {
        setError(parsed.error);
        return;
      }
      step(`edit ${fieldTitle(term.field)}`, (view) =>
        withTerms(view, of, (terms) => replace(terms, at, parsed.terms)),
      );
      onDone();
    } catch (thrown) {
      setError(troubleOf(thrown));
    }
  };
  const place = error?.position === undefined ? '' : `Position ${unitsOf(text, error.position) + 1}: `;
  return (
    <form
      className={styles.edit}
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <TextField
        label="Term"
        mono
        autoFocus
        value={text}
        onChange={(next) => {
          setText(next);
          setError(undefined);
        }}
        error={error === undefined ? undefined : `${place}${visibleText(error.message)}`}
      />
      <Button type="submit" variant="primary">
        Apply
      </Button>
    </form>
  );
}
