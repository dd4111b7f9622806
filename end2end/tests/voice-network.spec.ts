// A network that lets the page through and no call: UDP is dropped, as some do.
import { CHROMIUM } from '../support/browser';
import { WithoutUdp } from '../support/namespace';
import { expect, test } from '../support/party';
import { SottoServer } from '../support/server';
import { agentAt, askForHelp } from '../support/calling';

test('where UDP is dropped the page says that there is no network for a call, and the case goes on', async ({
  party,
}, info) => {
  const network = await WithoutUdp.make();
  const through = await network.wrap(CHROMIUM);
  const server = await SottoServer.startThrough(network.enter);
  try {
    const phone = await party('attendee', { through });
    await askForHelp(phone, server);
    // Timed where it is read, from the tap to the words.
    await phone.evaluate(() => {
      const seen = window as unknown as { tapped: number; said: number };
      addEventListener('click', () => (seen.tapped ??= performance.now()), { capture: true });
      new MutationObserver(() => {
        if (document.body.innerText.includes('No network for a call')) seen.said ??= performance.now();
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await phone.locator('button#talk').click();
    await expect(phone.locator('.talk .state')).toHaveText('No network for a call');
    await expect(phone.getByText('Your request still stands.')).toBeVisible();
    const { tapped, said } = await phone.evaluate(() => {
      const { tapped, said } = window as unknown as { tapped: number; said: number };
      return { tapped, said };
    });
    const took = `said ${Math.round(said - tapped)} ms after the tap`;
    console.log(`UDP dropped: ${took}`);
    info.annotations.push({ type: 'measured', description: took });
    expect(await network.dropped(), 'packets of the call').toBeGreaterThan(0);

    // Text goes on, over the call's screen and beneath it.
    const desk = await party('agent', { through });
    await agentAt(desk, server, undefined, { warm: false });
    await desk.keyboard.press('j');
    await desk.keyboard.press('a');
    await phone.getByRole('button', { name: 'Back' }).click();
    await expect(phone.locator('.steps li.lit')).toHaveCount(2);
  } finally {
    await server.dispose();
    await network.dispose();
  }
});
