// @ts-check
// The events view in a browser, against the real program and checked by the command line.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Desk } from '../desk.mjs';
import { ask, commandLine, Program } from '../program.mjs';

/** @type {Program} */ let program;
/** @type {string} */ let file;
/** @type {Desk} */ let desk;
const facets = {
  'Resource type': 'resource_type',
  Action: 'action',
  Target: 'target',
  Outcome: 'outcome',
  'Changed field': 'changed',
};
const outcomes = /** @type {Record<string, string>} */ ({ unknown: 'effect unknown' });

before(async () => {
  program = await Program.start('--demo');
  file = join(program.screen.folder, 'data', 'auditdesk', 'demo.auditcase');
});
after(() => program?.stop());
beforeEach(async () => {
  const page = await program.page();
  desk = new Desk(page);
  await desk.settled();
});

/** @param {string} query */
const count = async (query) => Number(await commandLine('count', file, query));

test('a launch on the demo shows all of it, marked as made up', async () => {
  assert.equal(await desk.total(), await count(''));
  await desk.status.getByText('MADE-UP').waitFor();
  await desk.rows.nth(5).waitFor();
});

test('the facets show what the command line counts', async () => {
  const answer = await ask('facets', file, '--top', '10');
  for (const [title, field] of Object.entries(facets)) {
    const facet = answer.facets.find((/** @type {any} */ f) => f.field === field);
    const shown = await desk.values(title);
    for (const { value, count } of facet.values) {
      const label = outcomes[value] ?? value;
      assert.equal(shown.get(label)?.count, count, `${title}: ${label}`);
    }
    if (facet.missing > 0) assert.equal(shown.get('(not recorded)')?.count, facet.missing, `${title}: not recorded`);
  }
});

test('a click on a value leaves only it, and once more gives the rest back', async () => {
  const all = await desk.total();
  await desk.value('Action', 'login').click();
  await desk.matches(await count('action:login'));
  assert.equal(await desk.query.inputValue(), 'action:login');
  assert.equal((await desk.values('Action')).get('login')?.state, 'included');
  assert.ok((await desk.values('Action')).get('stop')?.count, 'the other values stay visible');
  for (const cell of await desk.rows.allTextContents()) assert.match(cell, /login/);
  await desk.value('Action', 'login').click();
  await desk.matches(all);
  assert.equal(await desk.query.inputValue(), '');
});

test('the box adds a value, the minus leaves one out', async () => {
  await desk.value('Action', 'login').click();
  await desk.value('Action', 'stop').locator('[data-target="add"]').click();
  await desk.matches(await count('action:login,stop'));
  await desk.value('Resource type', 'environment').hover();
  await desk.value('Resource type', 'environment').locator('[data-target="exclude"]').click();
  await desk.matches(await count('action:login,stop -resource_type:environment'));
  assert.equal((await desk.values('Resource type')).get('environment')?.state, 'excluded');
});

test('the query as text and the facets are one thing', async () => {
  await desk.type('action:write outcome:denied,failed');
  await desk.matches(await count('action:write outcome:denied,failed'));
  assert.equal((await desk.values('Action')).get('write')?.state, 'included');
  const shown = await desk.values('Outcome');
  assert.equal(shown.get('denied')?.state, 'included');
  assert.equal(shown.get('failed')?.state, 'included');
  const answer = await ask('facets', file, 'action:write outcome:denied,failed', '--field', 'outcome');
  assert.equal(shown.get('ok')?.count, answer.facets[0].values.find((/** @type {any} */ v) => v.value === 'ok').count);
});

test('a query that cannot be read says where, and changes nothing', async () => {
  const all = await desk.total();
  await desk.type('colour:blue');
  await desk.page.locator('input[aria-label="Query"][aria-invalid="true"]').waitFor();
  assert.equal(await desk.total(), all);
});

test('undo and redo go through the steps', async () => {
  const all = await desk.total();
  await desk.value('Action', 'login').click();
  const logins = await count('action:login');
  await desk.matches(logins);
  await desk.page.getByRole('button', { name: /^Undo/ }).click();
  await desk.matches(all);
  await desk.page.getByRole('button', { name: /^Redo/ }).click();
  await desk.matches(logins);
});

test('a range dragged over the timeline is a filter by instants', async () => {
  const box = await desk.timeline.boundingBox();
  assert.ok(box);
  await desk.page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await desk.page.mouse.down();
  await desk.page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await desk.page.mouse.up();
  await desk.page.waitForFunction(() => {
    const input = document.querySelector('input[aria-label="Query"]');
    return input instanceof HTMLInputElement && input.value.includes('after:');
  });
  const query = await desk.query.inputValue();
  assert.match(query, /^after:\S+Z before:\S+Z$/);
  const n = await count(query);
  assert.ok(n > 0 && n < (await count('')));
  await desk.matches(n);
});

test('an event opens beside the table with its changes and its masked record', async () => {
  await desk.type('action:write has:changes class:admin outcome:ok');
  await desk.matches(await count('action:write has:changes class:admin outcome:ok'));
  await desk.rows.first().click();
  await desk.details
    .getByText(/is recorded as/)
    .first()
    .waitFor();
  const text = (await desk.details.textContent()) ?? '';
  const ref = /[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}/.exec(text)?.[0];
  assert.ok(ref, 'the ref is shown');
  const event = await ask('show', file, ref);
  assert.ok(text.includes(event.changes[0].field), `the field ${event.changes[0].field} is shown`);
  assert.ok(text.includes(event.user.email), 'the person is shown');
  await desk.page.keyboard.press('Escape');
});

test('oldest first begins with the first event', async () => {
  const [first] = await ask('events', file, '', '--limit', '1', '--order', 'oldest');
  await desk.grid.getByRole('columnheader', { name: /^Time/ }).getByRole('button').click();
  await desk.settled();
  await desk.rows
    .first()
    .filter({ hasText: first.time.slice(11, 19) })
    .waitFor();
});

test('the last row of the result can be reached', async () => {
  const [first] = await ask('events', file, '', '--limit', '1', '--order', 'oldest');
  await desk.grid.focus();
  await desk.page.keyboard.press('End');
  await desk.rows
    .last()
    .filter({ hasText: first.time.slice(11, 19) })
    .waitFor();
});
