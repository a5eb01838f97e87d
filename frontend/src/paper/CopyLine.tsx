import { useCallback, useEffect, useState } from 'react';
import { useBackend } from '../backend/context';
import type { PaperFormat, PaperLineRequest } from '../backend/types';
import { useDesk } from '../desk';
import { Button, IconButton } from '../ui/Button';
import { MenuButton, type MenuItem } from '../ui/Menu';
import styles from './CopyLine.module.css';

export type Line = Omit<PaperLineRequest, 'format' | 'zone'>;

export const formats: readonly { readonly format: PaperFormat; readonly label: string }[] = [
  { format: 'text', label: 'As text' },
  { format: 'markdown', label: 'As Markdown' },
  { format: 'row', label: 'As a row of a spreadsheet' },
];

/** Puts a line for a working paper into the clipboard. */
export function useCopyLine(): (line: Line, format: PaperFormat) => Promise<void> {
  const backend = useBackend();
  const { zone } = useDesk();
  return useCallback(
    async (line, format) => backend.copyText(await backend.paperLine({ ...line, format, zone })),
    [backend, zone],
  );
}

export interface CopyLineProps extends Omit<CopyFormsProps, 'copy'> {
  readonly line: Line;
}

/** A button that offers the line in three forms, and says when it was copied. */
export function CopyLine({ line, ...rest }: CopyLineProps) {
  const copy = useCopyLine();
  return <CopyForms copy={(format) => copy(line, format)} {...rest} />;
}

export interface CopyFormsProps {
  copy(format: PaperFormat): Promise<void>;
  /** What is copied, for screen readers: "the setting". */
  readonly what: string;
  /** The button's word. */
  readonly label?: string;
  /** The drawing alone, in dense places. */
  readonly small?: boolean;
}

/** The same for a line that is not the backend's paperLine. */
export function CopyForms({ copy, what, label = 'Copy line', small }: CopyFormsProps) {
  const { report } = useDesk();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 2500);
    return () => window.clearTimeout(timer);
  }, [copied]);
  const items = formats.map(
    ({ format, label }): MenuItem => ({
      id: format,
      label,
      icon: format === 'row' ? 'columns' : format === 'markdown' ? 'text' : 'copy',
      run: () =>
        void copy(format)
          .then(() => setCopied(true))
          .catch(report),
    }),
  );
  return (
    <>
      <span role="status" className="visually-hidden">
        {copied ? `Copied: ${what}` : ''}
      </span>
      <MenuButton
        label={`Copy ${what} for a working paper`}
        groups={[{ items }]}
        placement="bottom end"
        trigger={
          small ? (
            <IconButton size="xs" icon={copied ? 'check' : 'copy'} label={`${label}: ${what}`} />
          ) : (
            <Button size="s" icon={copied ? 'check' : 'copy'} aria-label={`${label}: ${what}`}>
              <span className={styles.word} data-text={label}>
                {copied ? 'Copied' : label}
              </span>
            </Button>
          )
        }
      />
    </>
  );
}
