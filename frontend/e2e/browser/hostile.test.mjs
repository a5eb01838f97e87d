// @ts-check
// Logs that were written to deceive, to break out of the page or to choke it, and logs full of secrets.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Desk } from '../desk.mjs';
import { commandLine, Program } from '../program.mjs';

const secretLogs = fileURLToPath(new URL('../../../backend/needle/corpus/logs', import.meta.url));
const secret = /zq7x|8wk3q/i;

/** @type {string} */ let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditdesk-hostile-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/**
 * A program with a case of these logs.
 * @param {string} name
 * @param {string} logs
 */
async function programOf(name, logs) {
  const file = join(folder, `${name}.auditcase`);
  await commandLine('import', file, logs, '--deployment', 'acme').catch((error) => {
    if (error.code !== 4) throw error; // some records are unreadable
  });
  return Program.start(file);
}

/**
 * What the page holds of secrets: in its markup, its title, what is typed into fields, and what it keeps.
 * @param {import('playwright-core').Page} page
 */
const inMarkup = (page) =>
  page.evaluate((pattern) => {
    const fields = [...document.querySelectorAll('input, textarea')].map(
      (f) => /** @type {HTMLInputElement} */ (f).value,
    );
    const kept = JSON.stringify({ ...localStorage, ...sessionStorage });
    const all = [document.title, document.documentElement.outerHTML, ...fields, kept].join('\n');
    const found = new RegExp(pattern, 'i').exec(all);
    return found === null ? '' : all.slice(Math.max(0, found.index - 200), found.index + 50);
  }, secret.source);

/**
 * What a screen reader gets.
 * @param {import('playwright-core').Page} page
 */
async function spoken(page) {
  const session = await page.context().newCDPSession(page);
  const tree = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return JSON.stringify(tree);
}

describe('secrets', () => {
  /** @type {Program} */ let program;
  before(async () => {
    program = await programOf('secrets', secretLogs);
  });
  after(() => program?.stop());

  test('never reach the page before one is asked for', async () => {
    const page = await program.page();
    /** @type {string[]} */ const told = [];
    page.on('console', (message) => told.push(message.text()));
    const desk = new Desk(page);
    /** @param {string} where */
    const clean = async (where) => {
      assert.equal(await inMarkup(page), '', where);
      assert.doesNotMatch(await spoken(page), secret, where);
    };

    /** Walks down the rows, each with its details open. @param {string} where @param {number} most */
    const walk = async (where, most) => {
      await desk.settled();
      await desk.rows.first().click();
      for (let i = 0; i < most; i++) {
        await desk.settled();
        assert.equal(await inMarkup(page), '', `${where}, row ${i}`);
        if (i % 20 === 0) await clean(`${where}, row ${i}`);
        await page.keyboard.press('ArrowDown');
      }
    };
    await desk.tab('Events').click();
    const events = await desk.total();
    assert.ok(events > 60, `${events} events`);
    await walk('events', Math.min(events, 40));
    await page.keyboard.press('Escape');
    await desk.tab('Admin changes').click();
    await walk('admin changes', 20);
    await page.keyboard.press('Escape');
    await desk.tab('Settings').click();
    await walk('settings', 20);
    await desk.tab('Sources').click();
    await page.getByRole('table', { name: 'Accounting by source' }).waitFor();
    const unreadable = page.getByRole('region', { name: 'Unreadable records' });
    await unreadable.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('dialog').getByRole('row').nth(1).waitFor();
    await clean('unreadable records');
    await page.keyboard.press('Escape');
    await program.answer({ folder: secretLogs });
    await page.keyboard.press('Control+Shift+I');
    const files = page.getByRole('dialog');
    await files.getByText('v1.ndjson').first().waitFor();
    await files.getByText('reading…').first().waitFor({ state: 'detached' });
    await clean('files before an import');
    await page.keyboard.press('Escape');
    assert.doesNotMatch(told.join('\n'), secret);

    // The one exception, which also shows that this test would find one.
    await desk.tab('Events').click();
    await desk.type('has:secret version:v1');
    await desk.settled();
    await desk.rows.first().click();
    await desk.details.getByRole('button', { name: 'Show unmasked…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Show unmasked' }).click();
    await desk.details.getByText('Secrets are on screen').waitFor();
    assert.notEqual(await inMarkup(page), '');
    assert.match(await spoken(page), secret);
    await desk.details.getByRole('button', { name: 'Mask again' }).click();
    await clean('masked again');
  });
});

