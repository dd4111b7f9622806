// A push service on this machine: what Firefox's own client wants of one (autopush's WebSocket), and
// what a server posts to (RFC 8030). It keeps what it was given, so that pages can be compared.
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One page as it arrived here. */
export type Posted = { channel: string; headers: IncomingHttpHeaders; body: Buffer };

const text = (say: object): Buffer => {
  const payload = Buffer.from(JSON.stringify(say));
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length]), payload]);
};

/** The text frames at the beginning of `bytes`, and what is left. A browser's frames are masked. */
function frames(bytes: Buffer): { said: string[]; rest: Buffer } {
  const said: string[] = [];
  for (;;) {
    if (bytes.length < 6) return { said, rest: bytes };
    let [length, at] = [bytes[1]! & 127, 2];
    if (length === 126) [length, at] = [bytes.readUInt16BE(2), 4];
    if (bytes.length < at + 4 + length) return { said, rest: bytes };
    const mask = bytes.subarray(at, at + 4);
    const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length)).map((byte, n) => byte ^ mask[n % 4]!);
    if ((bytes[0]! & 15) === 1) said.push(Buffer.from(payload).toString());
    bytes = bytes.subarray(at + 4 + length);
  }
}

export class PushService {
  readonly posted: Posted[] = [];
  /** Status codes to answer with, in order; 201 after that. */
  readonly answers: number[] = [];
  private readonly browsers = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<PushService> {
    const server = createServer();
    const service = new PushService(server);
    server.on('request', (request, answer) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const channel = (request.url ?? '').split('/').at(-1) ?? '';
        const body = Buffer.concat(parts);
        service.posted.push({ channel, headers: request.headers, body });
        answer.statusCode = service.answers.shift() ?? 201;
        answer.end();
        if (answer.statusCode === 201) service.pass(channel, body);
      });
    });
    server.on('upgrade', (request, socket) => service.greet(request.headers, socket as Socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Settings of a Firefox that uses this service, and lets pages notify. */
  get firefoxPrefs(): Record<string, string | boolean | number> {
    return {
      'dom.push.serverURL': this.origin.replace('http', 'ws') + '/',
      'dom.push.testing.allowInsecureServerURL': true,
      // A Firefox that is driven turns its push connection off, unless it is told to leave its settings.
      'remote.prefs.recommended': false,
      'permissions.default.desktop-notification': 1,
    };
  }

  dispose(): void {
    for (const socket of this.browsers) socket.destroy();
    this.server.close();
  }

  private greet(headers: IncomingHttpHeaders, socket: Socket): void {
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    const protocol = headers['sec-websocket-protocol'];
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n${protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : ''}\r\n`,
    );
    this.browsers.add(socket);
    socket.on('close', () => this.browsers.delete(socket));
    socket.on('error', () => this.browsers.delete(socket));
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (part: Buffer) => {
      const read = frames(Buffer.concat([rest, part]));
      rest = read.rest;
      for (const said of read.said) this.answer(socket, said);
    });
  }

  private answer(socket: Socket, said: string): void {
    const { messageType, channelID } = JSON.parse(said) as { messageType?: string; channelID?: string };
    if (messageType === 'hello') {
      socket.write(text({ messageType, uaid: randomUUID().replaceAll('-', ''), status: 200, use_webpush: true, broadcasts: {} }));
    } else if (messageType === 'register') {
      socket.write(text({ messageType, channelID, status: 200, pushEndpoint: `${this.origin}/push/${channelID}` }));
    } else if (messageType === 'unregister') {
      socket.write(text({ messageType, channelID, status: 200 }));
    } else if (messageType === 'ping' || messageType === undefined) {
      socket.write(text({}));
    }
  }

  private pass(channelID: string, body: Buffer): void {
    const say = { messageType: 'notification', channelID, version: randomUUID(), data: body.toString('base64url'), headers: { encoding: 'aes128gcm' } };
    for (const socket of this.browsers) socket.write(text(say));
  }
}
