import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import { MenuButton } from '../ui/Menu';
import { type Listing, withListing } from '../view/view';
import styles from './GroupChoice.module.css';

const choices: readonly {
  readonly group: Listing['group'];
  readonly label: string;
  readonly button: string;
  readonly note: string;
}[] = [
  {
    group: 'panel',
    label: 'By panel, in order of risk',
    button: 'Panel',
    note: 'Groups: by risk, roles and access first',
  },
  { group: 'target', label: 'By target, most changes first', button: 'Target', note: 'Groups: by target, most first' },
  { group: 'user', label: 'By user, most changes first', button: 'User', note: 'Groups: by user, most first' },
  { group: 'day', label: 'By day of the shown zone', button: 'Day', note: 'Groups: by day' },
  { group: '', label: 'One list by time', button: 'None', note: 'Groups: none, one list by time' },
];

export function GroupChoice() {
  const { view, step } = useDesk();
  const { group } = view.changes;
  const current = choices.find((c) => c.group === group);
  return (
    <>
      <span className={styles.note}>{current?.note}</span>
      <MenuButton
        label="Groups"
        placement="bottom end"
        trigger={
          <Button size="s" aria-label={`Groups: ${current?.button ?? ''}`}>
            {current?.button}
            <Icon name="down" size="xs" />
          </Button>
        }
        groups={[
          {
            items: choices.map((c) => ({
              id: c.group === '' ? 'none' : c.group,
              label: c.label,
              checked: c.group === group,
              run: () =>
                step(`groups: ${c.label.toLowerCase()}`, (v) =>
                  withListing(v, 'changes', (l) => ({ ...l, group: c.group })),
                ),
            })),
          },
        ]}
      />
    </>
  );
}
