// @ts-check
// The settings as of one or two instants, and a roll-forward, against what the command line says of the same case.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { Desk, number } from '../desk.mjs';
import { ask, commandLine, Program } from '../program.mjs';

/** @type {Program} */ let program;
/** @type {string} */ let file;

before(async () => {
  program = await Program.start('--demo');
  file = join(program.screen.folder, 'data', 'auditdesk', 'demo.auditcase');
});
after(() => program?.stop());

/** @param {import('playwright-core').BrowserContextOptions} [options] */
async function open(options) {
  const page = await program.page(options);
  /** @type {string[]} */ const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const desk = new Desk(page);
  await desk.settled();
  await desk.tab('Settings').click();
  await desk.settled();
  await desk.rows.first().waitFor();
  return { page, desk, errors };
}

/** @param {import('playwright-core').Page} page @param {'A' | 'B'} name */
const pin = (page, name) => page.getByRole('slider', { name: new RegExp(`^Instant ${name}`) });

/** The instant of a pin, as the command line takes it. @param {import('playwright-core').Page} page @param {'A' | 'B'} name */
const instantOf = async (page, name) =>
  new Date(Number(await pin(page, name).getAttribute('aria-valuenow'))).toISOString();

/** @param {import('playwright-core').Page} page @param {'A' | 'B'} name @param {string} text */
async function type(page, name, text) {
  await pin(page, name).press('Enter');
  const field = page.getByRole('textbox', { name: `Instant ${name}, UTC` });
  await field.fill(text);
  await field.press('Enter');
  await field.waitFor({ state: 'detached' });
  await page.locator(`[role="slider"][aria-valuetext^="${text}"]`).waitFor();
}

/** What the strip says below it. @param {import('playwright-core').Page} page */
const summary = (page) => page.getByRole('region', { name: 'Instants' }).locator('p').first();

test('each row says what the command line says of it', async () => {
  const { page, desk, errors } = await open();
  await type(page, 'A', '2025-10-01 00:00:00');
  await type(page, 'B', '2026-02-01 12:00:00');
  const rows = await ask(
    'settings',
    file,
    '--unseen',
    '--from',
    '2025-10-01T00:00:00Z',
    '--to',
    '2026-02-01T12:00:00Z',
  );
  const differ = rows.filter((/** @type {any} */ r) => r.differs === 'yes').length;
  await summary(page).getByText(`${differ} of ${rows.length}`).waitFor();
  assert.equal(number((await desk.tab('Settings').textContent()) ?? ''), rows.length);

  for (const label of ['access URL', 'gpu_vendor']) {
    await page.getByRole('searchbox', { name: /^Setting, field/ }).fill(label);
    await desk.grid.getByText(label, { exact: true }).first().waitFor();
    await desk.settled();
    const want = rows.find((/** @type {any} */ r) => r.field === label);
    const row = desk.rows.first();
    const text = (await row.textContent()) ?? '';
    assert.ok(text.includes(`before ${want.then.known === 'unknown' ? 'unknown' : want.then.words}`), text);
    assert.ok(text.includes(`, after ${want.words}`), text);
    assert.equal(
      await row.getByRole('img', { name: 'differs between A and B' }).count(),
      want.differs === 'yes' ? 1 : 0,
    );
  }
  assert.deepEqual(errors, []);
});

test('the table follows a date that is dragged, and its rest is one step', async () => {
  const { page, desk, errors } = await open();
  await type(page, 'A', '2025-09-01 00:00:00');
  const before = await pin(page, 'B').getAttribute('aria-valuetext');
  const box = await pin(page, 'B').boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  const seen = new Set();
  for (let i = 1; i <= 30; i++) {
    await page.mouse.move(box.x + box.width / 2 - i * 16, y);
    await page.waitForTimeout(20);
    seen.add(await summary(page).textContent());
    assert.ok((await desk.rows.count()) > 5, 'rows stay while the date moves');
  }
  assert.ok(seen.size > 3, `it answered on the way: ${[...seen].join(' | ')}`);
  await page.mouse.up();
  await desk.settled();
  const rows = await ask(
    'settings',
    file,
    '--unseen',
    '--from',
    '2025-09-01T00:00:00Z',
    '--to',
    await instantOf(page, 'B'),
  );
  const differ = rows.filter((/** @type {any} */ r) => r.differs === 'yes').length;
  await summary(page).getByText(`${differ} of ${rows.length}`).waitFor();
  await page.keyboard.press('Control+Z');
  await page.locator(`[role="slider"][aria-valuetext="${before}"]`).waitFor();
  assert.deepEqual(errors, []);
});

test('only what differs or is unknown stands alone', async () => {
  const { page, desk } = await open();
  await type(page, 'A', '2025-12-01 00:00:00');
  await page.keyboard.press('Control+Shift+D');
  await page.getByRole('checkbox', { name: /Only settings that differ/, checked: true }).waitFor();
  const rows = await ask(
    'settings',
    file,
    '--unseen',
    '--from',
    '2025-12-01T00:00:00Z',
    '--to',
    await instantOf(page, 'B'),
    '--differ',
  );
  await desk.status
    .getByRole('status')
    .filter({ hasText: `${rows.length} shown` })
    .waitFor();
});

