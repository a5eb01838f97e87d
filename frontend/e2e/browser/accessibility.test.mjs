// @ts-check
// axe over every view, in light and dark, with more contrast, and narrow.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { Desk } from '../desk.mjs';
import { Program } from '../program.mjs';

const samples = fileURLToPath(new URL('../../../backend/decode/testdata/samples', import.meta.url));

/** @type {Program} */ let program;
before(async () => {
  program = await Program.start('--demo');
});
after(() => program?.stop());

/** @type {readonly import('playwright-core').BrowserContextOptions[]} */
const looks = [
  { colorScheme: 'light' },
  { colorScheme: 'dark' },
  { colorScheme: 'light', contrast: 'more' },
  { colorScheme: 'light', viewport: { width: 900, height: 700 } },
];

/**
 * @param {import('playwright-core').Page} page
 * @param {string} where
 */
async function clean(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    (v) =>
      `${v.id}: ${v.help}\n  ${v.nodes
        .map((n) => n.target.join(' '))
        .slice(0, 5)
        .join('\n  ')}`,
  );
  assert.deepEqual(told, [], where);
}

for (const look of looks) {
  const name = [look.colorScheme, look.contrast && 'more contrast', look.viewport && 'narrow']
    .filter(Boolean)
    .join(', ');
  test(`no violation: ${name}`, async () => {
    const page = await program.page(look);
    const desk = new Desk(page);
    await desk.settled();
    await desk.rows.first().click();
    await desk.details
      .getByText(/is recorded as/)
      .first()
      .waitFor();
    await clean(page, 'events with details');
    await page.keyboard.press('Escape');
    await desk.tab('Admin changes').click();
    await desk.settled();
    await clean(page, 'admin changes');
    await desk.type('class:admin continuity:"break before"');
    await page.getByRole('grid').getByText('break before').first().waitFor();
    await desk.rows.first().click();
    await page.getByRole('button', { name: 'Show the change before it' }).first().waitFor();
    await clean(page, 'a change that the log lacks');
    await page.keyboard.press('Escape');
    await desk.tab('Settings').click();
    await desk.settled();
    await desk.rows.first().waitFor();
    await clean(page, 'settings at two instants');
    await page.getByRole('slider', { name: /Instant B/ }).press('Enter');
    await page.getByRole('textbox', { name: /Instant B/ }).waitFor();
    await clean(page, 'an instant that is typed');
    await page.keyboard.press('Escape');
    await desk.rows.nth(1).click();
    await page.getByRole('region', { name: 'History' }).waitFor();
    await clean(page, 'the history of a setting');
    await page.keyboard.press('Control+Shift+S');
    await page.getByRole('dialog', { name: 'New statement' }).getByRole('option').first().waitFor();
    await clean(page, 'a statement that is asked for');
    await page.getByRole('button', { name: 'State it' }).click();
    await page
      .getByRole('article', { name: /^Statement on/ })
      .getByRole('list')
      .first()
      .waitFor();
    await clean(page, 'statements');
    await page.getByRole('button', { name: 'Close the statements' }).click();
    await page.getByText('One instant').click();
    await desk.settled();
    await clean(page, 'settings at one instant');
    await desk.tab('Sources').click();
    await page.getByRole('tabpanel').waitFor();
    await clean(page, 'sources');
    await page.getByRole('listbox', { name: 'Sources' }).getByRole('option').first().click();
    await page.getByRole('region', { name: 'Receipt' }).waitFor();
    await clean(page, 'a source and its receipt');
    await page.getByRole('button', { name: 'Edit the receipt…' }).click();
    await page.getByRole('dialog', { name: 'Receipt' }).waitFor();
    await clean(page, 'the receipt that is written');
    await page.keyboard.press('Escape');
    const tests = page.getByRole('region', { name: 'Tests of what was received' });
    for (const name of [/Stretches without/, /by day and form/, /Gaps in build numbers/]) {
      await tests.getByRole('button', { name }).click();
    }
    await clean(page, 'tests of what was received');
    const unreadable = page.getByRole('region', { name: 'Unreadable records' });
    await unreadable.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('dialog').getByRole('row').nth(1).waitFor();
    await clean(page, 'unreadable records');
    await page.keyboard.press('Escape');
    await program.answer({ folder: samples });
    await page.keyboard.press('Control+Shift+I');
    await page.getByRole('dialog').getByRole('table', { name: 'First events' }).waitFor();
    await page.getByRole('dialog').getByText('reading…').first().waitFor({ state: 'detached' });
    await clean(page, 'files before an import');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Verify…' }).click();
    await page.getByRole('dialog', { name: 'Verify the case' }).waitFor();
    await clean(page, 'before the case is verified');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('dialog', { name: 'No damage found' }).waitFor();
    await clean(page, 'the report of a check');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await clean(page, 'help');
    await page.keyboard.press('Escape');
  });
}
