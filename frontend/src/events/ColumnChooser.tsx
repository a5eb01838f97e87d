import type { ReactNode } from 'react';
import type { Of } from '../backend/types';
import { useDesk } from '../desk';
import { Button, IconButton } from '../ui/Button';
import { Checkbox } from '../ui/Checkbox';
import { PopoverTrigger } from '../ui/Popover';
import { type Listing, withListing } from '../view/view';
import styles from './ColumnChooser.module.css';
import { moveColumn, toggleColumn } from './order';

export interface ColumnChooserProps {
  readonly of: Of;
  readonly titles: Readonly<Record<string, string>>;
  readonly standard: readonly string[];
  readonly note?: ReactNode;
}

/** Which columns there are, and in which order. */
export function ColumnChooser({ of, titles, standard, note }: ColumnChooserProps) {
  const { view, step } = useDesk();
  const shown = view[of].columns;
  const all = [...shown, ...Object.keys(titles).filter((id) => !shown.includes(id))];
  const change = (label: string, by: (columns: readonly string[]) => Listing['columns']) =>
    step(label, (v) => withListing(v, of, (l) => ({ ...l, columns: by(l.columns) })));
  return (
    <PopoverTrigger
      label="Columns"
      placement="bottom end"
      trigger={
        <Button variant="bare" size="s" icon="columns">
          Columns
        </Button>
      }
    >
      <ul className={styles.list} aria-label="Columns">
        {all.map((id) => {
          const title = titles[id] ?? id;
          const at = shown.indexOf(id);
          return (
            <li key={id} className={styles.item}>
              <Checkbox
                isSelected={at >= 0}
                isDisabled={at >= 0 && shown.length === 1}
                onChange={() => change(`${at >= 0 ? 'hide' : 'show'} the column ${title}`, (c) => toggleColumn(c, id))}
              >
                {title}
              </Checkbox>
              <span className={styles.grow} />
              {at >= 0 && (
                <>
                  <IconButton
                    icon="up"
                    size="xs"
                    label={`Move ${title} up`}
                    isDisabled={at === 0}
                    onPress={() => change(`move the column ${title}`, (c) => moveColumn(c, id, -1))}
                  />
                  <IconButton
                    icon="down"
                    size="xs"
                    label={`Move ${title} down`}
                    isDisabled={at === shown.length - 1}
                    onPress={() => change(`move the column ${title}`, (c) => moveColumn(c, id, 1))}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
      {note}
      <Button variant="link" onPress={() => change('show the standard columns', () => standard)}>
        Standard columns
      </Button>
    </PopoverTrigger>
  );
}
