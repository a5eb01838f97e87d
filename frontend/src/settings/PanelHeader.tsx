import type { SettingsPanel } from '../backend/types';
import { Icon } from '../ui/icons';
import { LogText } from '../ui/LogText';
import styles from './PanelHeader.module.css';
import { panelWords } from './words';

export interface PanelHeaderProps {
  readonly panel: SettingsPanel;
  readonly two: boolean;
  /** Whether the deployment must be named: the case has several. */
  readonly named: boolean;
  readonly folded: boolean;
  onFold(): void;
}

/** A panel of the vendor's settings page in one deployment; it folds its rows away. */
export function PanelHeader({ panel, two, named, folded, onFold }: PanelHeaderProps) {
  return (
    <button type="button" className={styles.header} aria-expanded={!folded} onClick={onFold}>
      <Icon name={folded ? 'right' : 'down'} size="s" />
      <b className={styles.title}>
        {panel.panel === '' ? 'Not in the catalogue' : <LogText text={panel.panel} max={100} />}
      </b>
      <span className={styles.count}>{panelWords(panel, two)}</span>
      <span className={styles.end}>
        {panel.version}
        {named && (
          <>
            , <LogText text={panel.deployment} max={100} />
          </>
        )}
      </span>
    </button>
  );
}