test('a statement is made, refused, and denied by writes, as on the command line', async () => {
  const { page } = await open();
  for (const [from, to] of /** @type {const} */ ([
    ['2025-12-01 00:00:00', '2026-01-05 00:00:00'],
    ['2026-03-01 00:00:00', '2026-04-01 00:00:00'],
    ['2025-09-01 00:00:00', '2025-10-01 00:00:00'],
  ])) {
    const said = await ask(
      'settings',
      file,
      '--statement',
      'gpu_vendor',
      '--from',
      `${from.replace(' ', 'T')}Z`,
      '--to',
      `${to.replace(' ', 'T')}Z`,
    );
    await page.getByRole('button', { name: 'New statement' }).click();
    const dialog = page.getByRole('dialog', { name: 'New statement' });
    await dialog.getByRole('searchbox').fill('gpu');
    await dialog.getByRole('option', { name: /^gpu_vendor/ }).click();
    await dialog.getByRole('textbox', { name: /^From/ }).fill(from);
    await dialog.getByRole('textbox', { name: /^To/ }).fill(to);
    await dialog.getByRole('button', { name: 'State it' }).click();
    const card = page.getByRole('article', { name: 'Statement on gpu_vendor' }).first();
    await card.getByRole('heading', { name: said.title.replaceAll('`', '') }).waitFor();
    const missing = card.getByRole('button', { name: 'Import what is missing…' });
    assert.equal(await missing.count(), said.possible || said.gaps.length === 0 ? 0 : 1);
    for (const limit of said.limits) await card.getByText(limit).waitFor();
    // Its stretches are listed, and not in the paragraph as well.
    const listed = await card.getByRole('list', { name: 'Stretches without records' }).getByRole('listitem').count();
    assert.equal(listed, Math.min(said.gaps.length, 5));
    for (const gap of said.gaps.slice(0, 5)) {
      const [day = ''] = gap.from.split('T');
      assert.ok(!((await card.locator('p').first().textContent()) ?? '').includes(day), day);
    }
  }
  assert.equal(await page.getByRole('article', { name: /^Statement on/ }).count(), 3);
  // Undo takes back one after another, redo brings them again.
  await page.keyboard.press('Control+Z');
  assert.equal(await page.getByRole('article', { name: /^Statement on/ }).count(), 2);
});

test('the history of a setting leads to its events, and undo back', async () => {
  const { page, desk } = await open();
  await page.getByRole('searchbox', { name: /^Setting, field/ }).fill('access URL');
  await desk.grid.getByText('access URL').first().click();
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText('not applied').first().waitFor();
  const event = history.getByRole('button', { name: /open event/ }).first();
  const ref = /open event ([0-9A-Z-]+)/.exec((await event.textContent()) ?? '')?.[1];
  await event.click();
  await desk.details.getByText(String(ref)).waitFor();
  await page.keyboard.press('Control+Z');
  await page.getByRole('tab', { name: /^Settings/, selected: true }).waitFor();
});

