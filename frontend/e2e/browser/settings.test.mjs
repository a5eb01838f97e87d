// @ts-check
// The settings as of one or two instants, against what the command line says of the same case.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Desk, number } from '../desk.mjs';
import { ask, commandLine, Program } from '../program.mjs';

/** @type {Program} */ let program;
/** @type {string} */ let file;

before(async () => {
  program = await Program.start('--demo');
  file = join(program.screen.folder, 'data', 'auditdesk', 'demo.auditcase');
});
after(() => program?.stop());

async function open() {
  const page = await program.page();
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
