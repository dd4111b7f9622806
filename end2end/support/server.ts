// One Sotto server of a test's own: its port, its data folder, its life.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports';

/** A one-use sign-in link of a demo account. */
export type DemoLink = { name: string; role: string; url: string };

/** What `sotto serve --demo --print-json` says when it is ready. */
type Ready = {
  attendee: string;
  desk: string;
  poster: string;
  poster_code: string;
  links: DemoLink[];
};

/** What the log shows of an entry. */
export type Entry = { seq: number; stream: string; version: number; kind: string; actor: string };

/** An answer read without a browser. */
export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 5_000;

export class SottoServer {
  /** Everything the server wrote, over all its lives. */
  output = '';
  private child: ChildProcess | undefined;
  private ready: Ready | undefined;

  private constructor(
    readonly port: number,
    readonly data: string,
    private readonly extra: readonly string[],
    private readonly through: readonly string[],
  ) {}

  /** Starts a demo server on a free port with an empty data folder. */
  static async start(...extra: string[]): Promise<SottoServer> {
    return SottoServer.startThrough([], ...extra);
  }

  /** The same, started by the words of another command, for example in another network. */
  static async startThrough(through: readonly string[], ...extra: string[]): Promise<SottoServer> {
    const data = await mkdtemp(join(tmpdir(), 'sotto-e2e-'));
    // Kept over restarts.
    const server = new SottoServer(await freePort(), data, extra, through);
    try {
      await server.launch();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  /** Another server on the port and data of one that was killed. */
  static async startOn(before: SottoServer, ...extra: string[]): Promise<SottoServer> {
    const server = new SottoServer(before.port, before.data, extra, []);
    await server.launch();
    return server;
  }

  /** `http://localhost:PORT`, without a slash at the end. */
  get attendee(): string {
    return this.said.attendee.replace(/\/$/, '');
  }

  /** `http://desk.localhost:PORT`, without a slash at the end. */
  get desk(): string {
    return this.said.desk.replace(/\/$/, '');
  }

  /** The page behind the demo poster's code. */
  get poster(): string {
    return this.said.poster;
  }

  get posterCode(): string {
    return this.said.poster_code;
  }

  /** The sign-in links printed at the latest start. */
  get links(): readonly DemoLink[] {
    return this.said.links;
  }

  /** The first sign-in link of a role. */
  linkFor(role: string): string {
    const link = this.links.find((candidate) => candidate.role === role);
    if (!link) throw new Error(`the demo offers no ${role}, only ${JSON.stringify(this.links)}`);
    return link.url;
  }

  /** Ends the server as a power cut would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** The process that carries the voices: a child of the server's. */
  async relay(): Promise<number> {
    const server = this.child?.pid;
    if (server === undefined) throw new Error('the server is not running');
    for (const pid of await childrenOf(server)) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
      if (line.split('\0').includes('relay')) return pid;
    }
    throw new Error('the server has no relay');
  }

  /** Starts it again on the same port and data. */
  async launch(): Promise<void> {
    if (this.child) throw new Error('the server is running already');
    const listen = `127.0.0.1:${this.port}`;
    const [program = this.binary, ...words] = [...this.through, this.binary];
    const child = spawn(
      program,
      [...words, 'serve', '--demo', '--data', this.data, '--listen', listen, '--print-json', ...this.extra],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child = child;
    this.ready = await new Promise<Ready>((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(limit);
        reject(new Error(`${why}\n${this.output}`));
      };
      const limit = setTimeout(
        () => fail(`the server was not ready after ${START_LIMIT_MS} ms`),
        START_LIMIT_MS,
      );
      child.once('error', (error) => fail(`the server cannot be started: ${error.message}`));
      child.once('exit', (code, signal) => fail(`the server ended at once (${code ?? signal})`));
      child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
      let line = '';
      child.stdout.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        line += chunk.toString();
        for (const candidate of line.split('\n').slice(0, -1)) {
          if (!candidate.startsWith('{')) continue;
          clearTimeout(limit);
          resolve(JSON.parse(candidate) as Ready);
        }
        line = line.slice(line.lastIndexOf('\n') + 1);
      });
    });
  }

  /** SIGKILL and a new start on the same port and data. */
  async restart(): Promise<void> {
    await this.kill();
    await this.launch();
  }

  /** Stops the server and reads its log: one entry a line, checked from end to end. */
  async log(): Promise<Entry[]> {
    await this.end('SIGTERM');
    const { stdout } = await promisify(execFile)(this.binary, ['log', '--data', this.data], {
      maxBuffer: 1 << 26,
    });
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Entry);
  }

  /** Ends the server and removes its data. */
  async dispose(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.data, { recursive: true, force: true });
  }

  /**
   * Asks without a browser. `host` is needed because only browsers know by
   * themselves where `desk.localhost` is.
   */
  async fetch(
    host: 'attendee' | 'desk',
    path: string,
    options: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer } = {},
  ): Promise<Answer> {
    const { method = 'GET', headers = {}, body } = options;
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method,
          headers: { host: new URL(this[host]).host, ...headers },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(parts).toString(),
            }),
          );
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  private get binary(): string {
    const binary = process.env['SOTTO_BIN'];
    if (!binary) throw new Error('SOTTO_BIN is not set: run `cargo xtask test --only e2e`');
    return binary;
  }

  private get said(): Ready {
    if (!this.ready) throw new Error('the server has not been started');
    return this.ready;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await gone;
    clearTimeout(limit);
  }
}

/** The processes that a process has started and that still run. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'latin1').catch(() => ''));
  return (await Promise.all(lists)).join(' ').split(/\s+/).filter(Boolean).map(Number);
}