test('a documented setting that no record names can be stated about, and says that it has no record', async () => {
  const few = join(program.screen.folder, 'few.auditcase');
  const log = fileURLToPath(new URL('../../../backend/decode/testdata/samples/v1_slog_json.ndjson', import.meta.url));
  await commandLine('import', few, log);
  const other = await Program.start(few);
  try {
    const page = await other.page();
    const desk = new Desk(page);
    await desk.settled();
    await desk.tab('Settings').click();
    await desk.grid.getByText('access URL').first().click();
    await page.getByText('No write to it is recorded. That does not say that it was never changed').waitFor();
    assert.match((await desk.rows.first().textContent()) ?? '', /unknown ?no record of it/);
    await page.getByRole('button', { name: 'New statement…' }).click();
    await page.getByRole('button', { name: 'State it' }).click();
    const card = page.getByRole('article', { name: 'Statement on access URL' });
    await card.getByRole('heading', { name: 'No logged change of access URL' }).waitFor();
    await card.getByRole('button', { name: /^Copy: the statement/ }).click();
    await page.getByRole('menuitem', { name: 'As text' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
  } finally {
    await other.stop();
  }
});

const opening = '2025-10-01T00:00:00Z';
const closing = '2026-03-01T00:00:00Z';

/**
 * Snapshots of the demo as its log has it, but for a closing value that is another and one that is not there; and a secret.
 * The folder is the test's own.
 */
async function snapshots() {
  const at = async (/** @type {string} */ instant) =>
    (await ask('settings', file, '--at', instant))
      .filter((/** @type {any} */ r) => r.value !== undefined)
      .map((/** @type {any} */ r) => ({
        deployment: r.deployment,
        panel: r.panel,
        resource_type: r.resource_type,
        target: r.target,
        field: r.field,
        value: r.value,
      }));
  const later = (await at(closing)).filter((/** @type {any} */ r) => r.field !== 'notifier_paused');
  const other = later.find((/** @type {any} */ r) => r.field === 'quota_allowance');
  other.value = '42\u202e';
  const write = async (/** @type {string} */ name, /** @type {any[]} */ settings) => {
    const path = join(program.screen.folder, name);
    await writeFile(path, JSON.stringify([...settings, { field: 'api_token', value: 'hunter2' }], null, 1));
    return path;
  };
  return { first: await write('opening.json', await at(opening)), last: await write('closing.json', later) };
}

/** Tabs on until the focus is there. @param {import('playwright-core').Page} page @param {import('playwright-core').Locator} target */
async function tabTo(page, target) {
  for (let i = 0; i < 60; i++) {
    if (await target.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the Tab key does not lead to ${target}`);
}

/** @param {import('playwright-core').Page} page @param {string} where */
async function clean(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(
    violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
    [],
    where,
  );
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`a roll-forward by keys alone says what the command line says, ${colorScheme}`, async () => {
    const { page, desk, errors } = await open({ colorScheme, viewport: { width: 1100, height: 750 } });
    const { first, last } = await snapshots();
    const want = await ask('rollforward', file, first, last, '--opening-at', opening, '--closing-at', closing);
    assert.ok(want.differs > 0 && want.cannot_be_tested > 0 && want.agrees > 0, JSON.stringify(want.rows));
    await page.keyboard.press('Control+Shift+R');
    const choose = (/** @type {string} */ end) => page.getByRole('button', { name: `Choose the ${end} snapshot…` });
    await choose('opening').and(page.locator(':focus')).waitFor();
    await clean(page, 'a roll-forward before it is made');

    // One that can't be read: file, line and reason.
    const broken = join(program.screen.folder, 'broken.json');
    await writeFile(broken, '{"a": 1,\n"b": hunter2}');
    await program.answer({ file: broken });
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('broken.json, line 2: broken JSON').waitFor();
    await clean(page, 'a snapshot that can’t be read');

    await program.answer({ file: first });
    await page.keyboard.press('Enter');
    await page.getByText('opening.json').waitFor();
    await tabTo(page, page.getByRole('textbox', { name: /^Opening snapshot/ }));
    await page.keyboard.type('2025-10-01 00:00:00');
    await tabTo(page, choose('closing'));
    await program.answer({ file: last });
    await page.keyboard.press('Enter');
    await page.getByText('closing.json').waitFor();
    await tabTo(page, page.getByRole('textbox', { name: /^Closing snapshot/ }));
    await page.keyboard.type('2026-03-01 00:00:00');
    await page.keyboard.press('Enter');

    await page.getByRole('radio', { name: `Differs ${want.differs}` }).waitFor();
    await page.getByRole('radio', { name: `Cannot be tested ${want.cannot_be_tested}` }).waitFor();
    await page.getByRole('radio', { name: `Agrees ${want.agrees}` }).waitFor();
    for (const limit of want.limits) await page.getByText(limit).waitFor();
    await clean(page, 'a roll-forward');

    // What agrees is folded; what differs says what the log lacks.
    assert.equal(await desk.rows.count(), want.differs + want.cannot_be_tested);
    await tabTo(page, desk.grid);
    const place = want.rows.findIndex((/** @type {any} */ r) => r.field === 'quota_allowance');
    for (let i = 0; i <= place; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const row = want.rows[place];
    const pane = page.getByRole('group', { name: 'Compared setting' });
    await pane.getByText(row.words).waitFor();
    await pane.getByText('U+202E').first().waitFor();
    await clean(page, 'a setting of a roll-forward');
    await page.keyboard.press('Escape');
    await pane.waitFor({ state: 'detached' });

    // A ref leads to its event, and undo back.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    for (let i = 0; i < place; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await tabTo(page, pane.getByRole('button', { name: `open event ${row.events[0]}` }).first());
    await page.keyboard.press('Enter');
    await desk.details.getByText(row.events[0]).waitFor();
    await page.keyboard.press('Control+Z');
    await pane.waitFor();

    const saved = join(program.screen.folder, `rolled-${colorScheme}.csv`);
    await program.answer({ save: saved });
    await tabTo(page, page.getByRole('button', { name: 'Save as…' }));
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'CSV…' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page
      .getByRole('status')
      .filter({ hasText: `Written to rolled-${colorScheme}.csv` })
      .waitFor();
    assert.equal(
      await readFile(saved, 'utf8'),
      await commandLine(
        'rollforward',
        file,
        first,
        last,
        '--opening-at',
        opening,
        '--closing-at',
        closing,
        '--format',
        'csv',
      ),
    );
    await tabTo(page, page.getByRole('button', { name: 'Settings', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Roll-forward…' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await pane.waitFor();
    assert.ok(!(await page.content()).includes('hunter'), 'a secret of a snapshot reached the page');
    assert.deepEqual(errors, []);
  });
}
