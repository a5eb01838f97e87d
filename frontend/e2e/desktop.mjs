// @ts-check
import { fileURLToPath } from 'node:url';
import { Inspector } from './inspector.mjs';
import { freePort, Screen } from './screen.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const desktopProgram = `${root}build/bin/auditdesk-desktop`;

/** The production window on a virtual screen, with its page in reach. */
export class Desktop {
  /**
   * @param {Screen} screen
   * @param {Inspector} page
   * @param {import('node:child_process').ChildProcess} program
   */
  constructor(screen, page, program) {
    this.screen = screen;
    this.page = page;
    this.program = program;
  }

  /**
   * @param {{ screen?: Screen, args?: string[] }} [options]
   */
  static async start({ screen, args = [] } = {}) {
    const own = screen ?? (await Screen.start());
    const port = await freePort();
    const program = own.spawn(desktopProgram, args, { env: { WEBKIT_INSPECTOR_HTTP_SERVER: `127.0.0.1:${port}` } });
    try {
      const page = await Inspector.connect(port);
      await own.window();
      return new Desktop(own, page, program);
    } catch (error) {
      if (screen === undefined) await own.stop();
      throw error;
    }
  }

  /** Waits until the page shows something and waits for nothing. */
  async settled() {
    await this.page.until(
      `document.readyState === 'complete'
        && (document.querySelector('#root')?.textContent ?? '') !== ''
        && document.querySelector('[aria-busy="true"]') === null`,
    );
  }

  /**
   * Clicks the middle of an element with the real pointer.
   * @param {string} element an expression of the page
   */
  async click(element) {
    const at = await this.page.until(`(() => {
      const box = (${element})?.getBoundingClientRect();
      return box && box.width > 0 ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
    })()`);
    const { left, top } = await this.origin();
    await this.screen.xdotool('mousemove', '--sync', String(Math.round(left + at.x)), String(Math.round(top + at.y)));
    await this.screen.xdotool('click', '1');
  }

  /** Where the page begins on the screen. The window's menu bar stands above it. */
  async origin() {
    const told = await this.screen.run('xwininfo', ['-id', await this.screen.window()]);
    const of = (/** @type {string} */ name) => Number(new RegExp(`${name}: +(-?\\d+)`).exec(told)?.[1]);
    const height = await this.page.evaluate('window.innerHeight');
    return { left: of('Absolute upper-left X'), top: of('Absolute upper-left Y') + of('Height') - height };
  }

  /** @param {string[]} keys as xdotool names them */
  async press(...keys) {
    await this.screen.xdotool('key', '--clearmodifiers', ...keys);
  }

  async stop() {
    this.page.close();
    await this.screen.stop();
  }
}
