// Where things stand: whether somebody who looks at the screen sees the whole of them, and can press them.
import type { Locator } from '@playwright/test';

/** What hides an element or parts of it from who looks at the screen now: nothing, if it is whole. */
export function covered(element: Locator): Promise<string[]> {
  return element.evaluate((node) => {
    const faults: string[] = [];
    const box = node.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) return ['it has no size'];
    const page = document.documentElement;
    if (box.left < -0.5 || box.right > page.clientWidth + 0.5) faults.push(`beside the screen: ${box.left} to ${box.right}`);
    if (box.top < -0.5 || box.bottom > innerHeight + 0.5) faults.push(`above or below the screen: ${box.top} to ${box.bottom} of ${innerHeight}`);
    // Rounded corners belong to what lies behind: a little inside them.
    const inset = Math.min(6, box.width / 4, box.height / 4);
    for (const x of [box.left + inset, (box.left + box.right) / 2, box.right - inset]) {
      for (const y of [box.top + inset, (box.top + box.bottom) / 2, box.bottom - inset]) {
        const top = document.elementFromPoint(x, y);
        if (top && !node.contains(top) && !top.contains(node)) {
          faults.push(`under ${top.tagName.toLowerCase()}.${top.getAttribute('class') ?? ''} at ${Math.round(x)}, ${Math.round(y)}`);
        }
      }
    }
    return [...new Set(faults)];
  });
}

/** The same after the page was scrolled to it, as a reader would. */
export async function reachable(element: Locator): Promise<string[]> {
  await element.scrollIntoViewIfNeeded();
  await element.evaluate((node) => node.scrollIntoView({ block: 'nearest' }));
  return covered(element);
}
