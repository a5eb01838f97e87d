// @ts-check
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A virtual screen with a window manager and a session bus of its own, and folders of its own for what programs keep. */
export class Screen {
  /** @type {import('node:child_process').ChildProcess[]} */ #children = [];
  /** Temporary folder; it goes with the screen. */
  folder = '';
  /** @type {NodeJS.ProcessEnv} Environment for programs on this screen. */
  env = {};

  /** @param {{ width?: number, height?: number }} [size] pixels */
  static async start({ width = 1480, height = 960 } = {}) {
    const screen = new Screen();
    screen.folder = await mkdtemp(join(tmpdir(), 'auditdesk-screen-'));
    try {
      const at = (/** @type {string} */ name) => join(screen.folder, name);
      screen.env = {
        ...process.env,
        HOME: screen.folder,
        XDG_STATE_HOME: at('state'),
        XDG_DATA_HOME: at('data'),
        XDG_CONFIG_HOME: at('config'),
        XDG_CACHE_HOME: at('cache'),
        XDG_DOCUMENTS_DIR: at('documents'),
        XDG_SESSION_TYPE: 'x11',
        WAYLAND_DISPLAY: '',
        NO_AT_BRIDGE: '1',
      };
      const number = await screen.#firstLine('Xvfb', [
        '-displayfd',
        '1',
        '-screen',
        '0',
        `${width}x${height}x24`,
        '-nolisten',
        'tcp',
        '-noreset',
      ]);
      screen.env.DISPLAY = `:${number}`;
      screen.env.DBUS_SESSION_BUS_ADDRESS = await screen.#firstLine('dbus-daemon', [
        '--session',
        '--nofork',
        '--nopidfile',
        '--print-address=1',
      ]);
      screen.spawn('openbox', ['--sm-disable']);
      return screen;
    } catch (error) {
      await screen.stop();
      throw error;
    }
  }

  /**
   * Starts a program that ends with the screen.
   * @param {string} command
   * @param {string[]} args
   * @param {{ env?: NodeJS.ProcessEnv, stdout?: 'pipe' | 'ignore' }} [options]
   */
  spawn(command, args, { env = {}, stdout = 'ignore' } = {}) {
    const log = openSync(this.logOf(command), 'a');
    const child = spawn(command, args, { env: { ...this.env, ...env }, stdio: ['ignore', stdout, log] });
    closeSync(log);
    child.on('error', () => {}); // told by the one who waits for it
    this.#children.push(child);
    return child;
  }

  /**
   * Where a program's standard error goes.
   * @param {string} command
   */
  logOf(command) {
    return join(this.folder, `${basename(command)}.log`);
  }

  /**
   * @param {string} command
   * @param {string[]} args
   * @returns {Promise<string>}
   */
  #firstLine(command, args) {
    const child = this.spawn(command, args, { stdout: 'pipe' });
    return new Promise((resolve, reject) => {
      let text = '';
      child.stdout?.on('data', (chunk) => {
        text += chunk;
        if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
      });
      child.once('error', (error) => reject(new Error(`${command}: ${error.message}`)));
      child.once('exit', (code) => reject(new Error(`${command} ended with ${code} before it was ready`)));
    });
  }

  /**
   * Runs a program on the screen and returns what it prints.
   * @param {string} command
   * @param {string[]} args
   */
  async run(command, args) {
    const { stdout } = await exec(command, args, { env: this.env, timeout: 20_000 });
    return stdout;
  }

  /** @param {string[]} args */
  xdotool(...args) {
    return this.run('xdotool', args);
  }

  /**
   * The id of the one window that is to be seen, once there is one. Of those that the window manager knows: menus and
   * tooltips are windows too.
   */
  async window() {
    for (let tries = 0; ; tries++) {
      const managed = await this.run('xprop', ['-root', '_NET_CLIENT_LIST']);
      for (const id of managed.match(/0x[0-9a-f]+/g) ?? []) {
        const told = await this.run('xwininfo', ['-id', id]).catch(() => '');
        if (told.includes('IsViewable')) return id;
      }
      if (tries > 200) throw new Error('no window is to be seen');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** @param {string} path of the picture, a PNG */
  async picture(path) {
    await this.run('import', ['-window', 'root', path]);
  }

  async stop() {
    for (const child of this.#children.reverse()) await end(child);
    // Programs write as they end; the folder goes after the last of them.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * Ends a program that was started here, by force where it does not go.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(force);
}

/** A TCP port of this machine that nobody uses now. */
export async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
