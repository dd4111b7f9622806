// WebKitGTK, the engine family of Safari, driven over WebDriver: Playwright's own WebKit is a
// download. It has no real finger and no WebRTC; it has the page, forms, Wasm and the socket.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';
import { freePort } from './ports';

const DRIVER = process.env['SOTTO_WEBKIT_DRIVER'] ?? '/usr/bin/WebKitWebDriver';
const BROWSER = process.env['SOTTO_WEBKIT'] ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** A browser, its driver and its screen. */
export class WebKit {
  private constructor(
    readonly page: WebDriver,
    private readonly started: readonly ChildProcess[],
    private readonly home: string,
  ) {}

  /** Starts one, with or without JavaScript. */
  static async start(script = true): Promise<WebKit> {
    const home = await mkdtemp(join(tmpdir(), 'sotto-webkit-'));
    const started: ChildProcess[] = [];
    try {
      const screen = await startScreen(started);
      const env = {
        ...process.env,
        DISPLAY: screen,
        XDG_RUNTIME_DIR: home,
        HOME: home,
        GDK_BACKEND: 'x11',
        NO_AT_BRIDGE: '1',
        // A test's pages are its own; the sandbox wants rights that a container has not.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      };
      const port = await freePort();
      const driver = spawn(DRIVER, [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' });
      started.push(driver);
      const capabilities = new Capabilities();
      capabilities.setBrowserName('MiniBrowser');
      capabilities.setAcceptInsecureCerts(true);
      capabilities.set('webkitgtk:browserOptions', {
        binary: BROWSER,
        args: ['--automation', `--enable-javascript=${script}`],
      });
      const url = `http://127.0.0.1:${port}`;
      await answers(`${url}/status`);
      const page = await new Builder().usingServer(url).withCapabilities(capabilities).build();
      return new WebKit(page, started, home);
    } catch (error) {
      await end(started, home);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.page.quit().catch(() => undefined);
    await end(this.started, this.home);
  }
}

/** A screen that nobody looks at; the X server chooses a free number and says it. */
function startScreen(started: ChildProcess[]): Promise<string> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended (${code})`)));
    server.stdout.once('data', (number: Buffer) => resolve(`:${number.toString().trim()}`));
  });
}

/** Waits until somebody listens there. */
async function answers(url: string): Promise<void> {
  const until = Date.now() + 10_000;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > until) throw new Error('WebKitWebDriver did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(started: readonly ChildProcess[], home: string): Promise<void> {
  for (const child of [...started].reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  await rm(home, { recursive: true, force: true });
}
