// Firefox with JavaScript off. Neither BiDi nor Playwright can drive that; Marionette, the protocol
// beneath geckodriver, can: its commands run in the browser and not in the page.
// https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIREFOX, firefoxPrefs } from './browser';
import { freePort } from './ports';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const START_LIMIT_MS = 30_000;

type Reference = { [ELEMENT]: string };

export class PlainFirefox {
  private buffer = Buffer.alloc(0);
  private next = 1;
  private readonly waiting = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>();

  private constructor(
    private readonly browser: ChildProcess,
    private readonly home: string,
    private readonly socket: Socket,
  ) {
    socket.on('data', (chunk) => this.read(chunk));
    socket.on('close', () => this.waiting.forEach(({ fail }) => fail(new Error('Firefox is gone'))));
  }

  static async start(language: string): Promise<PlainFirefox> {
    const home = await mkdtemp(join(tmpdir(), 'sotto-firefox-'));
    const port = await freePort();
    const prefs = {
      ...firefoxPrefs(440),
      'javascript.enabled': false,
      'intl.accept_languages': language,
      'marionette.port': port,
    };
    const lines = Object.entries(prefs).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
    await writeFile(join(home, 'user.js'), lines.join('\n'));
    const words = ['--headless', '--marionette', '--no-remote', '--profile', home, '--width', '390', '--height', '736'];
    const browser = spawn(FIREFOX, words, { stdio: 'ignore', env: { ...process.env, HOME: home } });
    try {
      const found = new PlainFirefox(browser, home, await connected(port));
      await found.send('WebDriver:NewSession', {});
      return found;
    } catch (error) {
      await end(browser, home);
      throw error;
    }
  }

  async goto(url: string): Promise<void> {
    await this.send('WebDriver:Navigate', { url });
  }

  /** How many there are. */
  async count(css: string): Promise<number> {
    return (await this.all(css)).length;
  }

  async click(css: string): Promise<void> {
    await this.send('WebDriver:ElementClick', { id: await this.only(css) });
  }

  async type(css: string, text: string): Promise<void> {
    await this.send('WebDriver:ElementSendKeys', { id: await this.only(css), text });
  }

  /** The text of the last one; nothing if there is none. */
  async last(css: string): Promise<string> {
    const id = (await this.all(css)).at(-1);
    if (id === undefined) return '';
    const { value } = (await this.send('WebDriver:GetElementText', { id })) as { value: string };
    return value;
  }

  async close(): Promise<void> {
    this.socket.destroy();
    await end(this.browser, this.home);
  }

  private async only(css: string): Promise<string> {
    const [id] = await this.all(css);
    if (id === undefined) throw new Error(`there is no ${css}`);
    return id;
  }

  private async all(css: string): Promise<string[]> {
    const found = await this.send('WebDriver:FindElements', { using: 'css selector', value: css });
    return (found as Reference[]).map((reference) => reference[ELEMENT]);
  }

  private send(command: string, parameters: object): Promise<unknown> {
    const id = this.next++;
    const frame = Buffer.from(JSON.stringify([0, id, command, parameters]));
    this.socket.write(`${frame.length}:`);
    this.socket.write(frame);
    return new Promise((done, fail) => this.waiting.set(id, { done, fail }));
  }

  private read(chunk: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    for (;;) {
      const colon = this.buffer.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.buffer.subarray(0, colon).toString());
      if (this.buffer.length < end) return;
      const message: unknown = JSON.parse(this.buffer.subarray(colon + 1, end).toString());
      this.buffer = this.buffer.subarray(end);
      // The first one says only who speaks.
      if (!Array.isArray(message)) continue;
      const [, id, error, value] = message as [number, number, { message: string } | null, unknown];
      const asker = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) asker?.fail(new Error(error.message));
      else asker?.done(value);
    }
  }
}

/** Firefox listens a while after its start. */
async function connected(port: number): Promise<Socket> {
  const until = Date.now() + START_LIMIT_MS;
  for (;;) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect(port, '127.0.0.1', () => resolve(attempt));
      attempt.once('error', () => resolve(undefined));
    });
    if (socket) return socket;
    if (Date.now() > until) throw new Error('Firefox did not start');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function end(browser: ChildProcess, home: string): Promise<void> {
  if (browser.exitCode === null && browser.signalCode === null) {
    const gone = new Promise((resolve) => browser.once('exit', resolve));
    browser.kill('SIGTERM');
    await gone;
  }
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
