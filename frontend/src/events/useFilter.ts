import { useMemo } from 'react';
import { useBackend } from '../backend/context';
import type { EventRow, Field, Of, Value } from '../backend/types';
import { useDesk } from '../desk';
import { valueWords } from '../query/chipWords';
import type { MenuGroup } from '../ui/Menu';
import type { CellAction } from '../ui/VirtualTable';
import { visibleText } from '../ui/visible';
import { fieldTitle } from '../ui/words';
import { add, exclude } from '../view/terms';
import { withTerms } from '../view/view';
import { cellFilter } from './columns';

/** A value on screen that the query can take. */
export interface Filterable {
  readonly field: Field;
  readonly value: Value;
  /** The value's text, for copying; "" where none is recorded. */
  readonly text: string;
}

export interface Filter {
  /** Takes the value into the query: this value of the field too, or never this one. */
  by(found: Filterable, sign: 'add' | 'exclude'): void;
  cellActions(found: Filterable): readonly CellAction[];
  /** The menu of a row: for the cell under the pointer, or for every column where the keys asked. */
  menu(event: EventRow, column: string | undefined, copyRef: () => void): readonly MenuGroup[];
  copy(text: string): Promise<void>;
}

const menuColumns = ['user', 'ip', 'action', 'target', 'type', 'status', 'changes'] as const;

/** What can be done with a value that stands on screen. */
export function useFilter(of: Of): Filter {
  const backend = useBackend();
  const { step, report } = useDesk();
  return useMemo<Filter>(() => {
    const words = (f: Filterable) => `${fieldTitle(f.field)} ${visibleText(valueWords(f.value)).slice(0, 60)}`;
    const by: Filter['by'] = (found, sign) => {
      const change = sign === 'add' ? add : exclude;
      step(`${sign === 'add' ? 'filter by' : 'exclude'} ${words(found)}`, (v) =>
        withTerms(v, of, (terms) => change(terms, found.field, found.value)),
      );
    };
    const copy = (text: string) => backend.copyText(text);
    const items = (found: Filterable, id: string): MenuGroup => ({
      title: words(found),
      items: [
        { id: `${id}-add`, label: 'Filter by this', icon: 'equal', run: () => by(found, 'add') },
        { id: `${id}-exclude`, label: 'Exclude this', icon: 'notequal', run: () => by(found, 'exclude') },
        ...(found.text === ''
          ? []
          : [
              {
                id: `${id}-copy`,
                label: 'Copy',
                icon: 'copy' as const,
                run: () => void copy(found.text).catch(report),
              },
            ]),
      ],
    });
    return {
      by,
      copy,
      cellActions: (found) => [
        { id: 'add', icon: 'equal', label: `Filter by ${words(found)}`, run: () => by(found, 'add') },
        { id: 'exclude', icon: 'notequal', label: `Exclude ${words(found)}`, run: () => by(found, 'exclude') },
      ],
      menu: (event, column, copyRef) => {
        // The target's cell shows the type too.
        const columns = column === undefined ? menuColumns : column === 'target' ? ['target', 'type'] : [column];
        const groups = columns.flatMap((c) => {
          const found = cellFilter(event, c);
          return found === undefined ? [] : [items(found, c)];
        });
        return [...groups, { items: [{ id: 'copy-ref', label: 'Copy the ref', icon: 'copy', run: copyRef }] }];
      },
    };
  }, [backend, of, report, step]);
}
