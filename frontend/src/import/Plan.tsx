import type { ReactNode } from 'react';
import type { AppError, ImportPlan } from '../backend/types';
import { Button } from '../ui/Button';
import { ComboField } from '../ui/ComboField';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { bytesWords } from '../ui/sizes';
import { counted } from '../ui/words';
import styles from './Plan.module.css';
import { PlanFiles } from './PlanFiles';
import type { PlanState } from './usePlan';

export function planTitle(plan: ImportPlan): string {
  return `Import ${counted(plan.files, 'file')}, ${bytesWords(plan.bytes)}`;
}

/** What is about to be imported, and what will happen with it. */
export function PlanBody({ plan, state }: { readonly plan: ImportPlan; readonly state: PlanState }) {
  return (
    <>
      <PlanFiles plan={plan} />
      <div className={styles.form}>
        <span className={styles.label}>{plan.new_case ? 'New case' : 'Into the case'}</span>
        <div className={styles.place}>
          <LogText text={plan.case_path} max={400} className={styles.path} />
          {plan.new_case && (
            <Button size="s" onPress={state.changePlace} isDisabled={state.busy}>
              Change…
            </Button>
          )}
        </div>
        <span className={styles.label}>Deployment</span>
        <ComboField
          label="Deployment"
          hideLabel
          free
          value={state.deployment}
          onChange={state.setDeployment}
          options={plan.deployments}
          placeholder="coder.example.com"
          hint={
            needsDeployment(plan, state)
              ? 'The case knows several: choose the one these files come from, or write a new name.'
              : `Which Coder deployment these files come from${plan.deployments.length === 0 ? '; “default” where nothing is written' : ''}. Records are matched with others of the same deployment only.`
          }
        />
      </div>
      <ul className={styles.steps} aria-label="What will happen">
        <Step icon="file">
          The files are read to their end and never changed; .gz, .zst, .zip and .tar are read as they are.
        </Step>
        <Step icon="equal">
          Every line is accounted for: event, matching record, duplicate, other line, or unreadable record with its
          reason.
        </Step>
        {!plan.new_case && (
          <Step icon="check">A file that the case holds already, by its SHA-256, adds nothing and says so.</Step>
        )}
        <Step icon="lock">
          Values that look secret are masked in every view and export. The raw records stay as they are, inside the
          case.
        </Step>
      </ul>
      {state.error !== undefined && <ErrorLine error={state.error} />}
    </>
  );
}

function Step({
  icon,
  children,
}: {
  readonly icon: 'file' | 'equal' | 'check' | 'lock';
  readonly children: ReactNode;
}) {
  return (
    <li className={styles.step}>
      <Icon name={icon} size="s" />
      <span>{children}</span>
    </li>
  );
}

/** What went wrong and what to do, in the form it went wrong in. */
export function ErrorLine({ error }: { readonly error: AppError }) {
  return (
    <p role="alert" className={styles.error}>
      <Icon name="failed" size="s" />
      <span>
        <LogText text={error.message} />
        {error.hint !== undefined && (
          <>
            {' '}
            <span className={styles.hint}>
              <LogText text={error.hint} />
            </span>
          </>
        )}
      </span>
    </p>
  );
}

/** In a case of several deployments nobody can guess which one is meant. */
function needsDeployment(plan: ImportPlan, state: PlanState): boolean {
  return plan.deployments.length > 1 && state.deployment.trim() === '';
}

export function PlanButtons({ plan, state }: { readonly plan: ImportPlan; readonly state: PlanState }) {
  return (
    <>
      <span className={styles.grow} />
      <Button onPress={state.cancel} isDisabled={state.busy}>
        Cancel
      </Button>
      <Button
        variant="primary"
        onPress={state.start}
        isDisabled={state.busy || plan.files === 0 || needsDeployment(plan, state)}
      >
        {plan.new_case ? 'Create case' : 'Import'}
      </Button>
    </>
  );
}
