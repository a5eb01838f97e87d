/** The zones that this computer knows, UTC first. */
export function zones(): readonly string[] {
  const known = Intl.supportedValuesOf('timeZone').filter((z) => z !== 'UTC' && !z.startsWith('Etc/'));
  return ['UTC', ...known];
}
