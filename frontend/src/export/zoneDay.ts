import { localOf } from '../view/time';

/** The day (yyyy-mm-dd) of an instant in a zone. */
export function zoneDay(instant: string | number, zone: string): string {
  return localOf(instant, zone)?.day ?? '';
}
