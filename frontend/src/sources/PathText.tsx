import { LogText } from '../ui/LogText';
import styles from './PathText.module.css';
import { pathParts } from './paths';

export interface PathTextProps {
  readonly path: string;
  /** The folder that is said elsewhere, see commonFolder. */
  readonly below?: string | undefined;
}

/** A path of which the folder gives way first; whoever shows it has the whole of it in a tooltip. */
export function PathText({ path, below }: PathTextProps) {
  const { folder, name } = pathParts(path, below);
  return (
    <span className={styles.path}>
      {folder !== '' && <LogText text={folder} max={300} className={styles.folder} />}
      <LogText text={name} max={300} className={styles.name} />
    </span>
  );
}
