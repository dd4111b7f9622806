// The conversation from the desk's side: whoever writes is read, and marks tell the truth.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { expect, test } from '../support/fixtures';
import type { SottoServer } from '../support/server';

/** An agent at the desk. */
async function deskOf(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button').click();
  await expect(page.locator('.queue')).toBeVisible();
}

/** A phone without script that has sent its alert. */
async function alerted(page: Page, server: SottoServer): Promise<void> {
  await page.goto(server.poster);
  await page.locator('#tap button').tap();
  await expect(page.locator('.steps')).toBeVisible();
}

async function write(phone: Page, text: string): Promise<void> {
  await phone.getByRole('button', { name: 'Write', exact: true }).first().tap();
  await phone.locator('textarea[name=text]').fill(text);
  await phone.locator('form[action="/message"] button').tap();
  await expect(phone.locator('.talk')).toContainText(text);
}

const bubbles = (desk: Page) => desk.locator('.bubble');

test('whoever writes is read, and answered by one key and by words', async ({ open, server }) => {
  const agents = server.links.filter((link) => link.role === 'agent');
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, agents[0]!.url);
  const phone = await open('phone', { locale: 'en-GB', javaScriptEnabled: false });
  await alerted(phone, server);
  await phone.locator('form[action="/answer"] button', { hasText: 'No' }).first().tap();
  await write(phone, 'he is <b>outside</b> the door');

  // The row says that somebody wrote, never what.
  const row = desk.locator('.row');
  await expect(row).toHaveCount(1);
  await expect(row.locator('.chat-mark')).toHaveText(/^wrote 0:\d\d$/);
  await expect(row).not.toContainText('outside');
  await phone.reload();
  await expect(phone.locator('.talk .mine')).toContainText('sent');

  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  // On this height a fact is said once, danger first and in its colour.
  await expect(desk.locator('.summary .is-amber')).toHaveText('Not safe.');
  await expect(desk.locator('.chip.is-amber')).toBeHidden();
  await expect(desk.locator('.summary')).toContainText('Not safe.');
  await expect(bubbles(desk)).toHaveCount(1);
  await expect(bubbles(desk).first()).toContainText('he is <b>outside</b> the door');
  // Opened by an active pane: the person reads so.
  await expect(bubbles(desk).first()).not.toContainText('new');
  await phone.reload();
  await expect(phone.locator('.talk .mine')).toContainText('opened by the team');

  await desk.keyboard.press('1');
  await expect(bubbles(desk)).toHaveCount(2);
  await expect(bubbles(desk).nth(1)).toContainText("I am with you. You don't have to speak.");
  await expect(bubbles(desk).nth(1)).toContainText('sent');
  await expect(row.locator('.chat-mark')).toHaveCount(0);
  await desk.keyboard.press('r');
  await expect(desk.locator('#reply')).toBeFocused();
  await desk.keyboard.type('Stay there 1');
  await desk.keyboard.press('Enter');
  await expect(bubbles(desk).nth(2)).toContainText('Stay there 1');
  await expect(bubbles(desk).nth(2)).toContainText('sent');
  await expect(desk.locator('#reply')).toHaveValue('');
  await phone.reload();
  await expect(phone.locator('.talk .theirs')).toHaveCount(2);
  await expectAccessible(desk);
});

test('what is typed outlives frames, a reload and a server that is away', async ({ open, server, guard }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server.linkFor('agent'));
  const phone = await open('phone', { locale: 'en-GB', javaScriptEnabled: false });
  await alerted(phone, server);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await desk.locator('#reply').fill('We are coming to the');
  await write(phone, 'hurry');
  await expect(bubbles(desk)).toHaveCount(1);
  await expect(desk.locator('#reply')).toHaveValue('We are coming to the');

  await desk.reload();
  await desk.locator('.row').click();
  await expect(desk.locator('#reply')).toHaveValue('We are coming to the');

  guard.allow(/ERR_CONNECTION_REFUSED|Failed to load resource|WebSocket/);
  await server.kill();
  await desk.locator('#reply').fill('We are coming to the door');
  await desk.locator('#reply').press('Enter');
  await expect(bubbles(desk).last()).toContainText('sending…');
  // The page itself may go as well: the message is tried again with the same key.
  await server.launch();
  await desk.reload();
  await desk.locator('.row').click();
  await expect(bubbles(desk).last()).toContainText('We are coming to the door');
  await expect(bubbles(desk).last()).toContainText('sent', { timeout: 20_000 });
  await expect(bubbles(desk)).toHaveCount(2);
});

