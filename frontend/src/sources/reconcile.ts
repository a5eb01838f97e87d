// The three comparisons that an auditor is asked about, each with what it compared and what it cannot show.
import type { CaseInfo, Source } from '../backend/types';
import { visibleText } from '../ui/visible';
import { count, counted } from '../ui/words';
import { mismatches, mismatchWords, totalOf } from './accounting';

export interface Reconciliation {
  readonly from: string;
  readonly to: string;
  readonly state: 'agrees' | 'differs' | 'not tested';
  readonly title: string;
  readonly words: string;
}

export function reconciliations(
  sources: readonly Source[],
  caseInfo: Pick<CaseInfo, 'events'>,
  importing: boolean,
): readonly Reconciliation[] {
  return [
    {
      from: 'Deployment',
      to: 'files',
      state: 'not tested',
      title: 'Not tested',
      words: 'No outside total was given, so nothing here shows that the files hold all that the deployment logged.',
    },
    filesToCase(sources, caseInfo, importing),
    {
      from: 'Case',
      to: 'workbook',
      state: 'not tested',
      title: 'Not tested',
      words:
        'No export was compared with the case here. A workbook names its own digests; auditdesk check compares them with the case.',
    },
  ];
}

function filesToCase(
  sources: readonly Source[],
  caseInfo: Pick<CaseInfo, 'events'>,
  importing: boolean,
): Reconciliation {
  const step = { from: 'Files', to: 'case' };
  if (importing) {
    return {
      ...step,
      state: 'not tested',
      title: 'Not tested yet',
      words: 'An import is running; the numbers are compared when it has ended.',
    };
  }
  if (sources.length === 0) {
    return { ...step, state: 'not tested', title: 'Not tested', words: 'Nothing was imported yet.' };
  }
  const total = totalOf(sources);
  const wrong: string[] = mismatches(sources).map((m) => `${visibleText(m.path)}: ${mismatchWords(m)}`);
  if (total.events !== caseInfo.events) {
    wrong.push(`the sources brought ${counted(total.events, 'event')}, the case holds ${count(caseInfo.events)}`);
  }
  if (wrong.length > 0) {
    const more = wrong.length > 2 ? `; and ${wrong.length - 2} more` : '';
    return {
      ...step,
      state: 'differs',
      title: 'Differs',
      words: `${wrong.slice(0, 2).join('; ')}${more}. Import the files again into a new case, and compare.`,
    };
  }
  const partial = sources.filter((s) => s.state === 'partial').length;
  const parts = partial > 0 ? ` ${counted(partial, 'file was', 'files were')} read in part only.` : '';
  return {
    ...step,
    state: 'agrees',
    title: 'Agrees',
    words: `${counted(total.lines, 'line')} read = ${count(total.record_lines)} of records + ${counted(total.other, 'other line')}; ${counted(total.events, 'event')} of the sources are the ${count(caseInfo.events)} of the case.${parts} Says nothing of what the files lack.`,
  };
}
