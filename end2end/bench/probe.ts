// A mouth and an ear with one clock: what was said when, and what was heard when.
//
// Law: both times are taken in the sound threads themselves, from the machine's clock, so that
// neither a busy page nor two pages' different time origins change them. Resolution 1 ms; a sound
// thread works off about 10 ms at once, which is the rig's own share and printed beside the figures.
import type { BrowserContext, Page } from '@playwright/test';

/** One block of 128 samples at the ear. */
export type Block = { at: number; level: number };
/** Something the mouth began to say. */
export type Spoken = { what: string; at: number };
/** What the page's own connection says about its jitter buffer. */
export type Inbound = { bufferMs: number; targetMs: number; concealed: number; total: number };

type Probe = {
  speak(what: string): Promise<number>;
  heard(since: number): Block[];
  sound(from: number, to: number): number[];
  spoken: Spoken[];
  tapped: number[];
  lifted: number[];
  grants: { burst: number; at: number }[];
  inbound(): Promise<Inbound | undefined>;
  ready: Promise<void>;
};
type Window = { sottoProbe: Probe };

/**
 * What the mouth can say. `steady` for as long as it likes; `beats` a beep every 487 ms, which is no
 * multiple of a packet's 20 ms; `word` begins with a sweep of 80 ms and ends in 100 ms of another tone.
 */
export const SAYINGS = ['silence', 'steady', 'beats', 'word'] as const;
export const [SWEEP_MS, MIDDLE_MS, END_MS] = [80, 220, 100];
export const WORD_MS = SWEEP_MS + MIDDLE_MS + END_MS;

/** Gives every page of the context a mouth (as its microphone) and an ear. */
export async function giveProbe(context: BrowserContext): Promise<void> {
  await context.addInitScript(probe, { worklet: WORKLET });
}

export const speak = (page: Page, what: (typeof SAYINGS)[number]): Promise<number> =>
  page.evaluate((what) => (window as unknown as Window).sottoProbe.speak(what), what);
/** What was said since, as often as it was said. */
export const spoken = (page: Page, what: string, since: number): Promise<number[]> =>
  page.evaluate(
    ([what, since]) =>
      (window as unknown as Window).sottoProbe.spoken
        .filter((one) => one.what === what && one.at >= since)
        .map(({ at }) => at),
    [what, since] as const,
  );
export const heard = (page: Page, since: number): Promise<Block[]> =>
  page.evaluate((since) => (window as unknown as Window).sottoProbe.heard(since), since);
export const sound = (page: Page, from: number, to: number): Promise<number[]> =>
  page.evaluate(([from, to]) => (window as unknown as Window).sottoProbe.sound(from, to), [from, to] as const);
export const inbound = (page: Page): Promise<Inbound | undefined> =>
  page.evaluate(() => (window as unknown as Window).sottoProbe.inbound());
/** When the latest press began. */
export const pressed = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as Window).sottoProbe.tapped.at(-1) ?? 0);
/** The first touch since. */
export const tapped = (page: Page, since: number): Promise<number | undefined> =>
  page.evaluate((since) => (window as unknown as Window).sottoProbe.tapped.find((at) => at >= since), since);
export const lifted = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as Window).sottoProbe.lifted.at(-1) ?? 0);
export const granted = (page: Page, since: number): Promise<number | undefined> =>
  page.evaluate(
    (since) => (window as unknown as Window).sottoProbe.grants.find(({ at }) => at >= since)?.at,
    since,
  );

const WORKLET = `
const TAU = 2 * Math.PI;
// The time of this block. A sound thread works off several blocks at once and then rests, so its
// clock is taken as it is: what is in the block could not have been had earlier.
class Mouth extends AudioWorkletProcessor {
  constructor() {
    super();
    this.what = 'silence';
    this.i = 0;
    this.phase = 0;
    this.port.onmessage = ({ data }) => { this.what = data; this.i = 0; this.said = false; };
  }
  process(_, [[out]]) {
    const now = Date.now();
    for (let k = 0; k < out.length; k++) out[k] = this.sample(now, k);
    return true;
  }
  tell(what, now, k) { this.port.postMessage({ what, at: now + k / sampleRate * 1000 }); }
  tone(hz) {
    this.phase = (this.phase + hz / sampleRate) % 1;
    return 0.5 * Math.sin(TAU * this.phase);
  }
  sample(now, k) {
    const ms = this.i / sampleRate * 1000;
    if (this.i === 0 && !this.said) { this.said = true; this.tell(this.what, now, k); }
    this.i += 1;
    switch (this.what) {
      case 'steady': return this.tone(440);
      case 'beats': {
        const into = (this.i - 1) % (0.487 * sampleRate);
        if (into === 0) this.tell('beat', now, k);
        return into < 0.06 * sampleRate ? this.tone(1000) : 0;
      }
      case 'word': {
        if (ms < ${SWEEP_MS}) return this.tone(400 + 1200 * ms / ${SWEEP_MS});
        if (ms < ${SWEEP_MS + MIDDLE_MS}) return this.tone(300);
        if (ms < ${WORD_MS}) return this.tone(1000);
        return 0;
      }
      default: return 0;
    }
  }
}
registerProcessor('sotto-mouth', Mouth);
class Ear extends AudioWorkletProcessor {
  process([[input]]) {
    if (input) this.port.postMessage({ at: Date.now(), samples: input.slice() });
    return true;
  }
}
registerProcessor('sotto-ear', Ear);
`;

