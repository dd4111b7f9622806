// How the browsers are started: the same for every journey, and for one party of a call.

/** Chromium that reaches nothing but this machine, hears no real microphone and asks nobody. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  // Nothing but this machine can be reached, by name or by mistake.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
];

export const CHROMIUM = process.env['SOTTO_CHROMIUM'] ?? '/usr/bin/chromium';
export const FIREFOX = process.env['SOTTO_FIREFOX'] ?? '/usr/bin/firefox-esr';

/** Firefox likewise; its built-in microphone is a steady tone of `hz`. */
export function firefoxPrefs(hz: number): Record<string, string | number | boolean> {
  return {
    'media.navigator.streams.fake': true,
    'media.navigator.audio.fake_frequency': hz,
    'media.navigator.permission.disabled': true,
    'media.autoplay.default': 0,
    'media.autoplay.blocking_policy': 0,
    'media.autoplay.block-webaudio': false,
    'media.peerconnection.ice.obfuscate_host_addresses': false,
    // Without this it gathers no candidate where the only interface is the loopback one.
    'media.peerconnection.ice.loopback': true,
    // Nothing but this machine: whatever is not on it goes to a proxy that is not there.
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': 9,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': 9,
    'network.proxy.allow_hijacking_localhost': false,
    'network.proxy.no_proxies_on': 'localhost, .localhost, 127.0.0.1',
  };
}
