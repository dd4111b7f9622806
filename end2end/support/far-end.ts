// A stand-in for the server's side of a call, between a phone's page and the real server: so that
// every state of Talk can be shown at will. It speaks `domain::wire` and answers offers with a
// browser's own connection, whose ear measures what the phone sends.
import type { Page, WebSocketRoute } from '@playwright/test';

const FROM_PHONE_VOICE = 2;
const TO_PHONE_VOICE = 4;

/** What the page said, in words. */
export type Said = { kind: 'offer' | 'press' | 'release' | 'sound' | 'leave'; value: number };

/** Numbers as postcard writes them: seven bits a byte, lowest first. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];

const read = (bytes: Buffer, at: number): [number, number] => {
  let [value, shift, next] = [0, 0, at];
  for (;;) {
    const byte = bytes[next++] ?? 0;
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte < 128) return [value, next];
  }
};

const FLOORS = { idle: [0], taken: [2, 1, 0] } as const;
const REFUSALS = ['taken', 'first', 'too long', 'not connected', 'not in call', 'too often'] as const;

/** The far end of one page's call. */
export class FarEnd {
  readonly said: Said[] = [];
  /** Whether offers are answered; false is a network that carries no call. */
  answers = true;
  private socket: WebSocketRoute | undefined;
  /** The page's own first byte: the stand-in speaks what the page speaks. */
  private protocol = 0;

  private constructor(private readonly ear: Page) {}

  /** Stands between `page` and the server from its next connection on. */
  static async of(page: Page): Promise<FarEnd> {
    const ear = await page.context().newPage();
    const end = new FarEnd(ear);
    await page.routeWebSocket(/\/live/, (socket) => {
      const server = socket.connectToServer();
      end.socket = socket;
      socket.onMessage((message) => {
        const bytes = Buffer.from(message as Buffer);
        end.protocol = bytes[0] ?? 0;
        if (bytes[1] === FROM_PHONE_VOICE) end.hear(bytes.subarray(2)).catch(() => undefined); // the test may have ended meanwhile
        else server.send(message);
      });
    });
    await page.bringToFront();
    return end;
  }

  /** Presses without their release so far. */
  get open(): number {
    const count = (kind: Said['kind']) => this.said.filter((said) => said.kind === kind).length;
    return count('press') - count('release');
  }

  get lastBurst(): number {
    return this.said.filter((said) => said.kind === 'press').at(-1)?.value ?? 0;
  }

  /** The call as the phone shows it. */
  talk(floor: 'idle' | 'taken' | 'yours', desk = 1, responders = 0, away = 0): void {
    const bytes = floor === 'yours' ? [1, ...varint(this.lastBurst), ...varint(30_000)] : FLOORS[floor];
    this.say(1, [...bytes, desk, responders, away]);
  }

  noFloor(why: (typeof REFUSALS)[number]): void {
    this.say(3, [...varint(this.lastBurst), REFUSALS.indexOf(why)]);
  }

  ending(): void {
    this.say(4, varint(this.lastBurst));
  }

  /** How loud the last 200 ms of the phone's microphone are at the ear, 0 to 1. */
  async loudness(): Promise<number> {
    return this.ear.evaluate(async () => {
      const { analyser } = window as unknown as { analyser?: AnalyserNode };
      if (!analyser) return 0;
      const samples = new Float32Array(analyser.fftSize);
      let peak = 0;
      for (let look = 0; look < 10; look++) {
        await new Promise((done) => setTimeout(done, 20));
        analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
      }
      return peak;
    });
  }

  private say(kind: number, rest: readonly number[]): void {
    this.socket?.send(Buffer.from([this.protocol, TO_PHONE_VOICE, kind, ...rest]));
  }

  private async hear(bytes: Buffer): Promise<void> {
    const kinds = ['offer', 'press', 'release', 'sound', 'leave'] as const;
    const kind = kinds[bytes[0] ?? 4] ?? 'leave';
    if (kind !== 'offer') {
      this.said.push({ kind, value: kind === 'leave' ? 0 : read(bytes, 1)[0] });
      return;
    }
    const [length, from] = read(bytes, 1);
    const offer = bytes.subarray(from, from + length).toString();
    this.said.push({ kind, value: bytes[from + length] ?? 0 });
    if (!this.answers) return;
    const answer = Buffer.from(await this.ear.evaluate(answerTo, offer));
    this.say(0, [...varint(answer.length), ...answer]);
    this.talk('idle', 0);
  }
}

/** In the ear's page: takes the offer and listens. */
async function answerTo(offer: string): Promise<string> {
  const ear = window as unknown as { connection?: RTCPeerConnection; analyser?: AnalyserNode };
  ear.connection?.close();
  const connection = (ear.connection = new RTCPeerConnection());
  connection.ontrack = ({ track }) => {
    const stream = new MediaStream([track]);
    // Chromium decodes a remote track only while an element holds it.
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    const context = new AudioContext();
    ear.analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(ear.analyser);
  };
  await connection.setRemoteDescription({ type: 'offer', sdp: offer });
  await connection.setLocalDescription(await connection.createAnswer());
  await new Promise<void>((done) => {
    const look = () => connection.iceGatheringState === 'complete' && done();
    connection.onicegatheringstatechange = look;
    look();
  });
  return connection.localDescription?.sdp ?? '';
}
