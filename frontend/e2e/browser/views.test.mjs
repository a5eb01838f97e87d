// @ts-check
// The other views: admin changes, sources, import, export, engagement.
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Desk, number } from '../desk.mjs';
import { ask, commandLine, Program } from '../program.mjs';

/** @type {Program} */ let program;
/** @type {string} */ let file;

before(async () => {
  program = await Program.start('--demo');
  file = join(program.screen.folder, 'data', 'auditdesk', 'demo.auditcase');
});
after(() => program?.stop());

/** @param {{ tab?: 'Sources' | 'Events' | 'Admin changes' }} [options] */
async function open({ tab } = {}) {
  const page = await program.page();
  const desk = new Desk(page);
  await desk.settled();
  if (tab !== undefined) await desk.tab(tab).click();
  return { page, desk };
}

test('admin changes: every row that the command line lists, with basis and words', async () => {
  const { page, desk } = await open({ tab: 'Admin changes' });
  const changes = await ask('changes', file, 'class:admin', '--limit', '0');
  await desk.matches(changes.length);
  assert.equal(number((await desk.tab('Admin changes').textContent()) ?? ''), changes.length);
  await desk.rows.first().waitFor();
  const text = (await page.getByRole('grid').textContent()) ?? '';
  assert.match(text, /logged|derived|not recorded/);
});

test('admin changes: facets of new values and continuity count what the command line counts, and select it', async () => {
  const { page, desk } = await open({ tab: 'Admin changes' });
  await desk
    .facet('New value')
    .getByRole('button', { name: /^New value/ })
    .click();
  const { facets } = await ask('facets', file, 'class:admin', '--changes', '--field', 'new,continuity');
  for (const [i, title] of ['New value', 'Continuity'].entries()) {
    const [top] = facets[i].values;
    await desk
      .facet(title)
      .getByRole('option', { name: /changes/ })
      .first()
      .waitFor();
    const shown = await desk.values(title);
    assert.equal(shown.get(top.value)?.count, top.count, `${title}: ${top.value}`);
  }
  await desk.type('class:admin continuity:"break before"');
  const broken = await ask('changes', file, 'class:admin continuity:"break before"', '--limit', '0');
  assert.ok(broken.length > 0, 'the demo lacks a change');
  await desk.matches(broken.length);
  await page.getByRole('grid').getByText('break before').first().waitFor();
});

test('sources: what stands on screen adds up, and is what the command line says', async () => {
  const { page } = await open({ tab: 'Sources' });
  const [source] = await ask('sources', file);
  const table = page.getByRole('table', { name: 'Accounting by source' });
  await table.getByRole('row').nth(1).waitFor();
  const heads = await table.getByRole('columnheader').allTextContents();
  const cells = await table.getByRole('row').nth(1).locator('th, td').allTextContents();
  const shown = new Map(heads.map((head, i) => [head.toLowerCase(), number(cells[i] ?? '')]));
  const of = (/** @type {string} */ name) => {
    const value = shown.get(name);
    assert.notEqual(value, undefined, `there is a column ${name} among ${heads}`);
    return Number(value);
  };
  assert.equal(of('records'), of('events') + of('matching') + of('duplicates') + of('unreadable'));
  assert.equal(of('lines'), (shown.get('record lines') ?? of('records')) + of('other lines'));
  assert.deepEqual([of('lines'), of('records'), of('events')], [source.lines, source.records, source.events]);
});

test('sources: each test says the verdict of the command line, and a finding opens its rows', async () => {
  const { page, desk } = await open({ tab: 'Sources' });
  const { tests } = await ask('completeness', file);
  const section = page.getByRole('region', { name: 'Tests of what was received' });
  for (const one of tests.filter((/** @type {any} */ t) => t.deployment !== undefined)) {
    const verdict = one.verdict.slice(0, 1).toUpperCase() + one.verdict.slice(1);
    await section.getByRole('button', { name: new RegExp(`^${verdict} ${one.title}`) }).waitFor();
  }
  const builds = tests.find((/** @type {any} */ t) => t.test === 'builds');
  const [finding] = builds.findings;
  await section.getByRole('button', { name: new RegExp(builds.title) }).click();
  await section.getByRole('button', { name: finding.words }).click();
  await desk.matches(Number(await commandLine('count', file, finding.query)));
});

test('verify: the report says what the command line says, also of a head that was noted elsewhere', async () => {
  const { page } = await open({ tab: 'Sources' });
  const said = await ask('verify', file);
  await page.getByRole('button', { name: 'Verify…' }).click();
  await page.getByRole('textbox', { name: 'Head noted elsewhere' }).fill(said.head);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  const report = page.getByRole('dialog', { name: 'No damage found' });
  await report.waitFor();
  const rows = await report.getByRole('table', { name: 'Checks' }).getByRole('row').allTextContents();
  for (const { name, count } of said.checks) {
    assert.ok(rows.includes(`${name}${count.toLocaleString('en-GB')}sound`), `${name} ${count} among ${rows}`);
  }
  assert.match((await report.textContent()) ?? '', /What it held when that head was noted is still the same/);
  await report.getByText(said.head).first().waitFor();
});

test('export: the workbook holds what the view shows', async () => {
  const { page, desk } = await open();
  await desk.type('action:delete');
  const rows = Number(await commandLine('count', file, 'action:delete'));
  await desk.matches(rows);
  const target = join(program.screen.folder, 'deleted.xlsx');
  await program.answer({ save: target });
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('button', { name: 'Choose file…' }).click();
  await page.getByText('deleted.xlsx').first().waitFor();
  await until(async () => (await stat(target).catch(() => undefined))?.size);
  const head = (await readFile(target)).subarray(0, 2).toString();
  assert.equal(head, 'PK');
  await program.answer({});
});

test('import: dropped files become a plan, and a case of their own', async () => {
  const { page, desk } = await open();
  await desk.status.waitFor();
  const log = join(program.screen.folder, 'extra.ndjson');
  const line = (/** @type {number} */ i) =>
    JSON.stringify({
      fields: {
        audit_log: {
          time: `2026-07-02T10:00:0${i}Z`,
          action: 'login',
          resource_type: 'user',
          resource_target: 'late@northwind.example',
          status_code: 200,
          user: { id: 'x', email: 'late@northwind.example' },
        },
      },
    });
  await writeFile(log, `${[0, 1, 2].map(line).join('\n')}\nno record\n`);
  const before = await desk.total();
  // As the toolkit tells it after a drop.
  await page.evaluate((path) => /** @type {any} */ (window).WailsInvoke(`DD:400:300:${path}`), log);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('extra.ndjson').first().waitFor();
  await dialog.getByText('4 lines: 3 records and 1 other line').waitFor();
  assert.equal(await dialog.getByRole('table', { name: 'First events' }).getByRole('row').count(), 4);
  await dialog.getByRole('button', { name: /^Import/ }).click();
  await page.getByText('extra.ndjson').first().waitFor();
  await until(async () => Number(await commandLine('count', file)) === before + 3);
  await page.keyboard.press('Escape');
  await desk.matches(before + 3);
});

/** @param {() => Promise<unknown>} what */
async function until(what) {
  for (let tries = 0; ; tries++) {
    const value = await what();
    if (value) return value;
    if (tries > 200) assert.fail(`it never came to ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
