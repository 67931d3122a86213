/**
 * A real Chromium on a page that Vite has built, and two origins: the one the page comes from, and another on a port of
 * its own, which it reaches by CORS.
 *
 *   const stage = useStage();
 *   test('…', async () => {
 *     stage.api.reply('/users', cors({ body: [] }));
 *     const page = await stage.open();
 *     await page.evaluate(async (url) => window.lab.axios.get(url), stage.api.url);
 *   });
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startOrigin } from '../helpers/origin.js';
import type { CannedReply, Handler, Origin } from '../helpers/origin.js';

const root = join(__dirname, '..', '..');

// No connection of the browser's own: the tests need none, and some machines allow none.
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
  // A name for this machine that no browser takes for a secure context.
  '--host-resolver-rules=MAP insecure.test 127.0.0.1',
];

/** Found before all tests, by setup.mjs. */
export const executablePath = process.env['CHROMIUM'] ?? 'chromium';

export interface Stage {
  /** Where the page comes from. */
  readonly site: Origin;
  /** Another origin. */
  readonly api: Origin;
  /** A page of a new profile, or of one that is there already; it fails the test where it logs an error of a script. */
  open(context?: BrowserContext): Promise<Page>;
  context(): Promise<BrowserContext>;
}

/** Builds the page, starts browser and origins before the tests of a file, and ends them after. */
export function useStage(): Stage {
  let site: Origin;
  let api: Origin;
  let browser: Browser;
  let folder: string | undefined;
  const contexts = new Set<BrowserContext>();
  const problems: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cache-page-'));
    await buildPage(join(__dirname, 'page'), folder);
    [site, api, browser] = await Promise.all([
      startOrigin(servePage(folder)),
      startOrigin(cors({ status: 404 })),
      chromium.launch({ executablePath, args: FLAGS }),
    ]);
  }, 400_000);

  beforeEach(() => {
    site.reset();
    api.reset();
  });

  afterEach(async () => {
    await Promise.all([...contexts].map((context) => context.close()));
    contexts.clear();
    expect(problems.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    const begun = [browser, site, api] as readonly (Browser | Origin | undefined)[];
    for (const one of begun) await one?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  const stage: Stage = {
    get site() {
      return site;
    },
    get api() {
      return api;
    },
    async context() {
      const context = await browser.newContext();
      contexts.add(context);
      return context;
    },
    async open(given) {
      const page = await (given ?? (await stage.context())).newPage();
      page.on('pageerror', (error) => problems.push(String(error)));
      await goTo(page, site.url);
      return page;
    },
  };
  return stage;
}

/** Opens the page, and waits until its script has run. */
export async function goTo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => 'lab' in window);
}

/** Launches a browser whose profile lies in a folder, and outlives it. */
export function openProfile(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath, args: FLAGS });
}

/** Has Vite build a page. */
async function buildPage(page: string, outDir: string): Promise<void> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  await run([join(root, 'scripts', 'build.mjs'), '--if-needed']);
  await run([vite, 'build', page, '--config', join(page, 'vite.config.mjs'), '--outDir', outDir, '--logLevel', 'warn']);
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${args.join(' ')}: ${output}`))));
  });
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

function servePage(folder: string): Handler {
  const files = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(folder.length), readFileSync(file)]),
  );
  return (req, res) => {
    const path = req.url === '/' ? '/index.html' : (req.url ?? '');
    const file = files.get(path);
    if (file === undefined) res.writeHead(404).end();
    else res.writeHead(200, { 'content-type': TYPES[extname(path)] ?? '' }).end(file);
  };
}

/** What an origin says of itself to the pages of others. */
export interface CorsOptions {
  /** Response fields a script may read beyond the few it always may. */
  readonly expose?: string;
  /** Request fields a script may send beyond the few it always may. */
  readonly allow?: string;
  readonly credentials?: boolean;
}

/** A reply to a page of another origin, its preflight included. */
export function cors(reply: CannedReply | Handler, { expose, allow, credentials = false }: CorsOptions = {}): Handler {
  return async (req, res, n) => {
    allowOrigin(req, res, credentials);
    if (expose !== undefined) res.setHeader('access-control-expose-headers', expose);
    if (req.method === 'OPTIONS') {
      if (allow !== undefined) res.setHeader('access-control-allow-headers', allow);
      res.setHeader('access-control-allow-methods', 'GET, HEAD, POST, PUT, DELETE');
      res.writeHead(204).end();
      return;
    }
    if (typeof reply === 'function') await reply(req, res, n);
    else await answer(res, reply);
  };
}

function allowOrigin(req: IncomingMessage, res: ServerResponse, credentials: boolean): void {
  res.setHeader('access-control-allow-origin', credentials ? (req.headers.origin ?? '') : '*');
  if (credentials) res.setHeader('access-control-allow-credentials', 'true');
}

async function answer(res: ServerResponse, { status = 200, headers = {}, body, delayMs = 0 }: CannedReply) {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  for (const [name, value] of Object.entries(headers)) if (value !== null) res.setHeader(name, value);
  const isPlain = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  if (!isPlain) res.setHeader('content-type', 'application/json');
  res.writeHead(status).end(isPlain ? body : JSON.stringify(body));
}

/** The methods of the requests for a path, in order: preflights show as OPTIONS. */
export function methodsFor(origin: Origin, path: string): string[] {
  return origin.requests.filter(({ url }) => url.split('?')[0] === path).map(({ method }) => method);
}
