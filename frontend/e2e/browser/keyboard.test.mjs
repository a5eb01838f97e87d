// @ts-check
// Every step of the five-minute walk without a pointer.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Desk } from '../desk.mjs';
import { commandLine, Program } from '../program.mjs';

/** @type {Program} */ let program;
/** @type {string} */ let file;

before(async () => {
  program = await Program.start('--demo');
  file = join(program.screen.folder, 'data', 'auditdesk', 'demo.auditcase');
});
after(() => program?.stop());

/** @param {string} query */
const count = async (query) => Number(await commandLine('count', file, query));

/**
 * Presses Tab until an element has the focus.
 * @param {import('playwright-core').Page} page
 * @param {string} selector
 */
async function tabTo(page, selector) {
  for (let i = 0; i < 80; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never came to ${selector}`);
}

test('filter, look and open by keys alone', async () => {
  const page = await program.page();
  const desk = new Desk(page);
  await desk.settled();
  const { keyboard } = page;

  await keyboard.press('/');
  await keyboard.type('outcome:ok');
  await keyboard.press('Enter');
  await desk.matches(await count('outcome:ok'));

  await tabTo(page, 'section[aria-label="Action"] [role="option"]');
  const focused = () =>
    page.evaluate(() => document.activeElement?.querySelector('[class*="_label_"]')?.textContent ?? '');
  const value = await focused();
  await keyboard.press('Space');
  await desk.matches(await count(`outcome:ok action:${value}`));
  await keyboard.press('Space');
  await desk.matches(await count('outcome:ok'));
  await keyboard.press('ArrowDown');
  const next = await focused();
  assert.notEqual(next, value);
  await keyboard.press('Delete');
  await desk.matches(await count(`outcome:ok -action:${next}`));

  await tabTo(page, '[role="slider"]');
  await keyboard.press('ArrowRight');
  await keyboard.press('Shift+ArrowRight');
  await keyboard.press('Enter');
  await page.waitForFunction(() =>
    document.querySelector('input[aria-label="Query"]')?.getAttribute('value')?.includes('after:'),
  );

  await tabTo(page, '[role="grid"]');
  await desk.settled();
  await keyboard.press('ArrowDown');
  await desk.grid.locator('[role="row"][aria-selected="true"]').waitFor();
  await keyboard.press('Enter');
  await desk.details.waitFor();
  await keyboard.press('Escape');
  await desk.details.waitFor({ state: 'detached' });

  await keyboard.press('Control+1');
  await page.getByRole('tab', { name: /^Sources/, selected: true }).waitFor();
  await keyboard.press('Control+3');
  await page.getByRole('tab', { name: /^Admin changes/, selected: true }).waitFor();
  await keyboard.press('Control+4');
  await page.getByRole('tab', { name: /^Settings/, selected: true }).waitFor();
  await keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('settings: two dates, one setting, its history and a statement by keys alone', async () => {
  const page = await program.page();
  const desk = new Desk(page);
  await desk.settled();
  const { keyboard } = page;
  await keyboard.press('Control+4');
  await desk.settled();
  await tabTo(page, '[role="slider"]');
  await keyboard.press('Shift+ArrowRight');
  await keyboard.press('Tab');
  await keyboard.press('Shift+ArrowLeft');
  await keyboard.press('Enter');
  await page.getByRole('textbox', { name: /Instant B/ }).waitFor();
  await keyboard.type('2026-01-05');
  await keyboard.press('Enter');
  await page
    .getByRole('slider', { name: /Instant B/ })
    .and(page.locator('[aria-valuetext^="2026-01-05 00:00:00"]'))
    .waitFor();
  await keyboard.press('/');
  await keyboard.type('gpu');
  await desk.grid.getByText('gpu_vendor').waitFor();
  await desk.settled();
  await tabTo(page, '[role="grid"]');
  await keyboard.press('ArrowDown');
  await desk.grid.locator('[role="row"][aria-selected="true"]').waitFor();
  await keyboard.press('Enter');
  await page.getByRole('region', { name: 'History' }).waitFor();
  await keyboard.press('Control+Shift+S');
  await page.getByRole('dialog', { name: 'New statement' }).waitFor();
  await tabTo(page, '[role="dialog"] input[type="text"]');
  await keyboard.press('Enter');
  await page.getByRole('article', { name: 'Statement on gpu_vendor' }).waitFor();
});

for (const tab of /** @type {const} */ (['Events', 'Settings']))
  test(`whatever has the focus shows it: ${tab}`, async () => {
    const page = await program.page();
    const desk = new Desk(page);
    await desk.settled();
    await desk.tab(tab).click();
    await desk.settled();
    const hidden = [];
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => {
        const el = document.activeElement;
        if (!(el instanceof HTMLElement) || el === document.body) return { name: '', shown: true };
        const ring = (/** @type {Element} */ e) => {
          const style = getComputedStyle(e);
          if ((style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none')
            return true;
          return ['::before', '::after'].some((part) => {
            const drawn = getComputedStyle(e, part);
            const filled =
              drawn.backgroundColor !== 'rgba(0, 0, 0, 0)' ||
              drawn.boxShadow !== 'none' ||
              drawn.outlineStyle !== 'none';
            return drawn.content !== 'none' && filled;
          });
        };
        const around = [el, el.parentElement, el.parentElement?.parentElement].filter(
          (e) => e !== null && e !== undefined,
        );
        return {
          name: `${el.tagName} ${el.getAttribute('aria-label') ?? el.textContent}`.slice(0, 80),
          shown: around.some(ring),
        };
      });
      if (!seen.shown) hidden.push(seen.name);
    }
    assert.deepEqual(hidden, []);
  });
