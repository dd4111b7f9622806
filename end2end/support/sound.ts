// Sounds with known content: what a fake microphone plays.
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Samples a second, as Opus has them. */
export const RATE = 48_000;

/** The tone by which each party is known. Far enough apart for Opus at any rate. */
export const TONES = {
  attendee: 440,
  agent: 880,
  guard: 1320,
  'second attendee': 620,
  'second agent': 1760,
} as const;
export type Voice = keyof typeof TONES;

/**
 * Four seconds of a tone that rises and falls like syllables, and that join without a seam. A
 * steady tone would be taken for noise by the browser's own suppressor, and removed.
 */
export function syllables(hz: number): Float32Array {
  const samples = new Float32Array(4 * RATE);
  for (let i = 0; i < samples.length; i++) {
    const at = i / RATE;
    const loud = 0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * at);
    samples[i] = 0.5 * loud * Math.sin(2 * Math.PI * hz * at);
  }
  return samples;
}

/** Mono, 16 bits, as a WAV file. */
export function wav(samples: Float32Array): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => {
    const held = Math.max(-1, Math.min(1, sample));
    file.writeInt16LE(Math.round(held * 32_767), 44 + i * 2);
  });
  return file;
}

/** The file a party's microphone plays over and over. */
export function microphone(voice: Voice): string {
  const folder = join(tmpdir(), `sotto-sounds-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${voice.replace(' ', '-')}.wav`);
  writeFileSync(file, wav(syllables(TONES[voice])));
  return file;
}
