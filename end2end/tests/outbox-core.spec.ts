// The outbox's core without a browser: pauses, order, keys and what counts as an answer, on a clock
// of the test's own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const source = ['db.js', 'send.js']
  .map((name) => readFileSync(join(import.meta.dirname, '../../app/src/outbox', name), 'utf8'))
  .join('\n');

type Item = { key: string; path: string; body: ArrayBuffer; at: number };
type Verdict = { verdict: string; status?: number };
type Courier = { add(item: Item): void; again(): void; adopt(): Promise<void>; leave(): void; size: number };
type Core = {
  pause(failed: number, chance: number): number;
  fresh(): string;
  itemOf(key: string, path: string, type: string, body: ArrayBuffer, more?: object): Item;
  attempt(item: Item, stop: AbortController): Promise<Verdict>;
  courier(tell: (item: Item, saved: boolean) => void, ended: (item: Item, answer: Verdict) => void, chance?: () => number): Courier;
};
type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'nobody' | 'hangs';

/** The core on a clock that moves when it is told to, before a network that answers as it is told to. */
function rig(answer: (path: string, init: RequestInit, now: number) => Answer) {
  let now = 0;
  let number = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const setTimeout = (run: () => void, ms: number) => {
    timers.set(++number, { at: now + ms, run });
    return number;
  };
  const fetch = (path: string, init: RequestInit) =>
    new Promise<Response>((done, failed) => {
      const said = answer(path, init, now);
      init.signal?.addEventListener('abort', () => failed(new Error('aborted')));
      if (said === 'nobody') failed(new TypeError('nobody'));
      else if (said !== 'hangs') done(new Response(said.status === 204 ? null : (said.body ?? ''), { status: said.status, headers: said.headers ?? {} }));
    });
  const clock = { now: () => now };
  const core = new Function(
    'setTimeout', 'clearTimeout', 'fetch', 'Date', 'self', 'indexedDB', 'navigator',
    `${source}; return { pause, fresh, itemOf, attempt, courier };`,
  )(setTimeout, (id: number) => timers.delete(id), fetch, clock, {}, undefined, {}) as Core;
  const settle = async () => {
    for (let n = 0; n < 50; n++) await Promise.resolve();
    await new Promise((done) => setImmediate(done));
  };
  return {
    core,
    settle,
    at: () => now,
    /** Lets time pass, timer by timer. */
    async advance(ms: number) {
      const until = now + ms;
      for (;;) {
        await settle();
        const next = [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
        if (!next) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].run();
      }
      now = until;
    },
  };
}

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;
const item = (core: Core, path = '/alert') => core.itemOf(core.fresh(), path, 'x', bytes('key=1'));
const keyed = (key: string, status = 200): Answer => ({ status, headers: { 'x-sotto-key': key, 'x-sotto': '/now' }, body: 'page' });

/** A small seeded generator. */
function seeded(seed: number) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

test('pauses grow, stay under 2.5 s, and differ between phones', () => {
  const { core } = rig(() => 'nobody');
  for (let failed = 1; failed < 40; failed++) {
    for (const chance of [0, 0.3, 0.999]) {
      const pause = core.pause(failed, chance);
      expect(pause).toBeGreaterThanOrEqual(300);
      expect(pause).toBeLessThanOrEqual(2500);
      expect(core.pause(failed + 1, chance)).toBeGreaterThanOrEqual(pause);
    }
    expect(core.pause(failed, 0)).not.toBe(core.pause(failed, 0.5));
  }
  const keys = new Set(Array.from({ length: 1000 }, () => core.fresh()));
  expect(keys.size).toBe(1000);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
});

