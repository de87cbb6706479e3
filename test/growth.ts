// How cost grows with the size of a text, on a machine that does other things too. The same amount is done in one piece and
// in sixteen: that costs the same where cost grows with the size, and sixteen times as much where it grows with its square.
// Both measurements last about as long, so a steady load slows both alike, and coarse clocks do no harm; a burst that hits
// one of them passes, so the best of several rounds counts.

/** How many pieces stand against the whole. */
export const PIECES = 16;
/** A ratio that only cost which grows faster than the text reaches: 1 is linear, 16 is quadratic. */
export const TOO_MUCH = 3;
const ROUNDS = { least: 2, most: 20 };
/** Milliseconds after which there is no further round; a quadratic cost has shown itself by then. */
const PATIENCE = 20_000;

function millisecondsOf(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

/**
 * How much more the whole costs than as much work in pieces. Measuring goes on while the answer is too high, and each side
 * counts with its fastest round: what is really quadratic stays so however often it is measured.
 */
export function growth(whole: () => void, piece: () => void): number {
  const pieces = (): void => {
    for (let i = 0; i < PIECES; i++) piece();
  };
  pieces(); // once for the engine, which runs code slowly at first
  const best = { whole: Number.POSITIVE_INFINITY, pieces: Number.POSITIVE_INFINITY };
  const started = performance.now();
  for (let round = 1; ; round++) {
    best.whole = Math.min(best.whole, millisecondsOf(whole));
    best.pieces = Math.min(best.pieces, millisecondsOf(pieces));
    const ratio = best.whole / best.pieces;
    if (round < ROUNDS.least) continue;
    if (ratio < TOO_MUCH || round === ROUNDS.most || performance.now() - started > PATIENCE) return ratio;
  }
}
