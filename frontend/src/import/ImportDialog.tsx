import type { AppError, ImportPlan, ImportResult } from '../backend/types';
import { useDesk, useJobs } from '../desk';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { CopySummary } from './CopySummary';
import { DropVeil } from './DropVeil';
import { DropZone } from './DropZone';
import { isError, resultTitle } from './ending';
import styles from './ImportDialog.module.css';
import { PlanBody, PlanButtons, planTitle } from './Plan';
import { ImportPanel } from './Progress';
import { ResultBody } from './Result';
import { usePlan } from './usePlan';

/**
 * Files on their way into the open case: the question before, the panel while it runs, the accounting at its end. Without an open
 * case the welcome screen has room for all three.
 */
export function ImportDialog() {
  const { caseInfo } = useDesk();
  const { plan, importing, imported } = useJobs();
  return (
    <>
      <DropVeil />
      {caseInfo !== undefined && plan !== undefined && <PlanDialog key={plan.id} plan={plan} />}
      {caseInfo !== undefined && plan === undefined && <ChooseDialog />}
      {caseInfo !== undefined && importing !== undefined && <ImportPanel progress={importing} />}
      {caseInfo !== undefined && imported !== undefined && <ResultDialog end={imported} />}
    </>
  );
}

/** What to import: asked where nothing was dropped or chosen yet. */
function ChooseDialog() {
  const { dialog, closeDialog } = useDesk();
  const { importing } = useJobs();
  return (
    <Dialog title="Import" isOpen={dialog === 'import'} onClose={closeDialog} width={560}>
      {importing === undefined ? (
        <DropZone hint="They are added to the open case. .gz, .zst, .zip and .tar are read as they are." />
      ) : (
        <p className={styles.running}>An import is running. More files can be added when it has ended.</p>
      )}
    </Dialog>
  );
}

function PlanDialog({ plan }: { readonly plan: ImportPlan }) {
  const state = usePlan(plan);
  return (
    <Dialog
      title={planTitle(plan)}
      isOpen
      onClose={state.cancel}
      width={1040}
      flush
      footer={<PlanButtons plan={plan} state={state} />}
    >
      <PlanBody plan={plan} state={state} />
    </Dialog>
  );
}

function ResultDialog({ end }: { readonly end: ImportResult | AppError }) {
  const { show } = useDesk();
  const { clearImported } = useJobs();
  return (
    <Dialog
      title={resultTitle(end)}
      isOpen
      onClose={clearImported}
      width={isError(end) ? 520 : 1040}
      flush
      footer={
        <>
          {!isError(end) && <CopySummary result={end} />}
          <span className={styles.grow} />
          {!isError(end) && (
            <Button
              onPress={() => {
                clearImported();
                show('sources');
              }}
            >
              Sources & completeness
            </Button>
          )}
          <Button variant="primary" onPress={clearImported}>
            Close
          </Button>
        </>
      }
    >
      <ResultBody end={end} />
    </Dialog>
  );
}
