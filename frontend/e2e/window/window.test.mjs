// @ts-check
// The production window itself on a virtual screen: its page is read through WebKit's inspector, its pointer and keys are
// the real ones.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Desktop, desktopProgram } from '../desktop.mjs';
import { ask, commandLine } from '../program.mjs';
import { Screen } from '../screen.mjs';

/** @type {Screen} */ let screen;
/** @type {Desktop} */ let desktop;
/** @type {string} */ let demo;

const grid = `document.querySelector('[role="grid"]')`;
const query = `document.querySelector('input[aria-label="Query"]')`;
const matching = `Number((document.querySelector('footer [role="status"]')?.textContent ?? '').replace(/[^0-9]/g, ''))`;
const label = (/** @type {string} */ facet, /** @type {string} */ value) =>
  `[...document.querySelectorAll('section[aria-label="${facet}"] [role="option"] [class*="_label_"]')].find((l) => l.textContent === '${value}')`;

before(async () => {
  screen = await Screen.start();
  demo = join(screen.folder, 'review.auditcase');
  await commandLine('demo', demo, '--events', '5000');
  desktop = await Desktop.start({ screen, args: [demo] });
  await desktop.settled();
});
after(() => desktop?.stop() ?? screen?.stop());

/** @param {string} text */
const count = async (text) => Number(await commandLine('count', demo, text));

