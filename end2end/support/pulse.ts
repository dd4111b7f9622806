// A sound server with a device that goes nowhere: without one Firefox has no running sound clock.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class PulseAudio {
  private folder: string | undefined;
  private child: ChildProcess | undefined;

  /** Its address, for `PULSE_SERVER`; started by the first who asks. */
  async server(): Promise<string> {
    this.folder ??= await mkdtemp(join(tmpdir(), 'sotto-pulse-'));
    const socket = join(this.folder, 'socket');
    if (!this.child) {
      this.child = spawn(
        'pulseaudio',
        [
          '--daemonize=no',
          '--exit-idle-time=-1',
          '-n',
          `--load=module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
          '--load=module-null-sink sink_name=ear',
        ],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
          // A home of its own: it must not meet another one's files.
          env: { ...process.env, HOME: this.folder, XDG_RUNTIME_DIR: this.folder },
        },
      );
      await this.listening(this.child, socket);
    }
    return `unix:${socket}`;
  }

  async dispose(): Promise<void> {
    const child = this.child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      await gone;
    }
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  private async listening(child: ChildProcess, socket: string): Promise<void> {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(new Error(`pulseaudio cannot be started: ${error.message}`)));
      child.once('exit', () => reject(new Error(`pulseaudio ended at once: ${said}`)));
    });
    ended.catch(() => {});
    const there = (async () => {
      while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 20));
    })();
    await Promise.race([there, ended]);
  }
}
