import { actionOf } from '../actions/actions';
import { CaseMenu } from '../actions/CaseMenu';
import { useActions } from '../actions/useActions';
import type { CaseInfo } from '../backend/types';
import { useDesk } from '../desk';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import { Segmented } from '../ui/Segmented';
import { visibleText } from '../ui/visible';
import { counted } from '../ui/words';
import { minuteStamp } from '../view/time';
import styles from './CaseBar.module.css';
import { periodOf } from './period';

export function CaseBar({ caseInfo }: { readonly caseInfo: CaseInfo }) {
  const { view, setClock, show, zone } = useDesk();
  const { reach, run } = useActions();
  const importing = actionOf('new-import');
  const exporting = actionOf('export');
  const { engagement, deployments, gaps, first, last } = caseInfo;
  const under = engagement.deployments ?? [];
  const [main, ...others] = under.length === 0 ? deployments : deployments.filter((d) => under.includes(d.name));
  return (
    <header className={styles.bar}>
      <h1 className="visually-hidden">
        <LogText text={engagement.title} />
      </h1>
      <CaseMenu />
      <dl className={styles.facts}>
        <div>
          <dt>Deployment</dt>
          <dd>
            {main === undefined ? (
              <span className={styles.quiet}>none yet</span>
            ) : (
              <>
                <LogText text={main.name} />
                {main.versions.length > 0 && `, ${main.versions.join(' and ')}`}
              </>
            )}
            {others.length > 0 && (
              <span
                className={styles.quiet}
                title={others.map((d) => `${visibleText(d.name)}, ${d.versions.join(' and ')}`).join('\n')}
              >
                {' '}
                +{others.length}
              </span>
            )}
          </dd>
        </div>
        <div className={styles.period}>
          <dt>Period under audit</dt>
          <dd>{periodOf(engagement)}</dd>
        </div>
        <div className={styles.received}>
          <dt>
            Records received
            {gaps.length > 0 && (
              <button type="button" className={styles.gaps} onClick={() => show('sources')}>
                <Icon name="warn" size="xs" />
                {counted(gaps.length, 'stretch', 'stretches')} without
              </button>
            )}
          </dt>
          <dd>
            {first === undefined || last === undefined
              ? 'none yet'
              : `${minuteStamp(first, zone)} → ${minuteStamp(last, zone)} ${zone}`}
          </dd>
        </div>
      </dl>
      <span className={styles.grow} />
      {engagement.zone !== 'UTC' && (
        <Segmented
          label="Time zone"
          value={view.clock}
          options={[
            { value: 'utc', label: 'UTC' },
            { value: 'case', label: engagement.zone },
          ]}
          onChange={setClock}
        />
      )}
      {importing !== undefined && (
        <Button icon="import" isDisabled={!importing.enabled(reach)} onPress={() => run(importing)}>
          Import…
        </Button>
      )}
      {exporting !== undefined && (
        <Button variant="primary" icon="export" isDisabled={!exporting.enabled(reach)} onPress={() => run(exporting)}>
          Export…
        </Button>
      )}
    </header>
  );
}
