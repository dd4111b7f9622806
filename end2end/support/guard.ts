// Watches every page of a test: what a person would not see but must not be.
import type { BrowserContext, Page, TestInfo } from '@playwright/test';

/** One request a page made. */
export type Seen = {
  method: string;
  url: string;
  /** Playwright's word: document, script, fetch, websocket … */
  kind: string;
  /** Undefined while unanswered, 0 when it failed. */
  status: number | undefined;
};

/** Collects faults (console errors, page errors, CSP violations) and requests. */
export class Guard {
  readonly faults: string[] = [];
  readonly requests: Seen[] = [];
  // A test ends its server while pages are still open: that they find nobody is no fault of theirs.
  private readonly allowed: RegExp[] = [
    /(WebSocket connection to|Failed to load resource).*ERR_CONNECTION_(REFUSED|RESET)/,
    // The same in Firefox's words.
    /Firefox can’t establish a connection to the server at ws/,
    // A worker looks for a newer version of itself now and then.
    /An unknown error occurred when fetching the script/,
  ];

  /** This test causes such a fault on purpose; say which, as narrowly as possible. */
  allow(fault: RegExp): void {
    this.allowed.push(fault);
  }

  /** Requests whose address matches. */
  requestsTo(address: RegExp): Seen[] {
    return this.requests.filter((seen) => address.test(seen.url));
  }

  async watch(context: BrowserContext): Promise<void> {
    context.on('page', (page) => this.watchPage(page));
    for (const page of context.pages()) this.watchPage(page);
    const seen = new Map<unknown, Seen>();
    context.on('request', (request) => {
      const entry: Seen = {
        method: request.method(),
        url: request.url(),
        kind: request.resourceType(),
        status: undefined,
      };
      seen.set(request, entry);
      this.requests.push(entry);
    });
    context.on('response', (response) => {
      const entry = seen.get(response.request());
      if (entry) entry.status = response.status();
    });
    context.on('requestfailed', (request) => {
      const entry = seen.get(request);
      if (entry) entry.status = 0;
    });
    // Chromium also writes most violations to the console; the event names the
    // directive, and it comes for report-only policies too.
    await context.exposeFunction('__sottoViolation', (violation: string) => {
      this.faults.push(violation);
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const report = (window as unknown as { __sottoViolation: (text: string) => void })
          .__sottoViolation;
        report(
          `CSP: ${event.violatedDirective} stopped ${event.blockedURI || 'inline'} ` +
            `(${event.sourceFile}:${event.lineNumber}) ${event.sample}`,
        );
      });
    });
  }

  /** What was seen and not allowed. */
  unexpected(): string[] {
    return this.faults.filter((fault) => !this.allowed.some((allowed) => allowed.test(fault)));
  }

  /** Keeps the request log beside a failed test. */
  async attachTo(info: TestInfo): Promise<void> {
    const lines = this.requests.map(
      (seen) => `${seen.status ?? '…'} ${seen.method} ${seen.kind} ${seen.url}`,
    );
    await info.attach('requests.txt', { body: lines.join('\n'), contentType: 'text/plain' });
  }

  private watchPage(page: Page): void {
    page.on('pageerror', (error) => this.faults.push(`page error: ${error.stack ?? error}`));
    page.on('crash', () => this.faults.push(`crash: ${page.url()}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      const { url, lineNumber } = message.location();
      this.faults.push(`console: ${message.text()} (${url}:${lineNumber})`);
    });
    page.on('websocket', (socket) => {
      this.requests.push({ method: 'GET', url: socket.url(), kind: 'websocket', status: 101 });
    });
  }
}
