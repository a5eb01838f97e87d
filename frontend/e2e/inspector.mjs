// @ts-check
// Reads the page inside the production window. WebKit offers its inspector over a web socket where the environment variable
// WEBKIT_INSPECTOR_HTTP_SERVER names an address; it can evaluate scripts, nothing else is used of it.

/** Longer scripts are cut off by the inspector's server. */
const longestScript = 40_000;

export class Inspector {
  /** @type {WebSocket} */ #socket;
  /** @type {string} */ #target = '';
  /** @type {Map<number, { resolve: (value: unknown) => void, reject: (error: Error) => void }>} */ #waiting =
    new Map();
  #last = 0;

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
  }

  /**
   * Connects once the program shows its page. A connection before that would end the program: WebKit's server looks for
   * the page without checking that there is one.
   * @param {number} port
   * @param {number} [patience] milliseconds
   * @returns {Promise<Inspector>}
   */
  static async connect(port, patience = 30_000) {
    const deadline = Date.now() + patience;
    for (;;) {
      const pages = await fetch(`http://127.0.0.1:${port}/`).then(
        (answer) => answer.text(),
        () => '',
      );
      if (pages.includes('wails://wails/')) return Inspector.#open(port);
      if (Date.now() > deadline) throw new Error(`no page came up within ${patience} ms`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** @param {number} port */
  static #open(port) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket/1/1/WebPage`);
    const inspector = new Inspector(socket);
    return /** @type {Promise<Inspector>} */ (
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          socket.close();
          reject(new Error('no page within 3 s'));
        }, 3000);
        socket.onerror = () => {
          clearTimeout(late);
          reject(new Error('connection refused'));
        };
        socket.onmessage = (message) => {
          inspector.#receive(JSON.parse(String(message.data)));
          if (inspector.#target !== '') {
            clearTimeout(late);
            resolve(inspector);
          }
        };
      })
    );
  }

  /** @param {any} message */
  #receive(message) {
    if (message.method === 'Target.targetCreated') this.#target = message.params.targetInfo.targetId;
    if (message.method === 'Target.didCommitProvisionalTarget') this.#target = message.params.newTargetId;
    if (message.method !== 'Target.dispatchMessageFromTarget') return;
    const answer = JSON.parse(message.params.message);
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    if (answer.error) waiting.reject(new Error(answer.error.message));
    else if (answer.result.wasThrown) waiting.reject(new Error(answer.result.result.description));
    else waiting.resolve(answer.result.result.value);
  }

  /**
   * Evaluates an expression in the page; its value must be JSON.
   * @param {string} expression
   * @returns {Promise<any>}
   */
  evaluate(expression) {
    if (expression.length > longestScript) throw new Error(`a script of ${expression.length} characters is too long`);
    const id = ++this.#last;
    const inner = JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } });
    this.#socket.send(
      JSON.stringify({ id, method: 'Target.sendMessageToTarget', params: { targetId: this.#target, message: inner } }),
    );
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`no answer within 10 s to: ${expression.slice(0, 200)}`));
      }, 10_000);
      this.#waiting.set(id, {
        resolve: (value) => {
          clearTimeout(late);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      });
    });
  }

  /**
   * Waits until an expression is truthy and returns its value.
   * @param {string} expression
   * @param {number} [patience] milliseconds
   */
  async until(expression, patience = 15_000) {
    const deadline = Date.now() + patience;
    for (;;) {
      const value = await this.evaluate(expression);
      if (value) return value;
      if (Date.now() > deadline) throw new Error(`the page never came to: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close() {
    this.#socket.close();
  }
}
