"""A client that shares no line with ours: it asks for help and talks, by aiortc.

    stranger.py --url POSTER --tone HZ     as an attendee of a Sotto server; `--planted IP` claims
                                           a further address in its offer, to be searched for
    stranger.py --self-check --tone HZ     both ends here: proves this file

Speaks the live socket (domain/src/wire) by hand: a protocol byte, then postcard.
Orders come as words on standard input (press, release, sound, leave, hot, cold),
what happens goes to standard output as one JSON object a line:

    {"state": "connected"}   {"say": "floor", "floor": "yours"}   {"hears": 880}

`hears` is the tone at the ear, decoded, whenever it changes; 0 is silence. Its own
microphone keeps the tone while `press` is in force, or always after `hot`: a client
that does not obey.
"""

import argparse
import asyncio
import fractions
import json
import re
import sys
import urllib.parse

import aiohttp
import av
import numpy
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

PROTOCOL = 6
RATE, FRAME = 48_000, 960
QUIET, SHARE = 0.005, 0.6
# So many frames of 20 ms in a row make a change: neither a click nor a gap counts.
STEADY = 6
# Seconds without a packet that are silence.
STILL = 0.5


def say(**what):
    print(json.dumps(what), flush=True)


class Microphone(MediaStreamTrack):
    """A tone that rises and falls like syllables, or silence."""

    kind = "audio"

    def __init__(self, hz):
        super().__init__()
        self.hz, self.open, self.at, self.started = hz, False, 0, None

    async def recv(self):
        loop = asyncio.get_running_loop()
        self.started = self.started or loop.time()
        await asyncio.sleep(max(0, self.started + self.at / RATE - loop.time()))
        times = (numpy.arange(FRAME) + self.at) / RATE
        sound = 0.5 * (0.6 + 0.4 * numpy.sin(2 * numpy.pi * 4 * times)) * numpy.sin(2 * numpy.pi * self.hz * times)
        samples = (sound * 32_767 * self.open).astype(numpy.int16)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.at, fractions.Fraction(1, RATE)
        self.at += FRAME
        return frame


class Ear:
    """What a person would hear: the strongest tone, looked for in the last 40 ms."""

    def __init__(self):
        self.window = numpy.zeros(2 * FRAME)
        self.hears, self.next, self.times = None, None, 0

    async def listen(self, track):
        while True:
            try:
                frame = await asyncio.wait_for(track.recv(), STILL)
            except TimeoutError:
                # Nothing comes: there is nothing to hear.
                self.window[:], self.next, self.times = 0, 0, STEADY - 1
                self.judge(0)
                continue
            except MediaStreamError:
                return
            samples = frame.to_ndarray().astype(float) / 32_768
            mono = samples.reshape(-1, len(frame.layout.channels)).mean(axis=1)
            self.window = numpy.concatenate([self.window, mono])[-2 * FRAME :]
            self.judge(self.tone())

    def tone(self):
        level = numpy.sqrt(numpy.mean(self.window**2))
        if level < QUIET:
            return 0
        power = numpy.abs(numpy.fft.rfft(self.window * numpy.hanning(len(self.window)))) ** 2
        peak = int(numpy.argmax(power))
        around = power[max(0, peak - 3) : peak + 4]
        if around.sum() / power.sum() < SHARE:
            return -1
        # Between two lines of the spectrum: their centre of gravity.
        lines = numpy.arange(max(0, peak - 3), max(0, peak - 3) + len(around))
        return float((lines * around).sum() / around.sum()) * RATE / len(self.window)

    def judge(self, tone):
        # To the nearest 20 Hz: as all tones of the rig are.
        tone = round(tone / 20) * 20 if tone > 0 else tone
        self.times = self.times + 1 if tone == self.next else 1
        self.next = tone
        if self.times == STEADY and tone != self.hears:
            self.hears = tone
            say(hears=tone)


# --- the live socket, by hand -------------------------------------------------------------


