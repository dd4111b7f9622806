// From samples to what is printed.
export type Figure = { n: number; p50: number; p95: number; min: number; max: number };

/** Percentiles by nearest rank. */
export function figure(samples: number[]): Figure {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  return { n: sorted.length, p50: rank(0.5), p95: rank(0.95), min: rank(0), max: rank(1) };
}

/** Louder than this begins a sound; quieter, for long enough, ends one. */
const LOUD = 0.05;
const QUIET = 0.02;

/** When sounds begin: loud blocks after at least `gap` ms of quiet ones. */
export function onsets(blocks: { at: number; level: number }[], gap = 40): number[] {
  const found: number[] = [];
  let quietSince: number | undefined = blocks[0]?.at;
  for (const { at, level } of blocks) {
    if (level >= LOUD) {
      if (quietSince !== undefined && at - quietSince >= gap) found.push(at);
      quietSince = undefined;
    } else if (level < QUIET) quietSince ??= at;
  }
  return found;
}

/** For each thing said, how long until the first onset after it; nothing within `limit` is left out. */
export function delays(said: number[], heard: number[], limit = 450): number[] {
  return said.flatMap((at) => {
    const onset = heard.find((one) => one >= at && one - at < limit);
    return onset === undefined ? [] : [onset - at];
  });
}
