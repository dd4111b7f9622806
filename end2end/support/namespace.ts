// A network of its own for a server and a browser, in which no UDP arrives.
//
// It is this process's child that owns the network: when it goes, the network goes, whatever
// happened. A user namespace makes that possible for anybody, not for root only.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MAKE = `
set -e
ip link set lo up
# Browsers offer no loopback address: one that looks like a network's.
ip link add near type veth peer name away
ip address add 10.79.0.1/24 dev near
ip link set near up
ip link set away up
ip route add default dev near
for filter in iptables ip6tables; do $filter -A INPUT -p udp -j DROP; done
echo ready
cat > /dev/null
`;

export class WithoutUdp {
  private constructor(
    private readonly owner: ChildProcess,
    private readonly folder: string,
  ) {}

  static async make(): Promise<WithoutUdp> {
    const folder = await mkdtemp(join(tmpdir(), 'sotto-net-'));
    const owner = spawn('unshare', ['--user', '--map-root-user', '--net', 'sh', '-c', MAKE], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, XTABLES_LOCKFILE: join(folder, 'lock') },
    });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      owner.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      owner.stdout.once('data', () => resolve());
      owner.once('error', (error) => reject(new Error(`no network could be made: ${error.message}`)));
      owner.once('exit', () => reject(new Error(`no network could be made: ${said}`)));
    });
    return new WithoutUdp(owner, folder);
  }

  /** The words before a command that runs it in this network. */
  get enter(): string[] {
    return ['nsenter', '--target', `${this.owner.pid}`, '--user', '--net', '--preserve-credentials'];
  }

  /** A program that does what `program` does, in this network. */
  async wrap(program: string): Promise<string> {
    const script = join(this.folder, program.replace(/.*\//, ''));
    await writeFile(script, `#!/bin/sh\nexec ${this.enter.join(' ')} '${program}' "$@"\n`);
    await chmod(script, 0o755);
    return script;
  }

  /** How many packets the rules have dropped: a test that blocked nothing has proved nothing. */
  async dropped(): Promise<number> {
    const [first = '', ...rest] = this.enter;
    let packets = 0;
    for (const filter of ['iptables', 'ip6tables']) {
      const { stdout } = await promisify(execFile)(first, [...rest, filter, '-L', 'INPUT', '-vnx'], {
        env: { ...process.env, XTABLES_LOCKFILE: join(this.folder, 'lock') },
      });
      const rule = stdout.split('\n').find((line) => line.includes('DROP'));
      if (!rule) throw new Error(`no rule stands: ${stdout}`);
      packets += Number(rule.trim().split(/\s+/)[0]);
    }
    return packets;
  }

  async dispose(): Promise<void> {
    if (this.owner.exitCode === null && this.owner.signalCode === null) {
      const gone = new Promise<void>((resolve) => this.owner.once('exit', () => resolve()));
      this.owner.stdin?.end();
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
