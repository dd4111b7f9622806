"""A slow line between two network namespaces, packet by packet. Needs root on Linux.

    shim.py --name NAME --delay-ms 75 --down-kbit 1600 --up-kbit 750

Makes the namespaces NAME-near (the phone) and NAME-far (the server), each with
one TUN device, and carries packets between them: every packet first waits until
the line is free and has clocked it out (the rate), then for the one-way delay.
Handshakes wait like everything else. Nothing is lost, reordered or random.

Prints one line of JSON when the line is up. Lives until its standard input is
closed, so whoever started it cannot leave it behind; then it ends what still
runs inside its two namespaces and removes them.
"""

import argparse
import collections
import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time

# From linux/if_tun.h: set up a device; layer 3; no header before each packet.
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000

NEAR_IP, FAR_IP = "10.78.0.1", "10.78.0.2"
MTU = 1500

# Stated, so that a machine's own settings change no figure, and no connection
# profits from what an earlier one learned. Reno sends a first flight at once, as
# Linux's usual cubic does, and is the one every kernel lets a namespace choose.
SETTINGS = {
    "ipv4/tcp_congestion_control": "reno",
    "ipv4/tcp_no_metrics_save": "1",
    "ipv4/tcp_slow_start_after_idle": "1",
    "ipv6/conf/all/disable_ipv6": "1",
}


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdin=subprocess.DEVNULL)


def tun():
    """A TUN device of the kernel's choosing: its handle and its name."""
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    asked = struct.pack("16sH22x", b"sotto%d", IFF_TUN | IFF_NO_PI)
    given = fcntl.ioctl(handle, TUNSETIFF, asked)
    return handle, given[:16].rstrip(b"\0").decode()


def end(namespace, address, peer):
    """Makes one end of the line. The handle works across namespaces."""
    ip("netns", "add", namespace)
    handle, device = tun()
    ip("link", "set", device, "netns", namespace, "name", "line")
    for name, value in SETTINGS.items():
        write = f"echo {value} > /proc/sys/net/{name}"
        subprocess.run(["ip", "netns", "exec", namespace, "sh", "-c", write], check=True)
    inside = ["-n", namespace]
    ip(*inside, "link", "set", "lo", "up")
    ip(*inside, "address", "add", address, "peer", peer, "dev", "line")
    ip(*inside, "link", "set", "line", "mtu", str(MTU), "up")
    return handle


class Direction:
    """One way along the line. Times in seconds of the monotonic clock."""

    def __init__(self, source, target, delay, kbit):
        self.source, self.target = source, target
        self.delay, self.bytes_per_second = delay, kbit * 1000 / 8
        self.free_at = 0.0
        # All wait equally long, so they leave in the order they came.
        self.waiting = collections.deque()

    def take_in(self):
        while True:
            try:
                packet = os.read(self.source, 65536)
            except BlockingIOError:
                return
            started = max(time.monotonic(), self.free_at)
            self.free_at = started + len(packet) / self.bytes_per_second
            self.waiting.append((self.free_at + self.delay, packet))

    def give_out(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            try:
                os.write(self.target, self.waiting.popleft()[1])
            except OSError:
                pass  # The far device is going down: the run is over.


def carry(down, up):
    """Carries packets until standard input is closed."""
    ways = {down.source: down, up.source: up}
    standard_input = sys.stdin.fileno()
    while True:
        due = [way.waiting[0][0] for way in ways.values() if way.waiting]
        wait = max(0.0, min(due) - time.monotonic()) if due else None
        readable = select.select([*ways, standard_input], [], [], wait)[0]
        for handle in readable:
            if handle in ways:
                ways[handle].take_in()
            elif not os.read(handle, 4096):
                return
        for way in ways.values():
            way.give_out()


def remove(namespace):
    """Ends what runs inside a namespace of ours and removes it."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        listed = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True)
        pids = [int(pid) for pid in listed.stdout.split()]
        for pid in pids:
            try:
                os.kill(pid, kind)
            except ProcessLookupError:
                pass
        if pids:
            time.sleep(0.5)
    subprocess.run(["ip", "netns", "del", namespace], stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--delay-ms", type=float, required=True)
    parser.add_argument("--down-kbit", type=float, required=True)
    parser.add_argument("--up-kbit", type=float, required=True)
    options = parser.parse_args()
    for kind in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(kind, lambda *_: sys.exit(1))
    near, far = f"{options.name}-near", f"{options.name}-far"
    made = []
    try:
        handles = []
        for namespace, ends in ((near, (NEAR_IP, FAR_IP)), (far, (FAR_IP, NEAR_IP))):
            made.append(namespace)
            handles.append(end(namespace, *ends))
        # Only so that a busy machine does not add to the delay asked for.
        # After the set-up: no program started above may inherit it.
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
        delay = options.delay_ms / 1000
        print(json.dumps({"near": near, "far": far, "far_ip": FAR_IP}), flush=True)
        carry(
            Direction(handles[1], handles[0], delay, options.down_kbit),
            Direction(handles[0], handles[1], delay, options.up_kbit),
        )
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        for namespace in made:
            remove(namespace)


if __name__ == "__main__":
    main()
