import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBackend } from '../backend/context';
import type { AuditEvent } from '../backend/types';
import { useDesk } from '../desk';
import { useSpan } from '../settings/useSpan';
import { useWrites } from '../settings/useWrites';
import { ValueStrip } from '../settings/ValueStrip';
import { eventKey } from '../view/eventKey';
import styles from './SettingStrip.module.css';

export interface SettingStripProps {
  readonly event: AuditEvent;
  readonly ordinal: number;
  readonly focused: boolean;
  onOpen(ref: string, ordinal: number): void;
}

/** The values over time of the setting that a change is of; nothing where it is of none. */
export function SettingStrip({ event, ordinal, focused, onOpen }: SettingStripProps) {
  const backend = useBackend();
  const { caseInfo } = useDesk();
  const key = (ref: string, place: number) =>
    ['settingOf', caseInfo?.path, caseInfo?.generation, eventKey(ref, event.deployment), place] as const;
  const client = useQueryClient();
  const found = useQuery({
    queryKey: key(event.ref, ordinal),
    // A query has to answer something: null is that there is none.
    queryFn: async () => (await backend.settingOf({ event: eventKey(event.ref, event.deployment), ordinal })) ?? null,
  });
  if (!found.data) return null;
  const written = found.data;
  return (
    <Strip
      settingKey={written.key}
      offset={written.offset}
      event={event}
      ordinal={ordinal}
      focused={focused}
      onOpen={(ref, place, offset) => {
        // It is of the same setting: nobody has to look.
        client.setQueryData(key(ref, place), { key: written.key, offset });
        onOpen(ref, place);
      }}
    />
  );
}

interface StripProps extends Omit<SettingStripProps, 'onOpen'> {
  readonly settingKey: string;
  readonly offset: number;
  onOpen(ref: string, ordinal: number, offset: number): void;
}

function Strip({ settingKey, offset, event, ordinal, focused, onOpen }: StripProps) {
  const { zone } = useDesk();
  const writes = useWrites(settingKey, offset).data;
  const span = useSpan();
  if (writes === undefined) return null;
  const { rows, newer } = writes;
  return (
    <section className={styles.values} aria-label="Values over time">
      <h3 className={styles.title}>Values over time</h3>
      <ValueStrip
        writes={writes}
        span={span}
        zone={zone}
        chosen={rows.findIndex((r) => r.event === event.ref && r.ordinal === ordinal)}
        focused={focused}
        onOpen={(row) => onOpen(row.event, row.ordinal, newer + rows.length - 1 - rows.indexOf(row))}
      />
    </section>
  );
}