test('a hand-over takes the whole thread along and waits until it is looked at', async ({ open, server }) => {
  const agents = server.links.filter((link) => link.role === 'agent');
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, agents[0]!.url);
  const colleague = await open('desktop', { locale: 'fr-FR' });
  await deskOf(colleague, agents[1]!.url);
  const phone = await open('phone', { locale: 'en-GB', javaScriptEnabled: false });
  await alerted(phone, server);
  await write(phone, 'please');
  await expect(desk.locator('.row').first()).toBeVisible();
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(bubbles(desk)).toHaveCount(1);
  await desk.keyboard.press('1');
  await expect(bubbles(desk)).toHaveCount(2);

  await desk.keyboard.press('h');
  await desk.locator('#why').fill('Knows her from yesterday');
  await desk.locator('.answer').first().click();
  await expect(desk.locator('.row-holder')).toHaveText(agents[1]!.name.split(' ')[0]!, { timeout: 8_000 });
  await expect(colleague.locator('.row.is-waiting')).toHaveCount(1);
  await colleague.locator('.row').click();
  await expect(bubbles(colleague)).toHaveCount(2);
  await expect(bubbles(colleague).nth(1)).toContainText('Je suis avec vous');
  await expect(bubbles(colleague).nth(0)).toContainText('non traduit');
  await expect(colleague.locator('.team-notes')).toContainText('Knows her from yesterday');
  await expect(colleague.locator('.reads')).toContainText(agents[0]!.name);
});

test('the palette finds commands and sentences, and keys can be switched off', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server.linkFor('agent'));
  const phone = await open('phone', { locale: 'en-GB', javaScriptEnabled: false });
  await alerted(phone, server);
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('#reply')).toBeVisible();
  await desk.keyboard.press('Control+k');
  await expect(desk.locator('#palette-field')).toBeFocused();
  await desk.keyboard.type('doctor');
  await expect(desk.getByRole('option')).toHaveCount(1);
  await expectAccessible(desk);
  await desk.keyboard.press('Enter');
  await expect(bubbles(desk)).toHaveText([/Shall we call a doctor\?/]);
  // Nobody is on the way: nothing says so.
  await desk.keyboard.press('Control+k');
  await desk.keyboard.type('on the way');
  await expect(desk.getByRole('option')).toHaveCount(0);
  await desk.keyboard.press('Escape');
  await expect(desk.locator('.palette')).toBeHidden();

  await desk.locator('.menu summary').click();
  await desk.getByRole('checkbox').uncheck();
  await desk.locator('.menu summary').click();
  await desk.keyboard.press('2');
  await desk.keyboard.press('Control+k');
  await expect(desk.locator('.palette')).toBeHidden();
  await expect(bubbles(desk)).toHaveCount(1);
});

test('two keys open a case for a caller, whose own phone takes it over by a code', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server.linkFor('agent'));
  await desk.keyboard.press('i');
  await desk.keyboard.press('p');
  await expect(desk.locator('.summary')).toContainText('Came by telephone.');
  await expect(desk.locator('.no-phone')).toBeVisible();
  await desk.keyboard.press('f');
  await desk.locator('.answer', { hasText: 'Level 1' }).first().click();
  await desk.locator('.answer').nth(1).click();
  await expect(desk.locator('.pane-title h1')).toContainText('Level 1');
  await desk.locator('.no-phone button').click();
  await expect(desk.locator('.case-code')).toHaveText(/^[2-9A-Z]{3}-[2-9A-Z]{3}$/);
  await expectAccessible(desk);
  const code = await desk.locator('.case-code').textContent();
  await desk.keyboard.press('Escape');

  const phone = await open('phone', { locale: 'fr-FR', javaScriptEnabled: false });
  await phone.goto(`${server.attendee}/claim`);
  await phone.locator('input[name=code]').fill(code!);
  await phone.locator('form[action="/claim"] button').tap();
  await expect(phone.locator('.steps')).toBeVisible();
  await expect(desk.locator('#reply')).toBeVisible();
  await desk.keyboard.press('1');
  await phone.reload();
  await expect(phone.locator('.talk .theirs')).toContainText('Je suis avec vous');
});

test('a chat turns amber at 30 s and filled at 60 s, by the clock, from the first word', async ({ open, server, guard }) => {
  guard.allow(/ERR_INTERNET_DISCONNECTED|WebSocket/);
  const desk = await open('desktop', { locale: 'en-GB' });
  await desk.clock.install();
  await deskOf(desk, server.linkFor('agent'));
  const phone = await open('phone', { locale: 'en-GB', javaScriptEnabled: false });
  await alerted(phone, server);
  await write(phone, 'are you there');
  const mark = desk.locator('.row .chat-mark');
  await expect(mark).toHaveText(/^wrote 0:0\d$/);
  await expect(mark).not.toHaveClass(/is-amber|is-late/);
  // The page's clock runs ahead of the server's: a new connection would set it right again.
  await desk.context().setOffline(true);
  await desk.clock.runFor(31_000);
  await expect(mark).toHaveClass(/is-amber/);
  await expect(mark).toHaveText(/^waits 0:[34]\d$/);
  await desk.clock.runFor(30_000);
  await expect(mark).toHaveClass(/is-late/);
  await desk.context().setOffline(false);
  await desk.reload();
  await expect(mark).toHaveText(/^wrote 0:\d\d$/);
  // More words do not begin it anew, an answer ends it.
  await write(phone, 'please');
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(bubbles(desk)).toHaveCount(2);
  await desk.keyboard.press('1');
  await expect(mark).toHaveCount(0);
});

