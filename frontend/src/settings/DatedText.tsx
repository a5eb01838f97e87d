import { LogText } from '../ui/LogText';
import styles from './DatedText.module.css';
import { textPieces } from './textPieces';

export interface DatedTextProps {
  readonly text: string;
  /** A field's name in it, drawn as fields are. */
  readonly field?: string;
  readonly max: number;
}

/** A sentence whose dates stay on one line. */
export function DatedText({ text, field, max }: DatedTextProps) {
  return textPieces(text.slice(0, max), field).map((piece, i) => (
    <LogText
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one sentence never move
      key={i}
      text={piece.text}
      max={max}
      lines
      className={piece.kind === 'date' ? styles.date : piece.kind === 'field' ? styles.field : undefined}
    />
  ));
}