// What a log can hold to deceive whoever reads it: escapes of terminals (colours, a title, a link, the clipboard), C1 controls, text
// that runs backwards, invisible characters, markup, links, formulas.
const evil =
  '\u001b]8;;https://evil.example\u0007\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u009b31m\b\u007f\u0000\u202etxt.exe\u202c\u2066\u200b\u200f\ufeff\u2028\u00ad\u2800' +
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script><a href="https://evil.example">link</a>[link](javascript:window.hacked=1)' +
  '<svg onload=window.hacked=1><iframe src="https://evil.example"></iframe>{{7*7}}#{7*7}=cmd|\'/C calc\'!A0\t=1\r+1';
const megabyte = `${'x'.repeat(500_000)} ${'ab '.repeat(180_000)}`;
const lines = Array.from({ length: 10_000 }, (_, i) => `line ${i} of a banner that goes on`);
const others = lines.map((line, i) => `${i} other ${line.length * i}`);
const some = lines.map((line, i) => (i % 50 === 7 ? `${line}, changed` : line));

/** @param {string[]} list */
const text = (list) => list.join('\n');

/** @param {number} depth */
const nested = (depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

function hostileLog() {
  let second = 0;
  /** @param {string} diff @param {Record<string, unknown>} [more] */
  const v1 = (diff, more = {}) => {
    const time = new Date(Date.UTC(2022, 9, 11, 15, 0, second++)).toISOString();
    const record = {
      time,
      user: { id: evil, email: evil, username: evil, name: evil },
      action: 'write',
      resource_type: 'appearance',
      resource_target: 'appearance',
      status_code: 200,
      ...more,
    };
    const body = JSON.stringify(record);
    return `{"fields":{"audit_log":${body.slice(0, -1)},"diff":${diff}}}}`;
  };
  /** @param {unknown} old @param {unknown} now */
  const body = (old, now) => JSON.stringify({ 'svc banner body': { old, new: now } });
  return [
    v1(
      JSON.stringify({
        [evil]: { old: evil, new: `${evil}!` },
        list: { old: [evil], new: [] },
        object: { old: {}, new: { [evil]: evil } },
      }),
      {
        action: evil,
        resource_type: evil,
        resource_id: evil,
        resource_target: evil,
        user_agent_raw: evil,
        user_agent: { ip_address: evil },
      },
    ),
    v1(JSON.stringify({ 'svc banner body': { old: `${evil}\n${evil}`, new: `${evil}\n${evil}.` } })),
    v1(body(text(lines), text(some))),
    v1(body(text(some), text(others))),
    v1(body(megabyte, `${megabyte}!`)),
    v1(body('short', 'word '.repeat(200_000))),
    v1(
      JSON.stringify({
        roles: {
          old: Array.from({ length: 100_000 }, (_, i) => `role ${i}`),
          new: Array.from({ length: 100_000 }, (_, i) => `role ${i + 3}`),
        },
      }),
    ),
    v1(
      JSON.stringify({
        limits: {
          old: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`limit ${i}`, i])),
          new: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`limit ${i}`, i % 7 === 0 ? i + 1 : i])),
        },
      }),
    ),
    v1(`{"deep":{"old":${nested(60)},"new":${nested(59)}}}`),
    v1(JSON.stringify({ surrogate: { old: 'x', new: 'REPLACED' } }).replace('REPLACED', '\\ud800 half')),
    v1(JSON.stringify({ 'svc banner color bg': { old: 'red;background:url(https://evil.example)', new: '#12345g' } })),
    `{"id":"7c1d2f04-6a0b-4d51-9a55-1f2e60b7c3a1","request_id":"x","time":"2022-10-12T15:10:00Z","action":"write","resource_type":"template","resource_target":${JSON.stringify(evil)},"organization":{"name":${JSON.stringify(evil)}},"diff":{"name":{"old":${JSON.stringify(evil)},"new":"b","secret":false}},"additional_fields":${JSON.stringify({ [evil]: evil })},"description":${JSON.stringify(evil)},"resource_link":"javascript:window.hacked=1","status_code":200,"user":{"username":${JSON.stringify(evil)}}}`,
    `{"fields":{"audit_log":{"action":"write","diff":${JSON.stringify(evil)}}}}`,
    `a line that is none ${evil.replaceAll(/[\r\n]/g, '')}`,
  ].join('\n');
}