def number(value):
    """A postcard number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def text(value):
    encoded = value.encode()
    return number(len(encoded)) + encoded


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self):
        size = self.number()
        self.at += size
        return self.data[self.at - size : self.at].decode()


HELLO = bytes([PROTOCOL, 0, 0, 0])
PONG = bytes([PROTOCOL, 1])
VOICE = bytes([PROTOCOL, 2])
OFFER, PRESS, RELEASE, SOUND, LEAVE = (VOICE + number(kind) for kind in range(5))


class Attendee:
    """One phone, one case, one talk."""

    def __init__(self, hz, planted):
        self.microphone, self.ear, self.burst = Microphone(hz), Ear(), 0
        self.hot, self.planted = False, planted

    async def alert(self, http, poster):
        """The plain form, as a browser without script sends it. Gives the host's address."""
        async with http.get(poster) as answer:
            page = await answer.text()
            host = f"{answer.url.scheme}://{answer.url.host}:{answer.url.port}"
            kept = answer.headers["set-cookie"].split(";")[0]
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        headers = {"origin": host, "cookie": kept, "content-type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(fields)
        async with http.post(f"{host}/alert", data=body, headers=headers, allow_redirects=False) as answer:
            if answer.status != 303:
                raise RuntimeError(f"the alert was answered by {answer.status}")
            cookie = answer.headers["set-cookie"].split(";")[0]
        return host, cookie

    async def run(self, poster):
        # Python does not know by itself where a name under localhost is; the cookie is ours to carry.
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            host, cookie = await self.alert(http, poster)
            headers = {"origin": host, "cookie": cookie}
            async with http.ws_connect(f"{host}/live", headers=headers) as socket:
                await socket.send_bytes(HELLO)
                await self.talk(socket)

    async def talk(self, socket):
        connection = RTCPeerConnection()
        connection.addTransceiver(self.microphone, direction="sendonly")
        connection.addTransceiver("audio", direction="recvonly")
        tasks = [asyncio.create_task(self.obey(socket))]
        connection.on("track", lambda track: tasks.append(asyncio.create_task(self.ear.listen(track))))
        connection.on("connectionstatechange", lambda: say(state=connection.connectionState))
        await connection.setLocalDescription(await connection.createOffer())
        sdp = connection.localDescription.sdp
        if self.planted:
            line = f"a=candidate:77 1 udp 2130706431 {self.planted} 7777 typ host\r\n"
            sdp = sdp.replace("a=end-of-candidates", f"{line}a=end-of-candidates")
        await socket.send_bytes(OFFER + text(sdp) + b"\0")
        async for message in socket:
            if message.type != aiohttp.WSMsgType.BINARY:
                break
            frame = Reader(message.data)
            frame.at = 1
            kind = frame.number()
            if kind == 1:
                await socket.send_bytes(PONG)
            elif kind == 4:
                await self.voice(connection, frame)
            elif kind != 0:
                raise RuntimeError(f"refused: {message.data!r}")
        await connection.close()

    async def voice(self, connection, frame):
        kind = frame.number()
        if kind == 0:
            answer = RTCSessionDescription(frame.text(), "answer")
            say(say="answer", sdp=answer.sdp)
            await connection.setRemoteDescription(answer)
        elif kind == 1:
            floor = ["idle", "yours", "taken"][frame.number()]
            say(say="floor", floor=floor)
        elif kind == 3:
            say(say="no floor", burst=frame.number(), why=frame.number())
        elif kind == 4:
            say(say="ending", burst=frame.number())
        elif kind == 5:
            say(say="refused", code=frame.text())
        elif kind == 6:
            say(say="again")

    async def obey(self, socket):
        lines = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            match line.strip():
                case b"press":
                    self.burst += 1
                    self.microphone.open = True
                    await socket.send_bytes(PRESS + number(self.burst))
                case b"release":
                    self.microphone.open = self.hot
                    await socket.send_bytes(RELEASE + number(self.burst))
                case b"sound":
                    await socket.send_bytes(SOUND + b"\1")
                case b"hot":
                    self.hot = self.microphone.open = True
                case b"cold":
                    self.hot = self.microphone.open = False
                case b"leave":
                    await socket.send_bytes(LEAVE)
        await socket.close()


async def self_check(hz):
    """Speaks to itself: the tone must be decoded, then silence, then the tone again."""
    near, far = RTCPeerConnection(), RTCPeerConnection()
    microphone, ear = Microphone(hz), Ear()
    listening = []
    far.on("track", lambda track: listening.append(asyncio.create_task(ear.listen(track))))
    near.addTransceiver(microphone, direction="sendonly")
    await near.setLocalDescription(await near.createOffer())
    await far.setRemoteDescription(near.localDescription)
    await far.setLocalDescription(await far.createAnswer())
    await near.setRemoteDescription(far.localDescription)
    for wanted in (0, hz, 0, hz):
        microphone.open = wanted > 0
        while ear.hears != wanted:
            await asyncio.sleep(0.02)
    await near.close()
    await far.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url")
    parser.add_argument("--planted")
    parser.add_argument("--self-check", action="store_true")
    parser.add_argument("--tone", type=int, required=True)
    options = parser.parse_args()
    if options.self_check:
        asyncio.run(asyncio.wait_for(self_check(options.tone), 15))
    else:
        asyncio.run(Attendee(options.tone, options.planted).run(options.url))


main()