test('it opens on the case that it was given', async () => {
  assert.equal(await desktop.page.until(matching), 5000);
  await desktop.page.until(`document.querySelectorAll('[role="row"][aria-selected]').length > 5`);
  assert.match(await desktop.page.evaluate('document.body.textContent'), /MADE-UP/);
  const title = await screen.run('xprop', ['-id', await screen.window(), '_NET_WM_NAME']);
  assert.match(title, /Northwind Bank.* Auditdesk"/);
});

test('it has a language, and no page but its own', async () => {
  assert.match(await desktop.page.evaluate('navigator.language'), /^[a-z]{2}/);
  assert.equal(await desktop.page.evaluate('location.origin + location.pathname'), 'wails://wails/');
  const loaded = await desktop.page.evaluate(
    `performance.getEntriesByType('resource').map((r) => r.name).filter((n) => !n.startsWith('wails://wails/'))`,
  );
  assert.deepEqual(loaded, []);
});

test('script of a log or of elsewhere does not run', async () => {
  await desktop.page.evaluate(`(() => {
    const inline = document.createElement('script');
    inline.textContent = 'window.ranInline = true';
    document.head.append(inline);
    const remote = document.createElement('img');
    remote.src = 'https://example.com/x.png';
    remote.onerror = () => { window.remoteFailed = true; };
    document.body.append(remote);
  })()`);
  await desktop.page.until('window.remoteFailed === true');
  assert.equal(await desktop.page.evaluate('window.ranInline === undefined'), true);
});

test('the pointer: a click on a value filters, once more takes it back', async () => {
  await desktop.click(label('Action', 'login'));
  const logins = await count('action:login');
  await desktop.page.until(`${matching} === ${logins}`);
  assert.equal(await desktop.page.evaluate(`${query}.value`), 'action:login');
  await desktop.click(label('Action', 'login'));
  await desktop.page.until(`${matching} === 5000`);
});

test('the keyboard: a query is typed, a row opened and closed', async () => {
  await desktop.press('slash');
  await desktop.page.until(`document.activeElement === ${query}`);
  await screen.xdotool('type', '--delay', '5', 'outcome:denied');
  await desktop.press('Return');
  const denied = await count('outcome:denied');
  await desktop.page.until(`${matching} === ${denied}`);
  await desktop.page.evaluate(`${grid}.focus()`);
  await desktop.page.until(
    `${grid}.querySelector('[role="row"][aria-selected]:not([aria-busy])')?.textContent.includes('denied')`,
  );
  await desktop.press('Down');
  await desktop.page.until(`${grid}.querySelector('[role="row"][aria-selected="true"]') !== null`);
  await desktop.press('Return');
  await desktop.page.until(
    `document.querySelector('[role="group"][aria-label="Event"]')?.textContent.includes('is recorded as')`,
  );
  await desktop.press('Escape');
  await desktop.page.until(`document.querySelector('[role="group"][aria-label="Event"]') === null`);
});

test('Ctrl+Z while a query is typed takes back no filter', async () => {
  const shown = await desktop.page.evaluate(matching);
  const text = await desktop.page.evaluate(`${query}.value`);
  await desktop.press('slash');
  await desktop.page.until(`document.activeElement === ${query}`);
  await desktop.press('End');
  await screen.xdotool('type', '--delay', '5', ' action:x');
  await desktop.page.until(`${query}.value.endsWith('x')`);
  await desktop.press('ctrl+z');
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(await desktop.page.evaluate(matching), shown);
  await desktop.press('Escape');
  await desktop.page.until(`${query}.value === ${JSON.stringify(text)}`);
});

test('keys of the native menu reach the page', async () => {
  await desktop.press('ctrl+1');
  await desktop.page.until(
    `document.querySelector('[role="tab"][aria-selected="true"]')?.textContent.startsWith('Sources')`,
  );
  await desktop.press('ctrl+3');
  await desktop.page.until(
    `document.querySelector('[role="tab"][aria-selected="true"]')?.textContent.startsWith('Admin')`,
  );
  await desktop.press('F1');
  await desktop.page.until(`document.querySelector('[role="dialog"]') !== null`);
  await desktop.press('Escape');
  await desktop.page.until(`document.querySelector('[role="dialog"]') === null`);
  await desktop.press('ctrl+2');
  await desktop.page.until(
    `document.querySelector('[role="tab"][aria-selected="true"]')?.textContent.startsWith('Events')`,
  );
});

test('a file dropped on the window becomes a plan that names it, and not where it lies', async () => {
  const log = join(screen.folder, 'dropped logs.ndjson');
  await commandLine('demo', join(screen.folder, 'other.auditcase'), '--events', '10', '--seed', '7', '--raw', log);
  // The toolkit's own message of a drop: GTK's drag can't be done by a synthetic pointer.
  await desktop.page.evaluate(`window.WailsInvoke('DD:300:300:' + ${JSON.stringify(log)})`);
  await desktop.page.until(`document.querySelector('[role="dialog"]')?.textContent.includes('dropped logs.ndjson')`);
  const shown = await desktop.page.evaluate(`document.querySelector('[role="dialog"]').textContent`);
  assert.ok(!shown.includes(log), 'the path of a log is not told to the page');
  await desktop.press('Escape');
  await desktop.page.until(`document.querySelector('[role="dialog"]') === null`);
});

test('an event of that name from the page ends nothing', async () => {
  await desktop.page.evaluate(`window.runtime.EventsEmit('wails:file-drop')`);
  await desktop.page.evaluate(`window.runtime.EventsEmit('wails:file-drop', 'x', {}, [1, 2])`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(desktop.program.exitCode, null);
  assert.ok(await desktop.page.evaluate('true'));
});

test('a second launch raises this window, with the case that it was given', async () => {
  const other = join(screen.folder, 'second.auditcase');
  await commandLine('demo', other, '--events', '300', '--seed', '3');
  const window = await screen.window();
  await screen.xdotool('windowminimize', '--sync', window);
  const second = screen.spawn(desktopProgram, [other]);
  await once(second, 'exit');
  await desktop.page.until(`${matching} === 300`);
  await screen.window(); // it is visible again
  assert.equal(desktop.program.exitCode, null);
});

test('a second launch with a case that is not there says so and keeps the open one', async () => {
  const second = screen.spawn(desktopProgram, [join(screen.folder, 'gone.auditcase')]);
  await once(second, 'exit');
  await desktop.page.until(`document.body.textContent.includes('gone.auditcase')`);
  assert.equal(await desktop.page.evaluate(matching), 300);
});

test('a picture of the window is a picture', async () => {
  const path = join(screen.folder, 'window.png');
  await screen.picture(path);
  assert.ok((await stat(path)).size > 50_000);
  const colours = Number(await screen.run('identify', ['-format', '%k', path]));
  assert.ok(colours > 200, `${colours} colours`);
});

test('theme, size and place are kept between launches', async () => {
  await desktop.page.evaluate(`document.activeElement?.blur()`);
  await desktop.page.evaluate(`window.go.main.App.SetTheme('dark')`);
  const window = await screen.window();
  await screen.xdotool('windowsize', '--sync', window, '1100', '720');
  await screen.xdotool('windowmove', '--sync', window, '120', '90');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const gone = once(desktop.program, 'exit');
  await desktop.press('ctrl+q');
  const [code] = await gone;
  assert.equal(code, 0);
  const kept = JSON.parse(await readFile(join(screen.folder, 'state', 'auditdesk', 'window.json'), 'utf8'));
  assert.equal(kept.theme, 'dark');
  assert.deepEqual([kept.window.width, kept.window.height], [1100, 720]);

  desktop.page.close();
  desktop = await Desktop.start({ screen });
  await desktop.settled();
  await desktop.page.until(`document.documentElement.dataset.theme === 'dark'`);
  assert.equal(await desktop.page.evaluate('window.innerWidth'), 1100);
  await desktop.page.until(`document.body.textContent.includes('second.auditcase')`); // among the recent cases
  const again = await screen.xdotool('getwindowgeometry', '--shell', await screen.window());
  assert.match(again, /^WIDTH=1100$/m);
});

test('a case is one file once it is closed', async () => {
  const names = await screen.run('sh', ['-c', `ls "${screen.folder}" | grep auditcase`]);
  assert.deepEqual(names.trim().split('\n').sort(), ['other.auditcase', 'review.auditcase', 'second.auditcase']);
  const [source] = await ask('sources', demo);
  assert.equal(source.records, source.events + source.matching + source.duplicates + source.unreadable);
});
