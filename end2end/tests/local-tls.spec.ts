// `--tls local`: a phone that takes on this machine's authority, and nothing else, reaches both sites.
import { expect, test } from '@playwright/test';
import { get as httpGet } from 'node:http';
import { request } from 'node:https';
import { SottoServer } from '../support/server';

/** Asks as somebody who trusts `ca` only. */
function ask(url: string, ca: string | undefined): Promise<{ status: number; body: string; hsts: boolean }> {
  return new Promise((done, failed) => {
    const { hostname, port, pathname } = new URL(url);
    // Nothing but this authority: the usual ones are not added to it.
    const asked = request({ host: '127.0.0.1', servername: hostname, port, path: pathname, ca: ca ? [ca] : [], headers: { host: `${hostname}:${port}` } }, (answer) => {
      let body = '';
      answer.on('data', (part) => (body += part));
      answer.on('end', () => done({ status: answer.statusCode!, body, hsts: 'strict-transport-security' in answer.headers }));
    });
    asked.on('error', failed);
    asked.end();
  });
}

const plain = (url: string) =>
  new Promise<{ type: string; body: string }>((done, failed) => {
    httpGet(url.replace('//localhost', '//127.0.0.1'), (answer) => {
      let body = '';
      answer.on('data', (part) => (body += part));
      answer.on('end', () => done({ type: answer.headers['content-type'] ?? '', body }));
    }).on('error', failed);
  });

test('both sites are reached by whoever took on the authority, and by nobody else', async () => {
  const server = await SottoServer.start('--tls', 'local', '--tls-port', '0');
  try {
    const install = `http://localhost:${server.port}`;
    const page = await plain(`${install}/anything`);
    expect(page.type).toContain('text/html');
    for (const place of ['/ca.crt', server.attendee, server.desk]) expect(page.body).toContain(place);
    const { type, body: ca } = await plain(`${install}/ca.crt`);
    expect(type).toBe('application/x-x509-ca-cert');
    expect(ca).not.toContain('PRIVATE');
    expect(server.attendee).toMatch(/^https:\/\/localhost:\d+$/);
    const ready = await ask(`${server.attendee}/`, ca);
    expect(ready.status).toBe(200);
    expect(ready.body).toContain('id="tap"');
    // Other servers of this machine are called localhost too.
    expect(ready.hsts).toBe(false);
    expect((await ask(`${server.desk}/`, ca)).status).toBe(401);
    // Each site has its own port and knows nothing of the other.
    expect((await ask(`${server.desk}/page`, ca)).status).toBe(404);
    await expect(ask(`${server.attendee}/`, undefined)).rejects.toThrow(/certificate|issuer/);
    // The same authority after a restart: it is taken on once.
    await server.restart();
    expect((await plain(`${install}/ca.crt`)).body).toBe(ca);
    expect((await ask(`${server.attendee}/`, ca)).status).toBe(200);
  } finally {
    await server.dispose();
  }
});