/** Runs in the page, before anything else does. */
function probe({ worklet }: { worklet: string }): void {
  if (window !== window.top) return;
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const blocks: { at: number; level: number; samples: Float32Array }[] = [];
  const waiting: ((spoken: Spoken) => void)[] = [];
  const spoken: Spoken[] = [];
  const microphone = context.createMediaStreamDestination();
  let mouth: AudioWorkletNode;
  let ear: AudioWorkletNode;
  const ready = (async () => {
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
    mouth = new AudioWorkletNode(context, 'sotto-mouth', { numberOfInputs: 0, outputChannelCount: [1] });
    mouth.connect(microphone);
    mouth.port.onmessage = ({ data }: MessageEvent<Spoken>) => {
      spoken.push(data);
      if (spoken.length > 1_000) spoken.shift();
      waiting.shift()?.(data);
    };
    ear = new AudioWorkletNode(context, 'sotto-ear', { numberOfInputs: 1, channelCount: 1, channelCountMode: 'explicit' });
    ear.port.onmessage = ({ data }: MessageEvent<{ at: number; samples: Float32Array }>) => {
      let energy = 0;
      for (const sample of data.samples) energy += sample * sample;
      blocks.push({ ...data, level: Math.sqrt(energy / data.samples.length) });
      if (blocks.length > 375 * 60) blocks.splice(0, 375);
    };
    const nowhere = context.createGain();
    nowhere.gain.value = 0;
    ear.connect(nowhere).connect(context.destination);
  })();

  const devices = navigator.mediaDevices;
  if (devices) devices.getUserMedia = async () => (await ready, microphone.stream.clone());

  const peers: RTCPeerConnection[] = [];
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = new Proxy(Peer, {
    construct(target, given) {
      const peer = Reflect.construct(target, given) as RTCPeerConnection;
      peers.push(peer);
      return peer;
    },
  });

  let track: MediaStreamTrack | undefined;
  let source: MediaStreamAudioSourceNode | undefined;
  setInterval(() => {
    const element = document.querySelector<HTMLAudioElement>('audio#ear');
    const stream = element?.srcObject instanceof MediaStream ? element.srcObject : undefined;
    const now = stream?.getAudioTracks()[0];
    if (now === track || !ear) return;
    source?.disconnect();
    source = undefined;
    track = now;
    if (!now) return;
    source = context.createMediaStreamSource(new MediaStream([now]));
    source.connect(ear);
  }, 10);

  const tapped: number[] = [];
  const lifted: number[] = [];
  const at = (event: Event) => performance.timeOrigin + event.timeStamp;
  for (const kind of ['pointerdown', 'keydown']) {
    addEventListener(kind, (event) => tapped.push(at(event)), { capture: true });
  }
  for (const kind of ['pointerup', 'keyup']) addEventListener(kind, (event) => lifted.push(at(event)), { capture: true });

  const grants: Probe['grants'] = [];
  const Socket = window.WebSocket;
  window.WebSocket = new Proxy(Socket, {
    construct(target, given) {
      const socket = Reflect.construct(target, given) as WebSocket;
      socket.addEventListener('message', ({ data }) => {
        // To a phone: Voice, Talk, Yours (domain/src/wire).
        const frame = data instanceof ArrayBuffer ? new Uint8Array(data) : undefined;
        if (frame && frame[1] === 4 && frame[2] === 1 && frame[3] === 1) {
          grants.push({ burst: frame[4] ?? 0, at: performance.timeOrigin + performance.now() });
        }
      });
      return socket;
    },
  });

  const ask: Probe = {
    ready,
    spoken,
    tapped,
    lifted,
    grants,
    async speak(what) {
      await ready;
      const began = new Promise<Spoken>((resolve) => {
        const take = (one: Spoken) => (one.what === what ? resolve(one) : void waiting.unshift(take));
        waiting.push(take);
      });
      mouth.port.postMessage(what);
      return (await began).at;
    },
    heard: (since) => blocks.filter(({ at }) => at >= since).map(({ at, level }) => ({ at, level })),
    sound: (from, to) => blocks.filter(({ at }) => at >= from && at < to).flatMap(({ samples }) => [...samples]),
    async inbound() {
      const peer = peers.findLast((peer) => peer.connectionState === 'connected');
      const report = peer && [...(await peer.getStats()).values()].find((one) => one.type === 'inbound-rtp');
      if (!report) return undefined;
      const each = (name: string) => (1000 * report[name]) / Math.max(1, report.jitterBufferEmittedCount);
      return {
        bufferMs: each('jitterBufferDelay'),
        targetMs: each('jitterBufferTargetDelay'),
        concealed: report.concealedSamples,
        total: report.totalSamplesReceived,
      };
    },
  };
  Object.assign(window, { sottoProbe: ask });
}