test('only the server is an answer, and only to its own key', async () => {
  const portal = { 'content-type': 'text/html' };
  const table: [Answer, string][] = [
    [{ status: 200, headers: portal, body: '<h1>Welcome to our network' }, 'again'],
    [{ status: 302, headers: { ...portal, location: 'http://portal.example/' } }, 'again'],
    [{ status: 204 }, 'again'],
    [{ status: 403, headers: portal, body: 'sign in first' }, 'again'],
    [{ status: 511, headers: portal }, 'again'],
    // Somebody else's answer, from a cache on the way.
    [keyed('0'.repeat(32)), 'again'],
    [{ status: 200, headers: { 'x-sotto': '/now' } }, 'again'],
    ['nobody', 'again'],
    [keyed('own', 503), 'again'],
    [keyed('own', 429), 'again'],
    [keyed('own'), 'done'],
    [keyed('own', 204), 'done'],
    [keyed('own', 404), 'refused'],
    // A body that could not be read has no key to give back.
    [{ status: 413, headers: { 'x-sotto': '/' } }, 'refused'],
    [{ status: 401, headers: { 'content-type': 'application/problem+json' } }, 'refused'],
  ];
  for (const [answer, verdict] of table) {
    const { core } = rig(() => answer);
    const sent = core.itemOf('own', '/alert', 'x', bytes('key=own'));
    expect((await core.attempt(sent, new AbortController())).verdict, JSON.stringify(answer)).toBe(verdict);
  }
});

test('what hangs is given up after ten seconds', async () => {
  const { core, advance } = rig(() => 'hangs');
  const trying = core.attempt(item(core), new AbortController());
  await advance(9_999);
  let over = false;
  void trying.then(() => (over = true));
  await advance(0);
  expect(over).toBe(false);
  await advance(1);
  expect((await trying).verdict).toBe('again');
});

test('everything goes out in order, each once, at most 3 s after the network is back', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const chance = seeded(seed);
    const back = Math.floor(chance() * 600_000);
    const portal = chance() < 0.5;
    const arrived: string[] = [];
    const accepted = new Map<string, number>();
    const { core, advance, at } = rig((path, init, now) => {
      if (now < back) return portal ? { status: 200, headers: { 'content-type': 'text/html' }, body: 'hello' } : 'nobody';
      const key = new URLSearchParams(new TextDecoder().decode(init.body as ArrayBuffer)).get('key')!;
      arrived.push(path);
      accepted.set(key, (accepted.get(key) ?? 0) + 1);
      // Now and then the answer is lost on its way back.
      return chance() < 0.2 ? 'nobody' : keyed(key);
    });
    const told: boolean[] = [];
    const ended: string[] = [];
    let over = Infinity;
    const outbox = core.courier((_, saved) => told.push(saved), (one) => { ended.push(one.path); if (ended.length === 4) over = at(); }, chance);
    const paths = ['/alert', '/answer', '/message', '/ok'];
    for (const path of paths) {
      const key = core.fresh();
      outbox.add(core.itemOf(key, path, 'x', bytes(`key=${key}`)));
    }
    await advance(back);
    // Each lost answer costs one more pause.
    if (back > 0) expect(told.length).toBeGreaterThan(0);
    expect(told.every((saved) => saved === false), 'no disk here, and it says so').toBe(true);
    const first = at();
    while (arrived.length === 0) await advance(10);
    expect(at() - first, `seed ${seed}`).toBeLessThanOrEqual(3_000);
    await advance(120_000);
    expect(ended, `seed ${seed}`).toEqual(paths);
    expect(accepted.size).toBe(4);
    expect([...new Set(arrived)]).toEqual(paths);
    expect(outbox.size).toBe(0);
    expect(over).toBeLessThan(Infinity);
  }
});

test('when the browser says that the network is back, nothing waits, not even what hangs', async () => {
  let up = false;
  const { core, advance, settle } = rig((_, init) => {
    if (!up) return 'hangs';
    return keyed(new URLSearchParams(new TextDecoder().decode(init.body as ArrayBuffer)).get('key')!);
  });
  const ended: string[] = [];
  const outbox = core.courier(() => {}, (one) => ended.push(one.path));
  const key = core.fresh();
  outbox.add(core.itemOf(key, '/alert', 'x', bytes(`key=${key}`)));
  await advance(4_000);
  up = true;
  outbox.again();
  await settle();
  expect(ended).toEqual(['/alert']);
});

test('the same key waits once', async () => {
  const { core, settle } = rig(() => 'nobody');
  const outbox = core.courier(() => {}, () => {});
  const one = item(core);
  outbox.add(one);
  outbox.add({ ...one });
  await settle();
  expect(outbox.size).toBe(1);
});
