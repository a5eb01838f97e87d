// @ts-check

/** Digits of "10,482,193", "1 event". @param {string} text */
export const number = (text) => Number(text.replace(/[^0-9]/g, ''));

/** The page as an auditor sees it: things are found by role and name. */
export class Desk {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.query = page.getByRole('textbox', { name: 'Query' });
    this.grid = page.getByRole('grid');
    this.details = page.getByRole('group', { name: 'Event', exact: true });
    this.timeline = page.getByRole('slider', { name: /Range of time/ });
    this.status = page.getByRole('contentinfo');
  }

  /** @param {'Sources' | 'Events' | 'Admin changes' | 'Settings'} name */
  tab(name) {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  /** @param {string} title such as "Action" */
  facet(title) {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  /**
   * @param {string} title
   * @param {string} label of the value as the facet shows it
   */
  value(title, label) {
    return this.facet(title).getByRole('option', { name: new RegExp(`^${literally(label)} [0-9,\\s]+events`) });
  }

  /**
   * What a facet shows: label → count and state.
   * @param {string} title
   */
  async values(title) {
    const lines = await this.facet(title)
      .getByRole('option')
      .evaluateAll((options) =>
        options.map((o) => {
          const part = (/** @type {string} */ name) => o.querySelector(`[class*="_${name}_"]`)?.textContent ?? '';
          const said = o.textContent;
          const state = /, (included|excluded)$/.exec(said)?.[1] ?? '';
          return {
            label: part('label').slice(0, part('label').length - part('codes').length),
            count: part('count'),
            state,
          };
        }),
      );
    return new Map(lines.map(({ label, count, state }) => [label, { count: number(count), state }]));
  }

  /** Waits until the result on screen is that of the view. */
  async settled() {
    await this.grid.waitFor();
    await this.page.locator('[role="grid"][aria-busy="false"]').waitFor();
  }

  /** Rows that the view says match. */
  async total() {
    await this.settled();
    return number((await this.status.getByRole('status').textContent()) ?? '');
  }

  /**
   * Waits until so many rows match.
   * @param {number} n
   */
  async matches(n) {
    await this.status
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${n.toLocaleString('en-GB')} match`) })
      .waitFor();
    await this.settled();
  }

  /** Rows of the table on screen, without headers. */
  get rows() {
    return this.grid.locator('[role="row"][aria-selected]');
  }

  /** @param {string} text */
  async type(text) {
    await this.query.fill(text);
    await this.query.press('Enter');
  }
}

/** @param {string} text */
const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
