// Opens the poster's page as a phone would that was never here, waits for the
// button, taps it, waits for the case. Run inside the near namespace by
// `cargo xtask bench page`, which passes one JSON object as the only argument
// and reads one JSON object from standard output.
import { chromium, devices } from '@playwright/test';
import { quiet, rateDown, rateUp, roundTrip } from './line.mjs';

const config = JSON.parse(process.argv[2]);
const { chromium: executablePath, url, spki, samples, far, port, roundTripMs, downKbit } = config;

/** The share by which the line may differ from what was asked for. */
const TOLERANCE = 0.15;
/** A person reads before tapping; the connection stays open meanwhile. */
const READING_MS = 1_500;
const LIMIT_MS = 20_000;

/** Runs in the page before anything else does; keeps what it sees in one object. */
function observe() {
  const seen = { painted: 0, hittable: 0, tapped: 0, shown: 0 };
  window.sottoBench = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name === 'first-contentful-paint') seen.painted = entry.startTime;
    }
  }).observe({ type: 'paint', buffered: true });
  addEventListener('pointerup', (event) => (seen.tapped ||= event.timeStamp), { capture: true });
  // Whether a finger put on the middle of it would reach it.
  const reachable = (element) => {
    if (!element) return false;
    const { left, top, width, height } = element.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return width > 0 && (hit === element || element.contains(hit));
  };
  const look = () => {
    const button = !seen.hittable && reachable(document.querySelector('#tap button'));
    const shown = seen.tapped > 0 && document.querySelector('#live')?.getBoundingClientRect().height > 0;
    // What this frame's layout holds is on the screen when the next one starts.
    requestAnimationFrame((next) => {
      if (button) seen.hittable ||= next;
      if (shown) seen.shown ||= next;
      else look();
    });
  };
  requestAnimationFrame(look);
}

/** Leaves the page alone: looking into it takes the time that it needs itself. */
const alone = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `ready` holds for what the page has seen. */
async function until(page, ready) {
  const handle = await page.waitForFunction(ready, undefined, { polling: 50, timeout: LIMIT_MS });
  await handle.dispose();
}

/** One visit with nothing kept from before: no cache, no name, no TLS session. */
async function visit(browser) {
  const before = await quiet(far, port, roundTripMs, TOLERANCE);
  const context = await browser.newContext({ ...devices['Pixel 7'], locale: 'fr-FR' });
  try {
    await context.addInitScript(observe);
    const page = await context.newPage();
    const requests = [];
    page.on('request', (request) => requests.push(request));
    await page.goto(url, { waitUntil: 'commit', timeout: LIMIT_MS });
    await alone(READING_MS);
    await until(page, () => window.sottoBench.painted > 0 && window.sottoBench.hittable > 0);
    const redirects = requests.filter((request) => request.redirectedFrom()).length;
    const ready = await page.evaluate(() => {
      const [visit] = performance.getEntriesByType('navigation');
      const resources = performance.getEntriesByType('resource');
      const { painted, hittable } = window.sottoBench;
      const usable = Math.max(painted, hittable);
      return {
        usable,
        painted,
        hittable,
        lookup: visit.domainLookupEnd - visit.domainLookupStart,
        tcp: visit.secureConnectionStart - visit.connectStart,
        tls: visit.connectEnd - visit.secureConnectionStart,
        connected: visit.connectEnd,
        answer: visit.responseStart - visit.requestStart,
        body: visit.responseEnd - visit.responseStart,
        paint: usable - visit.responseEnd,
        protocol: visit.nextHopProtocol,
        redirects: visit.redirectCount,
        htmlBytes: visit.encodedBodySize,
        requests: 1 + resources.filter((entry) => entry.startTime <= usable).length,
        blocking: resources.filter((entry) => entry.renderBlockingStatus === 'blocking').length,
      };
    });
    const seenRequests = requests.length;
    const button = await page.locator('#tap button').boundingBox();
    await page.touchscreen.tap(button.x + button.width / 2, button.y + button.height / 2);
    await alone(roundTripMs * 3);
    await until(page, () => window.sottoBench.shown > 0);
    const tap = await page.evaluate(() => {
      const { tapped, shown } = window.sottoBench;
      const alert = performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('/alert'));
      return {
        acknowledged: shown - tapped,
        asked: alert.requestStart - tapped,
        reused: alert.connectStart === alert.fetchStart,
        answer: alert.responseStart - alert.requestStart,
        body: alert.responseEnd - alert.responseStart,
        paint: shown - alert.responseEnd,
        caseBytes: alert.encodedBodySize,
      };
    });
    const redirected = Math.max(redirects, ready.redirects);
    return { roundTrip: before, ready: { ...ready, redirects: redirected, requestsSeen: seenRequests }, tap };
  } finally {
    await context.close();
  }
}

/** A phone that was here before, without any network: how soon its button can be used. */
async function repeats(browser) {
  const context = await browser.newContext({ ...devices['Pixel 7'], locale: 'fr-FR' });
  try {
    await context.addInitScript(observe);
    const page = await context.newPage();
    await page.goto(url, { timeout: LIMIT_MS });
    // The copy is there before the worker is: it works from when it is active. Asked from here, since
    // `waitForFunction` takes a promise for an answer.
    const kept = async () =>
      Boolean(await caches.match('/page', { ignoreVary: true })) &&
      Boolean((await navigator.serviceWorker.getRegistration())?.active);
    const end = Date.now() + LIMIT_MS;
    while (!(await page.evaluate(kept))) {
      if (Date.now() > end) throw new Error('the phone has no copy of the page');
      await alone(200);
    }
    await context.setOffline(true);
    const usable = [];
    for (let i = 0; i <= samples; i++) {
      await page.goto(url, { waitUntil: 'commit', timeout: LIMIT_MS });
      await alone(500);
      await until(page, () => window.sottoBench.painted > 0 && window.sottoBench.hittable > 0);
      // The first one starts the worker's cache: not counted.
      if (i > 0) usable.push(await page.evaluate(() => Math.max(window.sottoBench.painted, window.sottoBench.hittable)));
    }
    return usable;
  } finally {
    await context.close();
  }
}

/** Five round trips and both rates, before anything else uses the line. */
async function verifyLine() {
  const trips = [];
  for (let i = 0; i < 5; i++) trips.push(await roundTrip(far, port));
  // Two seconds' worth each way.
  const down = await rateDown(far, downKbit * 250);
  const up = await rateUp(far, config.upKbit * 250);
  return { roundTrips: trips, downKbit: down, upKbit: up };
}

const line = await verifyLine();
const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // The throw-away certificate, and no other, is taken for a good one.
    `--ignore-certificate-errors-spki-list=${spki}`,
  ],
});
try {
  const visits = [];
  // The first visit also starts parts of the browser itself: not counted.
  for (let i = 0; i <= samples; i++) {
    const one = await visit(browser);
    if (i > 0) visits.push(one);
    if (process.stderr.isTTY) process.stderr.write(`\r  visit ${i} of ${samples} `);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const repeated = await repeats(browser);
  console.log(JSON.stringify({ browser: browser.version(), line, visits, repeats: repeated }));
} finally {
  await browser.close();
}
