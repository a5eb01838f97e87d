// @ts-check
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { freePort, Screen } from './screen.mjs';

const exec = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const chromiumProgram = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * Runs the command line and returns what it prints.
 * @param {string[]} args
 */
export async function commandLine(...args) {
  const { stdout } = await exec(`${root}build/bin/auditdesk`, args, { maxBuffer: 1 << 28 });
  return stdout;
}

/**
 * Runs the command line and returns its JSON.
 * @param {string[]} args
 * @returns {Promise<any>}
 */
export async function ask(...args) {
  return JSON.parse(await commandLine(...args, '--format', 'json'));
}

/**
 * The real program with its development server, and a browser. The native window runs beside it on a virtual screen; its
 * dialogs answer what a test wrote down.
 */
export class Program {
  /**
   * @param {Screen} screen
   * @param {import('playwright-core').Browser} browser
   * @param {string} address
   * @param {string} answers
   */
  constructor(screen, browser, address, answers) {
    this.screen = screen;
    this.browser = browser;
    this.address = address;
    this.answers = answers;
  }

  /** @param {string[]} args of the program */
  static async start(...args) {
    const screen = await Screen.start();
    try {
      const answers = join(screen.folder, 'answers.json');
      await writeFile(answers, '{}');
      const address = `127.0.0.1:${await freePort()}`;
      const command = `${root}build/bin/auditdesk-dev`;
      screen.spawn(command, args, {
        env: { assetdir: `${root}frontend/dist`, devserver: address, AUDITDESK_TEST_DIALOG: answers },
      });
      await reachable(`http://${address}/`).catch(async (error) => {
        throw new Error(`${error.message}; the program wrote:\n${await readFile(screen.logOf(command), 'utf8')}`);
      });
      const browser = await chromium.launch({
        executablePath: chromiumProgram,
        args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
      });
      return new Program(screen, browser, `http://${address}/`, answers);
    } catch (error) {
      await screen.stop();
      throw error;
    }
  }

  /**
   * Opens the page anew, as after a first launch: pages from before are closed, and how they left the case is forgotten.
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  async page(options = {}) {
    for (const context of this.browser.contexts()) await context.close();
    await rm(join(this.screen.folder, 'state', 'auditdesk', 'views.json'), { force: true });
    return this.again(options);
  }

  /**
   * Opens the page as it was left.
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  async again(options = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(this.address);
    return page;
  }

  /**
   * Writes down what the native dialogs shall answer from now on.
   * @param {{ file?: string, files?: string[], folder?: string, save?: string, confirm?: boolean }} answers
   */
  answer(answers) {
    return writeFile(this.answers, JSON.stringify(answers));
  }

  async stop() {
    await this.browser.close();
    await this.screen.stop();
  }
}

/** @param {string} address */
async function reachable(address) {
  for (let tries = 0; ; tries++) {
    const up = await fetch(address).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return;
    if (tries > 300) throw new Error(`${address} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
