// Two ends of a call in one page, without any of the product: the rig is proved with it, so that
// a fault of the rig is not taken for one of the product.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE = `<!doctype html><title>Loopback</title><audio id="ear" autoplay muted></audio><script>
const gate = {};
var near, far;
async function connect() {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  const track = microphone.getAudioTracks()[0].clone();
  [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => far.addIceCandidate(candidate);
  far.onicecandidate = ({ candidate }) => near.addIceCandidate(candidate);
  far.ontrack = ({ track, receiver }) => { receiver.jitterBufferTarget = 0; document.querySelector('#ear').srcObject = new MediaStream([track]); };
  const { sender } = near.addTransceiver(track, { direction: 'sendonly' });
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  const sdp = far.localDescription.sdp.replace(/useinbandfec=1/g, 'useinbandfec=1;usedtx=1;maxaveragebitrate=28000');
  await near.setRemoteDescription({ type: 'answer', sdp });
  const active = (on) => {
    const parameters = sender.getParameters();
    parameters.encodings[0].active = on;
    return sender.setParameters(parameters);
  };
  gate.set = (on) => { track.enabled = on; return active(on); };
  gate.hot = microphone.getAudioTracks()[0];
  await gate.set(false);
}
</script>`;

/** Serves the page on this machine. */
export async function serveLoopback(): Promise<{ url: string; html: string; server: Server }> {
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, html: PAGE, server };
}
