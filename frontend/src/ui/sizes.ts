// Sizes and spans for people: rough on purpose, with a unit.

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** "912 bytes", "7.4 MB", "322 MB": thousands, as file managers count. */
export function bytesWords(bytes: number): string {
  let n = bytes;
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  if (unit === 0) return `${n} ${n === 1 ? 'byte' : 'bytes'}`;
  return `${n < 9.95 ? n.toFixed(1) : Math.round(n)} ${units[unit]}`;
}

/** "about 2 s", "about 4 min", "about 1 h 10 min". */
export function aboutSeconds(seconds: number): string {
  const s = Math.max(1, Math.round(seconds));
  if (s < 100) return `about ${s} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 100) return `about ${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `about ${Math.floor(minutes / 60)} h` : `about ${Math.floor(minutes / 60)} h ${rest} min`;
}

/** How long a stretch between two instants is, in its two widest units: "2 d 7 h", "1 d", "35 min". */
export function stretchWords(fromMs: number, toMs: number): string {
  const minutes = Math.max(0, Math.round((toMs - fromMs) / 60_000));
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first < 0) return '0 min';
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ');
}
