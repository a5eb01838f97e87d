// @ts-check
// node launch.mjs CASE [TIMES]: opens CASE in the production window again and again, and prints how many milliseconds went
// by from the start of the program until its first rows and facets stood on the screen: the median and the slowest.
import { Desktop } from './desktop.mjs';
import { Screen } from './screen.mjs';

const [, , file, times = '5'] = process.argv;
if (file === undefined) {
  process.stderr.write('usage: launch.mjs CASE [TIMES]\n');
  process.exit(2);
}
const took = [];
for (let i = 0; i < Number(times); i++) {
  const screen = await Screen.start();
  try {
    const begun = performance.now();
    const desktop = await Desktop.start({ screen, args: [file] });
    await desktop.page.until(
      `document.querySelectorAll('[role="row"]').length > 5 && document.querySelector('[aria-busy="true"]') === null`,
    );
    took.push(performance.now() - begun);
    desktop.page.close();
  } finally {
    await screen.stop();
  }
}
took.sort((a, b) => a - b);
process.stdout.write(`${Math.round(took[took.length >> 1] ?? 0)} ${Math.round(took.at(-1) ?? 0)}\n`);
