// What a person in front of a page would hear: the sound of its `#ear`, decoded and looked at.
//
// Law: energy and frequency decide, never packet counts; and time is counted in analysed sound, so
// that a slow machine changes no verdict. A muted or paused element is not heard, whatever arrives.
import type { BrowserContext, Page } from '@playwright/test';
import { TONES } from './sound';

/** When a tone was first there, in analysed frames and in seconds of the page's sound clock. */
export type Heard = { frame: number; at: number };

type InPage = {
  tone(hz: number, audible: boolean, seconds: number): Promise<Heard>;
  silence(audible: boolean, patient: boolean, seconds: number, limit: number): Promise<void>;
  report(): string;
};
type Window = { sottoEar: InPage };

/** Gives every page of the context an ear. Before its first page opens. */
export async function giveEar(context: BrowserContext): Promise<void> {
  await context.addInitScript(ear, Object.values(TONES));
}

/** Waits until the person hears this tone. */
export function hears(page: Page, hz: number, seconds = 10): Promise<Heard> {
  return page.evaluate(
    ([hz, seconds]) => (window as unknown as Window).sottoEar.tone(hz, true, seconds),
    [hz, seconds] as const,
  );
}

/** Waits until this tone reaches the page, whether or not it is played. */
export function arrives(page: Page, hz: number, seconds = 10): Promise<Heard> {
  return page.evaluate(
    ([hz, seconds]) => (window as unknown as Window).sottoEar.tone(hz, false, seconds),
    [hz, seconds] as const,
  );
}

/** Waits until the person has heard nothing for half a second of sound. */
export function fallsSilent(page: Page, limit = 10): Promise<void> {
  return page.evaluate(
    (limit) => (window as unknown as Window).sottoEar.silence(true, true, 0.5, limit),
    limit,
  );
}

/** From now on, for so many seconds of sound, the person hears nothing at all. */
export function staysSilent(page: Page, seconds = 1): Promise<void> {
  return page.evaluate(
    (seconds) => (window as unknown as Window).sottoEar.silence(true, false, seconds, seconds),
    seconds,
  );
}

/** From now on nothing with any sound in it even reaches the page. */
export function nothingArrives(page: Page, seconds = 1): Promise<void> {
  return page.evaluate(
    (seconds) => (window as unknown as Window).sottoEar.silence(false, false, seconds, seconds),
    seconds,
  );
}

/** The last seconds of the ear, for a person who reads why a test failed. */
export function earReport(page: Page): Promise<string> {
  return page.evaluate(() => (window as unknown as Window).sottoEar.report());
}

