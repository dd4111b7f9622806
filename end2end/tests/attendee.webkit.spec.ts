// The attendee's journey in WebKit: alert, status, the conversation, and all of it without
// JavaScript. Part of `cargo xtask test --full`.
import { By, until, type WebDriver } from 'selenium-webdriver';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentAt, openCase } from '../support/calling';
import { expect, test as base } from '../support/fixtures';
import { WebKit } from '../support/webkit';

type Fixtures = {
  /** A page of a WebKit of its own. */
  kit: (script?: boolean) => Promise<WebDriver>;
};

const test = base.extend<Fixtures>({
  kit: async ({}, use, info) => {
    const started: WebKit[] = [];
    await use(async (script = true) => {
      const kit = await WebKit.start(script);
      started.push(kit);
      return kit.page;
    });
    for (const kit of started) {
      if (info.status !== info.expectedStatus) {
        const picture = await kit.page.takeScreenshot().catch(() => undefined);
        if (picture) await info.attach('webkit.png', { body: Buffer.from(picture, 'base64'), contentType: 'image/png' });
      }
      await kit.close();
    }
  },
});

/** WebKit keeps no `Secure` cookie of a plain `http://localhost`: a certificate of this run's own. */
function certificate(): string[] {
  const home = mkdtempSync(join(tmpdir(), 'sotto-certificate-'));
  const [cert, key] = [join(home, 'cert.pem'), join(home, 'key.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:desk.localhost'];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...curve, ...names, '-out', cert, '-keyout', key], {
    stdio: 'ignore',
  });
  return ['--tls-cert', cert, '--tls-key', key];
}

test.use({ serverArgs: certificate(), ignoreHTTPSErrors: true });

const LIMIT_MS = 10_000;
const there = (page: WebDriver, css: string) => page.wait(until.elementLocated(By.css(css)), LIMIT_MS, css);
const click = async (page: WebDriver, css: string) => (await there(page, css)).click();
const count = async (page: WebDriver, css: string) => (await page.findElements(By.css(css))).length;
const lit = (page: WebDriver, n: number) =>
  expect.poll(() => count(page, '.steps li.lit'), { timeout: LIMIT_MS }).toBe(n);

async function last(page: WebDriver, css: string): Promise<string> {
  const found = await page.findElements(By.css(css));
  return found.length > 0 ? ((await found.at(-1)!.getProperty('textContent')) ?? '') : '';
}

const says = (page: WebDriver, css: string, words: string) =>
  expect.poll(() => last(page, css).catch(() => ''), { timeout: LIMIT_MS }).toContain(words);

for (const language of ['en', 'fr', 'ar']) {
  test(`one tap, every step, words both ways, ${language}`, async ({ kit, open, server }) => {
    test.setTimeout(90_000);
    const desk = await open('desktop', { locale: 'en-GB', ignoreHTTPSErrors: true });
    await agentAt(desk, server, undefined, { warm: false });
    const page = await kit();
    // Its languages are the session's, and a machine may have none: so the page's own choice.
    await page.get(`${server.poster}?l=${language}`);
    expect(await page.findElement(By.css('html')).getAttribute('lang')).toBe(language);
    await click(page, '#tap button');
    // The Wasm bundle has come and the socket stands.
    await there(page, '#live[data-on]');
    await lit(page, 1);
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const faults = await page.executeAsyncScript<string[]>(
      `${axe}; const done = arguments[arguments.length - 1];
       axe.run().then(({ violations }) => done(violations.map(({ id, nodes }) => id + ' ' + nodes[0].html)));`,
    );
    expect(faults).toEqual([]);

    await openCase(desk);
    await desk.keyboard.press('a');
    await lit(page, 2);
    await click(page, '#ask .answer');
    await expect(desk.locator('.pane .chip:visible, .summary .is-amber').first()).toBeVisible();
    await (await there(page, 'textarea[name=text]')).sendKeys('by the door');
    await click(page, '#say button');
    await expect(desk.locator('.bubble').last()).toContainText('by the door');
    await desk.keyboard.press('r');
    await desk.keyboard.type('two minutes');
    await desk.keyboard.press('Enter');
    await says(page, '.talk .theirs', 'two minutes');
    await page.navigate().refresh();
    await says(page, '.talk .theirs', 'two minutes');
    const kinds = (await server.log()).map((entry) => entry.kind);
    expect(kinds.filter((kind) => kind === 'alerted')).toHaveLength(1);
  });
}

test('without JavaScript: the alert, an answer, words, and the reply', async ({ kit, open, server }) => {
  test.setTimeout(90_000);
  const desk = await open('desktop', { locale: 'en-GB', ignoreHTTPSErrors: true });
  await agentAt(desk, server, undefined, { warm: false });
  const page = await kit(false);
  await page.get(server.poster);
  await click(page, '#tap button');
  await lit(page, 1);
  expect(await count(page, '#live[data-on]')).toBe(0);
  await openCase(desk);
  await desk.keyboard.press('a');
  await click(page, '#ask .answer');
  await expect(desk.locator('.pane .chip:visible, .summary .is-amber').first()).toBeVisible();
  // The field would be emptied by the page's own refresh: writing has a page of its own.
  await click(page, 'form[action="/write"] button');
  await page.wait(until.urlContains('/write'), LIMIT_MS);
  await (await there(page, 'textarea[name=text]')).sendKeys('by the door');
  await click(page, 'form:has(textarea) button');
  await says(page, '.talk .mine', 'by the door');
  await desk.keyboard.press('r');
  await desk.keyboard.type('two minutes');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('.bubble').last()).toContainText('two minutes');
  await page.get(`${server.attendee}/now`);
  await says(page, '.talk .theirs', 'two minutes');
  await lit(page, 2);
});