describe('hostile texts', () => {
  /** @type {Program} */ let program;
  before(async () => {
    const logs = join(folder, 'evil \u202e<img src=x onerror=window.hacked=1>.ndjson');
    await writeFile(logs, hostileLog());
    program = await programOf('hostile', logs);
  });
  after(() => program?.stop());

  /** Opens the page and notes whatever it should not do. */
  async function open() {
    const page = await program.page();
    /** @type {string[]} */ const trouble = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('dialog', (dialog) => trouble.push(`a dialog: ${dialog.message()}`));
    page.on('popup', (popup) => trouble.push(`another page: ${popup.url()}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(program.address)) trouble.push(`a request: ${request.url()}`);
    });
    const address = page.url();
    const desk = new Desk(page);
    await desk.settled();
    /** @param {string} where */
    const harmless = async (where) => {
      assert.deepEqual(trouble, [], where);
      assert.equal(page.url(), address, where);
      const found = await page.evaluate(look);
      assert.deepEqual(found, [], where);
    };
    return { page, desk, harmless };
  }

  /** What is wrong with the page as it stands. It runs in the page. */
  function look() {
    const found = [];
    if ('hacked' in window) found.push('a script of the log ran');
    const body = /** @type {HTMLElement} */ (document.querySelector('#root'));
    for (const made of document.body.querySelectorAll(
      'img, iframe, object, embed, form[action], script:not([src]), a[href]',
    )) {
      if (/evil|hacked|javascript/.test(made.outerHTML)) found.push(`an element: ${made.outerHTML.slice(0, 200)}`);
    }
    const controls = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800]/u;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const bad = controls.exec(node.textContent ?? '');
      if (bad !== null)
        found.push(
          `a hidden character in a text: ${JSON.stringify(bad.input.slice(Math.max(0, bad.index - 30), bad.index + 30))}`,
        );
    }
    for (const element of document.body.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (controls.test(value))
          found.push(`a hidden character in ${element.tagName} ${name}: ${JSON.stringify(value.slice(0, 80))}`);
        if (name.startsWith('on')) found.push(`a handler: ${name}`);
      }
    }
    if (document.documentElement.scrollWidth > window.innerWidth)
      found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    const edge = body.getBoundingClientRect().right;
    for (const row of document.querySelectorAll('[role="row"], [role="gridcell"], section, header, dialog')) {
      const { right, width } = row.getBoundingClientRect();
      if (width > 0 && right > edge + 1 && row.closest('[class*="scroll"], pre, [role="grid"]') === null)
        found.push(`${row.tagName} reaches ${right} of ${edge}`);
    }
    const heights = new Set(
      [...document.querySelectorAll('[role="grid"] [role="row"][aria-selected]')].map((row) =>
        Math.round(row.getBoundingClientRect().height),
      ),
    );
    if (heights.size > 1) found.push(`rows of heights ${[...heights]}`);
    return found;
  }

  test('are shown as what they are in every view', async () => {
    const { page, desk, harmless } = await open();
    for (const tab of /** @type {const} */ (['Events', 'Admin changes', 'Settings'])) {
      await desk.tab(tab).click();
      await desk.settled();
      await desk.rows.first().waitFor();
      await harmless(tab);
      await desk.rows.first().click();
      for (let i = 0; i < 12; i++) {
        await desk.settled();
        await harmless(`${tab}, row ${i}`);
        await page.keyboard.press('ArrowDown');
      }
      await page.keyboard.press('Escape');
    }
    await desk.tab('Sources').click();
    await page.getByRole('table', { name: 'Accounting by source' }).waitFor();
    await harmless('sources');
  });

  test('of any length are told line by line, as far as that helps, and leave the page answering', async () => {
    const { page, desk, harmless } = await open();
    await desk.tab('Admin changes').click();
    await desk.settled();
    await desk.type('class:admin changed:"svc banner body"');
    await desk.matches(5);
    // A click opens what stands below or beside a row, or closes it.
    const row = (/** @type {string} */ time) => desk.rows.filter({ hasText: time });
    const block = page.getByRole('region', { name: 'Lines of svc banner body' });

    // 10,000 lines, 200 of them changed. The row holds words; what is opened is the whole.
    await row('15:00:02').click();
    await block.getByText('line 7 of a banner that goes on').first().waitFor();
    assert.match((await block.textContent()) ?? '', /unchanged lines/);
    await block.getByText(/more lines; see the raw record/).waitFor();
    await harmless('unified');
    await block.getByText('Side by side').click();
    await block.getByText('line 7 of a banner that goes on').first().waitFor();
    await block.getByText(/more lines; see the raw record/).waitFor();
    await harmless('side by side');
    await row('15:00:02').click();
    await block.waitFor({ state: 'detached' });

    // 10,000 lines that have nothing in common.
    await row('15:00:03').click();
    await block.getByText('Too long or too different to compare line by line').waitFor();
    await harmless('too different');
    await row('15:00:03').click();
    await block.waitFor({ state: 'detached' });

    // A megabyte on one line opens the details.
    await row('15:00:04').click();
    await page
      .getByText(/more characters/)
      .first()
      .waitFor();
    await harmless('a megabyte');
    assert.equal(await desk.total(), 5);
  });
});