/** Runs in the page, before anything else does. */
function ear(tones: number[]): void {
  if (window !== window.top) return;
  const HOP = 512;
  const WINDOW = 1024;
  /** Quieter than this is silence: 46 dB below full scale. Comfort noise stays below it. */
  const QUIET = 0.005;
  /** One frame of a tone has at least this share of its energy at the tone. */
  const SHARE = 0.6;
  /** A tone is there when so many of so many frames in a row hold it: no click passes for one. */
  const [ENOUGH, AMONG] = [8, 16];

  type Frame = { level: number; hz: number; audible: boolean };
  type Watcher = (frame: Frame) => void;
  const frames: Frame[] = [];
  const watchers = new Set<Watcher>();
  let count = 0;
  let element: HTMLAudioElement | null = null;
  let track: MediaStreamTrack | undefined;
  let source: MediaStreamAudioSourceNode | undefined;

  const context = new AudioContext();
  // On the page's own thread: a worklet would need a hole in the page's policy.
  const probe = context.createScriptProcessor(HOP, 1, 1);
  // So that time goes on while nothing is connected.
  const still = context.createConstantSource();
  still.offset.value = 0;
  still.connect(probe);
  still.start();
  probe.connect(context.destination);

  const window2 = new Float32Array(WINDOW);
  const share = (hz: number, energy: number): number => {
    const step = (2 * Math.PI * hz) / context.sampleRate;
    let re = 0;
    let im = 0;
    let weight = 0;
    for (let i = 0; i < WINDOW; i++) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW);
      const sample = (window2[i] as number) * hann;
      re += sample * Math.cos(step * i);
      im += sample * Math.sin(step * i);
      weight += hann;
    }
    const amplitude = (2 * Math.hypot(re, im)) / weight;
    return (amplitude * amplitude) / 2 / energy;
  };
  probe.onaudioprocess = (event) => {
    const samples = event.inputBuffer.getChannelData(0);
    window2.copyWithin(0, HOP);
    window2.set(samples, WINDOW - HOP);
    let energy = 0;
    for (const sample of window2) energy += (sample * sample) / WINDOW;
    const level = Math.sqrt(energy);
    let hz = 0;
    if (level >= QUIET) hz = tones.find((tone) => share(tone, energy) >= SHARE) ?? -1;
    const audible = element !== null && !element.muted && !element.paused && element.volume > 0;
    const frame = { level, hz, audible };
    frames.push(frame);
    if (frames.length > 3_000) frames.shift();
    count += 1;
    for (const watch of [...watchers]) watch(frame);
  };

  // The page may set the stream, and its track, whenever it likes.
  setInterval(() => {
    element = document.querySelector<HTMLAudioElement>('audio#ear');
    const stream = element?.srcObject instanceof MediaStream ? element.srcObject : undefined;
    const now = stream?.getAudioTracks()[0];
    if (now === track) return;
    source?.disconnect();
    source = undefined;
    track = now;
    if (!now) return;
    source = context.createMediaStreamSource(new MediaStream([now]));
    source.connect(probe);
  }, 20);

  const inFrames = (seconds: number) => Math.ceil((seconds * context.sampleRate) / HOP);
  const report = () => {
    const spans: string[] = [];
    let from = 0;
    frames.forEach((frame, i) => {
      const next = frames[i + 1];
      if (next && next.hz === frame.hz && next.audible === frame.audible) return;
      const what = frame.hz === 0 ? 'silence' : frame.hz < 0 ? 'some sound' : `${frame.hz} Hz`;
      const ms = Math.round(((i + 1 - from) * HOP * 1000) / context.sampleRate);
      spans.push(`${ms} ms ${what}${frame.audible ? '' : ' (not audible)'}`);
      from = i + 1;
    });
    const state = element
      ? `muted ${element.muted}, paused ${element.paused}, track ${track?.readyState ?? 'none'}`
      : 'no #ear';
    return `${state}; sound clock ${context.state}; at the end: ${spans.slice(-12).join(', ')}`;
  };
  // The sound clock stands still when the page has none; this is a last resort, not a measure.
  const guarded = (seconds: number, run: (settle: () => void, fail: (why: string) => void) => Watcher) =>
    new Promise<void>((resolve, reject) => {
      const end = () => {
        watchers.delete(watch);
        clearTimeout(stuck);
      };
      const fail = (why: string) => {
        end();
        reject(new Error(`${why}. ${report()}`));
      };
      const settle = () => {
        end();
        resolve();
      };
      const stuck = setTimeout(() => fail('the sound clock stood still'), 3_000 + seconds * 3_000);
      const watch = run(settle, fail);
      watchers.add(watch);
    });

  const inPage: InPage = {
    async tone(hz, audible, seconds) {
      const recent: boolean[] = [];
      let seen = 0;
      let first = 0;
      await guarded(seconds, (settle, fail) => (frame) => {
        seen += 1;
        recent.push(frame.hz === hz && (frame.audible || !audible));
        if (recent.length > AMONG) recent.shift();
        if (recent.filter(Boolean).length >= ENOUGH) {
          first = count - recent.length + recent.indexOf(true);
          settle();
        } else if (seen >= inFrames(seconds)) fail(`${hz} Hz was not heard in ${seconds} s of sound`);
      });
      return { frame: first, at: (first * HOP) / context.sampleRate };
    },
    silence(audible, patient, seconds, limit) {
      let seen = 0;
      let quiet = 0;
      return guarded(limit, (settle, fail) => (frame) => {
        seen += 1;
        const loud = frame.level >= QUIET && (frame.audible || !audible);
        quiet = loud ? 0 : quiet + 1;
        if (quiet >= inFrames(seconds)) settle();
        else if (loud && !patient) fail(`sound of ${frame.level.toFixed(3)} where there must be none`);
        else if (seen >= inFrames(limit)) fail(`no ${seconds} s of silence in ${limit} s of sound`);
      });
    },
    report,
  };
  (window as unknown as Window).sottoEar = inPage;
}
