// Measures the line itself, with plain sockets: a figure is worth nothing on a
// line that does not do what it says.
import { connect } from 'node:net';

/** Milliseconds from asking for a TCP connection until it stands: one round trip. */
export function roundTrip(host, port) {
  return new Promise((resolve, reject) => {
    const asked = performance.now();
    const socket = connect({ host, port, noDelay: true });
    socket.setTimeout(5_000, () => socket.destroy(new Error('the line does not answer')));
    socket.once('error', reject);
    socket.once('connect', () => {
      const took = performance.now() - asked;
      socket.destroy();
      resolve(took);
    });
  });
}

/** Kilobits of data per second towards us; about 4 % of the line goes into headers. */
export function rateDown(host, bytes) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 9 }, () => socket.write(`down ${bytes}\n`));
    let seen = 0;
    let half = 0;
    let halfAt = 0;
    socket.once('error', reject);
    socket.on('data', (part) => {
      seen += part.length;
      // The first half goes by while TCP is still finding out how fast the line is.
      if (half === 0 && seen >= bytes / 2) {
        half = seen;
        halfAt = performance.now();
      }
    });
    socket.once('end', () => resolve(((seen - half) * 8) / (performance.now() - halfAt)));
  });
}

/** Kilobits of data per second away from us, as the other end saw them arrive. */
export function rateUp(host, bytes) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 9 }, () => {
      socket.write(`up ${bytes}\n`);
      socket.write(Buffer.alloc(bytes));
    });
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(Number(answer));
    });
  });
}

/** Waits until the line is empty again: a round trip as short as it should be. */
export async function quiet(host, port, expected, tolerance) {
  let took = 0;
  for (let attempt = 0; attempt < 20; attempt++) {
    took = await roundTrip(host, port);
    if (Math.abs(took - expected) <= expected * tolerance) return took;
  }
  throw new Error(`a round trip takes ${took.toFixed(0)} ms instead of ${expected} ms`);
}
