// @ts-check
// The strip of a setting's values, by keys alone and against the command line; and a window that opens as it was left.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { Desk } from '../desk.mjs';
import { ask, Program } from '../program.mjs';

/** @type {Program} */ let program;
/** @type {string} */ let file;

before(async () => {
  program = await Program.start('--demo');
  file = join(program.screen.folder, 'data', 'auditdesk', 'demo.auditcase');
});
after(() => program?.stop());

/** @param {import('playwright-core').Page} page @param {string} where */
async function clean(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(
    violations.map((v) => `${v.id}: ${v.help} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
    [],
    where,
  );
}

/** @param {import('playwright-core').Page} page */
const strip = (page) => page.getByRole('slider', { name: /^Values of / });

/** Goes on with Tab until something has the focus. @param {import('playwright-core').Locator} it */
async function tabTo(it) {
  for (let i = 0; i < 60; i++) {
    if (await it.evaluate((el) => el === document.activeElement)) return;
    await it.page().keyboard.press('Tab');
  }
  assert.fail('no way to it by Tab');
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`by keys from a change to the writes of its setting and their events: ${colorScheme}`, async () => {
    const page = await program.page({ colorScheme });
    /** @type {string[]} */ const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const desk = new Desk(page);
    await desk.settled();
    await page.keyboard.press('Control+3');
    await desk.settled();
    await page.keyboard.press('/');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('class:admin changed:"gpu vendor"');
    await page.keyboard.press('Enter');
    // Newest first in the table; in the strip it is the last.
    const writes = await ask('settings', file, '--history', 'gpu vendor');
    await desk.matches(writes.length);
    await tabTo(desk.grid);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await strip(page).waitFor();
    await clean(page, 'the strip beside the changes');
    await tabTo(strip(page));
    const words = () => strip(page).getAttribute('aria-valuetext');
    const chosen = Number(await strip(page).getAttribute('aria-valuenow'));
    for (let place = chosen; place >= 0; place--) {
      const write = writes[writes.length - 1 - place];
      const said = (await words()) ?? '';
      assert.ok(said.startsWith(`${place + 1} of ${writes.length}: `), said);
      assert.ok(said.includes(`event ${write.event}, `), `${said}: ${write.event}`);
      assert.ok(said.includes(String(write.new)), `${said}: ${write.new}`);
      assert.equal(said.includes('a change that the log lacks'), write.break !== undefined, said);
      await page.keyboard.press('ArrowLeft');
    }
    await page.keyboard.press('Enter');
    const oldest = writes.at(-1);
    await desk.details.getByText(oldest.event).first().waitFor();
    // The strip of that event goes on where this one was left.
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Values of '));
    assert.match((await words()) ?? '', new RegExp(`^1 of ${writes.length}: `));
    await clean(page, 'another write');
    await page.keyboard.press('Escape');
    await desk.details.waitFor({ state: 'detached' });
    assert.deepEqual(errors, []);
  });
}

test('a secret, an attempt and a write without content have shapes, and never a value', async () => {
  const page = await program.page();
  const desk = new Desk(page);
  await desk.settled();
  await desk.tab('Admin changes').click();
  for (const [query, said] of /** @type {const} */ ([
    ['changed:"client secret"', /: (set|replaced|removed)[^:]*, .*, applied, /],
    ['outcome:denied changed:"access URL"', /not applied: denied 403/],
    ['outcome:unknown', /not applied: failed 500, effect unknown/],
    ['basis:"not recorded"', /content not recorded by Coder, /],
  ])) {
    await desk.type(`class:admin ${query}`);
    await desk.settled();
    await desk.rows.first().click();
    await page.waitForFunction(
      (pattern) =>
        new RegExp(pattern).test(
          document.querySelector('[aria-label^="Values of "]')?.getAttribute('aria-valuetext') ?? '',
        ),
      said.source,
    );
  }
});

test('a setting’s history shows the same strip, and a click on it leads to the change', async () => {
  const page = await program.page();
  const desk = new Desk(page);
  await desk.settled();
  await desk.tab('Settings').click();
  await page.getByRole('searchbox', { name: /^Setting, field/ }).fill('gpu_vendor');
  await desk.grid.getByText('gpu_vendor', { exact: true }).first().click();
  const box = await strip(page).boundingBox();
  assert.ok(box);
  // The last value reaches to the end.
  await strip(page).click({ position: { x: box.width - 8, y: box.height - 8 } });
  const [newest] = await ask('settings', file, '--history', 'gpu vendor');
  await page.getByRole('tab', { name: /^Admin changes/, selected: true }).waitFor();
  await desk.details.getByText(newest.event).first().waitFor();
  await page.keyboard.press('Control+Z');
  await page.getByRole('tab', { name: /^Settings/, selected: true }).waitFor();
});

test('a window opens as it was left, until the view is reset', async () => {
  let page = await program.page();
  let desk = new Desk(page);
  await desk.settled();
  await desk.type('action:write');
  await desk.settled();
  const total = await desk.total();
  await desk.tab('Settings').click();
  for (const [name, text] of [
    ['A', '2025-10-01 00:00:00'],
    ['B', '2026-02-01 12:00:00'],
  ]) {
    await page.getByRole('slider', { name: new RegExp(`^Instant ${name}`) }).press('Enter');
    const field = page.getByRole('textbox', { name: `Instant ${name}, UTC` });
    await field.fill(String(text));
    await field.press('Enter');
    await page.locator(`[role="slider"][aria-valuetext^="${text}"]`).waitFor();
  }
  await page.getByRole('button', { name: 'New statement' }).click();
  const dialog = page.getByRole('dialog', { name: 'New statement' });
  await dialog.getByRole('searchbox').fill('gpu');
  await dialog.getByRole('option', { name: /^gpu_vendor/ }).click();
  await dialog.getByRole('button', { name: 'State it' }).click();
  const card = () => page.getByRole('article', { name: 'Statement on gpu_vendor' });
  const title = await card().getByRole('heading').textContent();

  const stands = async (/** @type {string} */ how) => {
    await page.getByRole('tab', { name: /^Settings/, selected: true }).waitFor();
    for (const text of ['2025-10-01 00:00:00', '2026-02-01 12:00:00'])
      await page.locator(`[role="slider"][aria-valuetext^="${text}"]`).waitFor();
    await card()
      .getByRole('heading', { name: String(title) })
      .waitFor();
    assert.equal(await page.getByRole('button', { name: 'Undo' }).isEnabled(), false, `${how}: no history is kept`);
    await desk.tab('Events').click();
    assert.equal(await desk.total(), total, how);
    await desk.tab('Settings').click();
  };
  await page.reload();
  await stands('reloaded');
  // Each as soon as the one before is done: what waits to be kept goes with the page.
  await page.close();
  page = await program.again();
  desk = new Desk(page);
  await stands('opened anew');
  await page.keyboard.press('Control+W');
  await desk.tab('Events').waitFor({ state: 'detached' });
  await page
    .getByRole('button', { name: /Northwind Bank: Coder access review/ })
    .first()
    .click();
  await stands('closed and opened from the recent cases');

  await page.keyboard.press('Control+K');
  await page.keyboard.type('Reset view');
  await page.keyboard.press('Enter');
  await card().waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('tab', { name: /^Settings/, selected: true }).waitFor();
  await desk.settled();
  assert.equal(await card().count(), 0);
});
