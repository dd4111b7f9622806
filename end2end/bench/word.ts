// How much of a word arrived: the sweep at its beginning and the tone at its end.
//
// The sweep is looked for in four parts of 20 ms, by correlation and whatever its phase, so that a
// packet that was lost shows as its own part (after NIST's access time: the first word decides).
import { SWEEP_MS } from './probe';

const RATE = 48_000;
/** Enough for 1,600 Hz, and six times less to search. */
const SLOW = 8_000;
const PART_MS = 20;
/** A part was heard with this likeness and this level. */
const [LIKE, LEVEL] = [0.6, 0.08];

export type Word = { firstLostMs: number; endMs: number };

/** `samples` at 48 kHz, from the press until all has arrived. */
export function wordIn(samples: number[]): Word {
  const slow = decimate(samples);
  return { firstLostMs: firstLost(slow), endMs: toneMs(slow, 1000) };
}

function decimate(samples: number[]): Float64Array {
  const by = RATE / SLOW;
  const out = new Float64Array(Math.floor(samples.length / by));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < by; k++) sum += samples[i * by + k] ?? 0;
    out[i] = sum / by;
  }
  return out;
}

/** The sweep of the mouth as a turning pointer. */
function sweep(): { re: Float64Array; im: Float64Array } {
  const n = (SWEEP_MS * SLOW) / 1000;
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  let phase = 0;
  for (let i = 0; i < n; i++) {
    phase += (2 * Math.PI * (400 + (1200 * i) / n)) / SLOW;
    re[i] = Math.cos(phase);
    im[i] = Math.sin(phase);
  }
  return { re, im };
}

const SWEEP = sweep();
const PART = (PART_MS * SLOW) / 1000;
const PARTS = SWEEP_MS / PART_MS;

/** Likeness (0 to 1) and level of a part of the sweep at `at`. */
function part(sound: Float64Array, at: number, which: number): { like: number; level: number } {
  let [re, im, energy] = [0, 0, 0];
  for (let i = 0; i < PART; i++) {
    const sample = sound[at + which * PART + i] ?? 0;
    re += sample * (SWEEP.re[which * PART + i] as number);
    im += sample * (SWEEP.im[which * PART + i] as number);
    energy += sample * sample;
  }
  const level = Math.sqrt(energy / PART);
  return { like: energy > 0 ? Math.hypot(re, im) / Math.sqrt((energy * PART) / 2) : 0, level };
}

function firstLost(sound: Float64Array): number {
  let best = { at: 0, score: -1 };
  for (let at = 0; at + PARTS * PART < sound.length; at++) {
    let score = 0;
    for (let which = 0; which < PARTS; which++) {
      const { like, level } = part(sound, at, which);
      if (level >= LEVEL) score += like;
    }
    if (score > best.score) best = { at, score };
  }
  for (let which = 0; which < PARTS; which++) {
    // A jitter buffer stretches and shrinks: each part may lie a little off.
    for (let off = -96; off <= 96; off += 2) {
      const { like, level } = part(sound, best.at + off, which);
      if (like >= LIKE && level >= LEVEL) return which * PART_MS;
    }
  }
  return SWEEP_MS;
}

/** For how long this tone is there, in steps of 5 ms. */
function toneMs(sound: Float64Array, hz: number): number {
  const hop = (5 * SLOW) / 1000;
  const wide = 2 * hop;
  let steps = 0;
  for (let at = 0; at + wide <= sound.length; at += hop) {
    let [re, im, energy] = [0, 0, 0];
    for (let i = 0; i < wide; i++) {
      const sample = sound[at + i] as number;
      re += sample * Math.cos((2 * Math.PI * hz * i) / SLOW);
      im += sample * Math.sin((2 * Math.PI * hz * i) / SLOW);
      energy += sample * sample;
    }
    const share = energy > 0 ? (2 * (re * re + im * im)) / (wide * energy) : 0;
    if (share >= 0.7 && Math.sqrt(energy / wide) >= LEVEL) steps += 1;
  }
  return steps * 5;
}
