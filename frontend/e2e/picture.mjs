// @ts-check
// node picture.mjs CASE PICTURE: opens CASE in the production window on a virtual screen, waits until the page can be used,
// and saves a picture of the screen.
import { Desktop } from './desktop.mjs';

const [, , file, picture] = process.argv;
if (file === undefined || picture === undefined) {
  process.stderr.write('usage: picture.mjs CASE PICTURE\n');
  process.exit(2);
}
const desktop = await Desktop.start({ args: [file] });
try {
  await desktop.settled();
  await desktop.page.until(`document.querySelectorAll('[role="row"]').length > 5`);
  await desktop.screen.picture(picture);
} finally {
  await desktop.stop();
}
