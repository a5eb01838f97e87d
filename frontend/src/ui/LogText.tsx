import styles from './LogText.module.css';
import { cutText, type LogPart, logParts } from './visible';

export interface LogTextProps {
  /** Untrusted: as it came out of a log. */
  readonly text: string;
  /** Keep line feeds and tabs, for blocks of several lines; a row shows them as codes. */
  readonly lines?: boolean;
  /** Characters drawn at most; what is left out is said. A row needs no megabyte of text. */
  readonly max?: number;
  readonly className?: string | undefined;
}

/** The only way in which text out of a log reaches the screen: as text, never markup, a link or a turn of direction. */
export function LogText({ text, lines = false, max = 4096, className }: LogTextProps) {
  const cut = cutText(text, max);
  const parts = logParts(cut.text, lines);
  const [only] = parts;
  return (
    <bdi dir="ltr" className={className}>
      {parts.length === 1 && only !== undefined && 'text' in only ? only.text : parts.map(part)}
      {cut.more > 0 && <span className={styles.more}>… {cut.more.toLocaleString('en-GB')} more characters</span>}
    </bdi>
  );
}

// Parts never move within one text, so their places are their keys.
function part(p: LogPart, place: number) {
  if ('text' in p) return <span key={place}>{p.text}</span>;
  return (
    <span key={place} className={styles.code} title={`${p.code}, ${p.name}`}>
      {p.code}
    </span>
  );
}