test('with three chats an agent is offered no more, and may take one all the same', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server.linkFor('agent'));
  for (let chats = 0; chats < 3; chats++) {
    await alerted(await open('phone', { locale: 'en-GB', javaScriptEnabled: false }), server);
    await desk.locator('.row.is-waiting').click();
    await expect(desk.locator('.row-holder.is-offer')).toHaveCount(1);
    await desk.keyboard.press('a');
    await desk.keyboard.press('c');
    await expect(desk.locator('.row.is-waiting')).toHaveCount(0);
    await expect(desk.locator('.console-head')).toContainText(`${chats + 1}/3`);
  }
  await alerted(await open('phone', { locale: 'en-GB', javaScriptEnabled: false }), server);
  await expect(desk.locator('.row.is-waiting')).toHaveCount(1);
  await expect(desk.locator('.row-holder.is-offer')).toHaveCount(0);
  await desk.locator('.row.is-waiting').click();
  await desk.keyboard.press('a');
  await desk.keyboard.press('c');
  await expect(desk.locator('.console-head')).toContainText('4/3');
});

/** A key as a keyboard of another script sends it. */
async function strike(page: Page, key: string, code: string, modifiers = 0): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const place = { key, code, modifiers, windowsVirtualKeyCode: code.charCodeAt(code.length - 1) };
  const text = modifiers === 0 ? { text: key } : {};
  await session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...place, ...text });
  await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...place });
  await session.detach();
}

test('keys work on Cyrillic, Greek, Arabic and French keyboards', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'en-GB' });
  await deskOf(desk, server.linkFor('agent'));
  await alerted(await open('phone', { locale: 'en-GB', javaScriptEnabled: false }), server);
  await strike(desk, 'о', 'KeyJ');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('#reply')).toBeVisible();
  await strike(desk, 'ش', 'KeyA');
  await expect(desk.locator('.row.is-waiting')).toHaveCount(0);
  await strike(desk, '&', 'Digit1');
  await expect(bubbles(desk)).toHaveCount(1);
  await strike(desk, 'л', 'KeyK', 2);
  await expect(desk.locator('#palette-field')).toBeFocused();
  await desk.keyboard.press('Escape');
  await strike(desk, 'π', 'KeyP');
  await expect(desk.getByRole('dialog')).toBeVisible();
  await strike(desk, '&', 'Digit1');
  await expect(desk.getByRole('dialog')).toHaveCount(0);
  await expect(desk.locator('.row')).toContainText('P1');
  await strike(desk, 'к', 'KeyR');
  await expect(desk.locator('#reply')).toBeFocused();
  await expect(desk.locator('#reply')).toHaveValue('');
});

test('an input method keeps its Enter: nothing is sent while it composes', async ({ open, server }) => {
  const desk = await open('desktop', { locale: 'ja-JP' });
  await deskOf(desk, server.linkFor('agent'));
  await alerted(await open('phone', { locale: 'ja-JP', javaScriptEnabled: false }), server);
  await expect(desk.locator('.row').first()).toBeVisible();
  await desk.keyboard.press('j');
  await desk.keyboard.press('Enter');
  await expect(desk.locator('#reply')).toBeVisible();
  await desk.keyboard.press('r');
  await expect(desk.locator('#reply')).toBeFocused();
  const session = await desk.context().newCDPSession(desk);
  await session.send('Input.imeSetComposition', { text: 'だいじょうぶ', selectionStart: 6, selectionEnd: 6 });
  // As an input method lets them through: without a sign of their own.
  for (const [key, windowsVirtualKeyCode] of [['Enter', 13], ['Escape', 27]] as const) {
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode });
  }
  await expect(desk.locator('#reply')).toBeFocused();
  await expect(bubbles(desk)).toHaveCount(0);
  await session.send('Input.insertText', { text: '大丈夫です' });
  await expect(desk.locator('#reply')).toHaveValue('大丈夫です');
  await desk.keyboard.press('Enter');
  await expect(bubbles(desk)).toHaveText([/大丈夫です/]);
});
