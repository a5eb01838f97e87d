import { type CalendarDate, parseDate } from '@internationalized/date';
import {
  Button as AriaButton,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DateRangePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  I18nProvider,
  Popover,
  RangeCalendar,
} from 'react-aria-components';
import { Button } from '../ui/Button';
import { Icon } from '../ui/icons';
import styles from './PeriodField.module.css';

export interface Period {
  /** yyyy-mm-dd, both included. */
  readonly from: string;
  readonly to: string;
}

export interface PeriodFieldProps {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Undefined takes the limit away. */
  onChange(period: Period | undefined): void;
}

/**
 * The first and the last day of the period under audit, written yyyy-mm-dd whatever the computer's language. That is how
 * English is written in Sweden; the ICU of Debian's WebKit writes that of Canada month first.
 */
export function PeriodField({ from, to, onChange }: PeriodFieldProps) {
  const value = dates(from, to);
  return (
    <I18nProvider locale="en-SE">
      <div className={styles.line}>
        <DateRangePicker
          aria-label="Period under audit"
          value={value}
          onChange={(range) => {
            if (range !== null) onChange({ from: range.start.toString(), to: range.end.toString() });
          }}
          firstDayOfWeek="mon"
          className={styles.picker ?? ''}
        >
          <Group className={styles.box ?? ''}>
            <DateInput slot="start" className={styles.date ?? ''}>
              {(segment) => <DateSegment segment={segment} className={styles.segment ?? ''} />}
            </DateInput>
            <Icon name="arrow" size="xs" className={styles.arrow} />
            <DateInput slot="end" className={styles.date ?? ''}>
              {(segment) => <DateSegment segment={segment} className={styles.segment ?? ''} />}
            </DateInput>
            <AriaButton className={styles.open ?? ''}>
              <Icon name="down" size="xs" />
            </AriaButton>
          </Group>
          <Popover offset={4} className={styles.popover ?? ''}>
            <Dialog className={styles.dialog ?? ''}>
              <RangeCalendar>
                <header className={styles.head}>
                  <AriaButton slot="previous" className={styles.step ?? ''}>
                    <Icon name="left" size="s" />
                  </AriaButton>
                  <Heading className={styles.month ?? ''} />
                  <AriaButton slot="next" className={styles.step ?? ''}>
                    <Icon name="right" size="s" />
                  </AriaButton>
                </header>
                <CalendarGrid className={styles.grid ?? ''}>
                  <CalendarGridHeader>
                    {(day) => <CalendarHeaderCell className={styles.weekday ?? ''}>{day}</CalendarHeaderCell>}
                  </CalendarGridHeader>
                  <CalendarGridBody>
                    {(date) => <CalendarCell date={date} className={styles.day ?? ''} />}
                  </CalendarGridBody>
                </CalendarGrid>
              </RangeCalendar>
            </Dialog>
          </Popover>
        </DateRangePicker>
        <Button
          variant="bare"
          size="s"
          isDisabled={from === undefined && to === undefined}
          onPress={() => onChange(undefined)}
        >
          No limit
        </Button>
      </div>
    </I18nProvider>
  );
}

function dates(from: string | undefined, to: string | undefined): { start: CalendarDate; end: CalendarDate } | null {
  if (from === undefined || to === undefined) return null;
  try {
    return { start: parseDate(from), end: parseDate(to) };
  } catch {
    return null;
  }
}
