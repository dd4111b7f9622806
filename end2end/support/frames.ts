// Everything that passed over a page's sockets, to be searched.
import type { Page } from '@playwright/test';

export class Frames {
  readonly sent: Buffer[] = [];
  readonly received: Buffer[] = [];

  /** Before the page opens its first socket. */
  static of(page: Page): Frames {
    const frames = new Frames();
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => frames.sent.push(Buffer.from(payload)));
      socket.on('framereceived', ({ payload }) => frames.received.push(Buffer.from(payload)));
    });
    return frames;
  }

  /** The session descriptions this page has sent. */
  offers(): string[] {
    return this.sent.flatMap((frame) => {
      const text = frame.toString('latin1');
      const start = text.indexOf('v=0\r\n');
      return start < 0 ? [] : [text.slice(start)];
    });
  }

  /** Whether any frame that came holds these letters. */
  holds(what: string): boolean {
    return this.received.some((frame) => frame.includes(what));
  }
}

/** What in a description leads to whoever wrote it: addresses, ports, credentials, fingerprint. */
export function traces(offer: string): string[] {
  const found = [
    ...offer.matchAll(/^a=candidate:\S+ \d+ \S+ \d+ (\S+) (\d+)/gm),
    ...offer.matchAll(/^a=(?:ice-ufrag|ice-pwd|fingerprint):(.+)$/gm),
    ...offer.matchAll(/^o=\S+ (\d+)/gm),
  ].flatMap(([, ...parts]) => parts.map((part) => part.trim()));
  return [...new Set(found)].filter((trace) => trace.length > 3);
}
