import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useBackend } from '../backend/context';
import type { AppError, CaseInfo, Engagement } from '../backend/types';
import { troubleOf, useDesk } from '../desk';
import { periodOf } from '../frame/period';
import { ErrorLine } from '../import/Plan';
import { Button } from '../ui/Button';
import { Checkbox } from '../ui/Checkbox';
import { ComboField } from '../ui/ComboField';
import { Dialog } from '../ui/Dialog';
import form from '../ui/Form.module.css';
import { LogText } from '../ui/LogText';
import { TextField } from '../ui/TextField';
import { counted } from '../ui/words';
import { knowsZone } from '../view/time';
import styles from './EngagementDialog.module.css';
import { PeriodField } from './PeriodField';
import { zones } from './zones';

/** What the case is about: the title, the period under audit, the zone its days are counted in. */
export function EngagementDialog() {
  const { dialog, closeDialog, caseInfo } = useDesk();
  if (caseInfo === undefined || dialog !== 'engagement') return null;
  return <EngagementForm caseInfo={caseInfo} onClose={closeDialog} />;
}

function EngagementForm({ caseInfo, onClose }: { readonly caseInfo: CaseInfo; onClose(): void }) {
  const backend = useBackend();
  const client = useQueryClient();
  const { setCase } = useDesk();
  const [draft, setDraft] = useState<Engagement>(caseInfo.engagement);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const set = (change: Partial<Engagement>) => setDraft((d) => ({ ...d, ...change }));
  const chooseDeployment = (name: string, on: boolean) =>
    setDraft((d) => ({
      ...d,
      deployments: caseInfo.deployments
        .map((x) => x.name)
        .filter((x) => (x === name ? on : (d.deployments?.includes(x) ?? false))),
    }));
  const badTitle = draft.title.trim() === '';
  const badZone = !knowsZone(draft.zone);
  const { from, to } = caseInfo.engagement;
  const halfOpen = (from === undefined) !== (to === undefined) && draft.from === from && draft.to === to;

  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { reference, prepared_by, deployments = [], ...rest } = draft;
      const info = await backend.saveEngagement({
        ...rest,
        title: draft.title.trim(),
        ...(reference?.trim() ? { reference: reference.trim() } : {}),
        ...(prepared_by?.trim() ? { prepared_by: prepared_by.trim() } : {}),
        ...(deployments.length > 0 ? { deployments } : {}),
      });
      setCase(info);
      // Whatever was asked so far may be of another scope.
      await client.invalidateQueries();
      onClose();
    } catch (thrown) {
      setError(troubleOf(thrown));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Engagement"
      isOpen
      onClose={onClose}
      width={600}
      flush
      footer={
        <>
          <span className={form.note}>
            {caseInfo.read_only
              ? 'The case is read-only: nothing can be changed.'
              : 'Kept in the case file, and stated in every export.'}
          </span>
          <span className={form.grow} />
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" onPress={save} isDisabled={busy || badTitle || badZone || caseInfo.read_only}>
            Save
          </Button>
        </>
      }
    >
      <div className={form.form}>
        <span className={form.label}>Title</span>
        <TextField
          aria-label="Title"
          value={draft.title}
          onChange={(title) => set({ title })}
          error={badTitle ? 'Give the engagement a title' : undefined}
        />
        <span className={form.label}>Reference</span>
        <TextField aria-label="Reference" value={draft.reference ?? ''} onChange={(reference) => set({ reference })} />
        <span className={form.label}>Prepared by</span>
        <TextField
          aria-label="Prepared by"
          value={draft.prepared_by ?? ''}
          onChange={(prepared_by) => set({ prepared_by })}
        />
        <span className={form.label}>Period</span>
        <div>
          <PeriodField
            from={draft.from}
            to={draft.to}
            onChange={(period) =>
              setDraft(({ from: _from, to: _to, ...rest }) => (period === undefined ? rest : { ...rest, ...period }))
            }
          />
          <p className={form.hint}>
            {halfOpen
              ? `Now: ${periodOf({ from, to })}. Choosing a period replaces it.`
              : 'Both days are included. Every view and export keeps to the period; records outside stay in the case.'}
          </p>
        </div>
        <span className={form.label}>Time zone</span>
        <ComboField
          label="Time zone"
          hideLabel
          free
          value={draft.zone}
          onChange={(zone) => set({ zone })}
          options={zones()}
          error={badZone ? 'This computer knows no zone of that name; write one such as Europe/Zurich' : undefined}
          hint="The days of the period are those of this zone. Times can be shown in it, or in UTC."
        />
        <span className={form.label}>Deployments</span>
        {caseInfo.deployments.length === 0 ? (
          <p className={styles.none}>none yet: they come with the first import</p>
        ) : (
          <div>
            <ul className={styles.deployments} aria-label="Deployments under audit">
              {caseInfo.deployments.map((d) => (
                <li key={d.name}>
                  <Checkbox
                    isSelected={draft.deployments?.includes(d.name) ?? false}
                    onChange={(on) => chooseDeployment(d.name, on)}
                  >
                    <span>
                      <LogText text={d.name} max={200} />
                      <span className={styles.quiet}>
                        {' '}
                        {[d.versions.join(' and '), counted(d.events, 'event')].filter(Boolean).join(', ')}
                      </span>
                    </span>
                  </Checkbox>
                </li>
              ))}
            </ul>
            <p className={form.hint}>
              {(draft.deployments?.length ?? 0) === 0
                ? 'None is chosen: all are under audit, also those that come later.'
                : 'Every view and export keeps to the chosen ones; the records of the others stay in the case.'}
            </p>
          </div>
        )}
      </div>
      {error !== undefined && <ErrorLine error={error} />}
    </Dialog>
  );
}
