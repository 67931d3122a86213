/** The example page: what it shows at once, and what it shows a moment later. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { useStage } from './stage.js';

const stage = useStage();
const root = join(__dirname, '..', '..');

let server: ChildProcess;
let url: string;

beforeAll(async () => {
  server = spawn(process.execPath, [join(root, 'examples', 'browser', 'serve.mjs'), '--port', '0'], { cwd: root });
  url = await new Promise((resolve, reject) => {
    let output = '';
    server.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    server.once('exit', () => reject(new Error(`the example ended: ${output}`)));
    server.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const [found] = /http:\S+/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
}, 120_000);

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await ended;
});

async function openBoard(colorScheme: 'light' | 'dark'): Promise<Page> {
  const page = await (await stage.context()).newPage();
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: 900, height: 860 });
  await page.goto(url);
  return page;
}

const badge = (page: Page): Promise<string | null> => page.locator('.card .badge').textContent();
const title = (page: Page): Promise<string | null> => page.locator('.card h2').textContent();

/** A picture, to be looked at: SCREENSHOTS names the folder. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

test.each(['light', 'dark'] as const)('%s: stale at once after a reload, then refreshed', async (scheme) => {
  const page = await openBoard(scheme);
  await page.locator('.card .badge.miss').waitFor();
  const first = await title(page);
  expect(first).toMatch(/^Board no\. \d+$/);
  await page.locator('.card .note', { hasText: 'Printed at' }).waitFor();
  await shoot(page, `${scheme}-miss`);

  // The origin says that it is good for five seconds.
  await page.waitForTimeout(5_500);
  // Somebody else changes the board meanwhile, so that there is something to be refreshed.
  await page.evaluate(() => fetch('/api/board', { method: 'POST' }));
  await page.reload();
  await page.locator('.card .badge.stale').waitFor();
  expect(await title(page)).toBe(first);
  expect(await page.locator('.card .state').textContent()).toBe('refreshing …');
  await shoot(page, `${scheme}-stale`);

  await page.locator('.card .badge.hit').waitFor();
  expect(await title(page)).not.toBe(first);
  expect(await page.locator('.log li').first().textContent()).toContain('A stored response was served');
  await shoot(page, `${scheme}-refreshed`);
});

test('a POST ends what was stored, and the page asks again', async () => {
  const page = await openBoard('light');
  await page.locator('.card .badge').waitFor();
  const first = await title(page);
  await page.getByRole('button', { name: 'Change the board' }).click();
  await page.locator('.log .badge.bypass').waitFor();
  await page.waitForFunction((first) => document.querySelector('.card h2')?.textContent !== first, first);
  expect(await badge(page)).toBe('miss');
});
