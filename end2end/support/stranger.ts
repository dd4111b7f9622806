// A client written by strangers (aiortc), driven by words; see rig/stranger.py.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Said = {
  state?: string;
  hears?: number;
  say?: string;
  floor?: 'idle' | 'yours' | 'taken';
  sdp?: string;
  why?: number;
  code?: string;
};

const PROGRAM = fileURLToPath(new URL('../rig/stranger.py', import.meta.url));
const LIMIT_MS = 15_000;

export class Stranger {
  /** Everything it said, in order. */
  readonly said: Said[] = [];
  private complaints = '';
  private readonly child: ChildProcess;
  private readonly waiting = new Set<() => void>();
  private ended = false;

  /** As an attendee who asks for help at this poster and claims a planted address, or speaking to itself. */
  constructor(tone: number, as?: { poster: string; planted: string }) {
    const whom = as === undefined ? ['--self-check'] : ['--url', as.poster, '--planted', as.planted];
    this.child = spawn(process.env['SOTTO_PYTHON'] ?? 'python3', [PROGRAM, '--tone', `${tone}`, ...whom], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let line = '';
    this.child.stdout?.on('data', (chunk: Buffer) => {
      line += chunk.toString();
      const lines = line.split('\n');
      line = lines.pop() ?? '';
      this.said.push(...lines.map((one) => JSON.parse(one) as Said));
      this.wake();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    for (const end of ['close', 'error'] as const) {
      this.child.once(end, () => {
        this.ended = true;
        this.wake();
      });
    }
  }

  do(word: 'press' | 'release' | 'sound' | 'hot' | 'cold' | 'leave'): void {
    this.child.stdin?.write(`${word}\n`);
  }

  /** Waits until it has said such a thing, counting from its `after`-th word. Gives its index. */
  async until(what: (said: Said) => boolean, after = 0): Promise<number> {
    const limit = Date.now() + LIMIT_MS;
    for (;;) {
      const found = this.said.findIndex((said, i) => i >= after && what(said));
      if (found >= 0) return found;
      if (this.ended || Date.now() >= limit) {
        throw new Error(`the stranger never said it: ${JSON.stringify(this.said)}\n${this.complaints}`);
      }
      await this.news(limit - Date.now());
    }
  }

  /** Its exit code, once it is done. */
  async end(): Promise<number | null> {
    this.child.stdin?.end();
    if (!this.ended) await new Promise((resolve) => this.child.once('close', resolve));
    return this.child.exitCode;
  }

  /** Ends it at once. */
  kill(): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
  }

  private news(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        this.waiting.delete(done);
        resolve();
      };
      const limit = setTimeout(done, ms);
      this.waiting.add(done);
    });
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }
}
