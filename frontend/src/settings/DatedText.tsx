import { LogText } from '../ui/LogText';
import { cutText } from '../ui/visible';
import styles from './DatedText.module.css';
import { textPieces } from './textPieces';

export interface DatedTextProps {
  readonly text: string;
  readonly max: number;
}

/** A sentence of the program with names out of a log: its dates stay on one line, its fields are drawn as fields. */
export function DatedText({ text, max }: DatedTextProps) {
  return textPieces(cutText(text, max).text).map((piece, i) => (
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
