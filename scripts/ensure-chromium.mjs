// The tests of `npm run test:browser` drive a real Chromium. This finds one (CHROMIUM names another), installs Debian's
// where it may (root with apt-get, or Homebrew), and otherwise stops with one line that says what to install.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { find, install } from './ensure.mjs';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** The path of a Chromium, or undefined. */
export function findChromium() {
  const { CHROMIUM } = process.env;
  if (CHROMIUM) return CHROMIUM;
  for (const command of COMMANDS) {
    const found = find(command);
    if (found !== undefined) return found;
  }
  return MAC.find((file) => existsSync(file));
}

/** Finds or installs a Chromium and returns its path; ends the process with one line where it cannot. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const failure = install({ apt: 'chromium', brew: ['--cask', 'chromium'] });
  const installed = findChromium();
  if (installed) return installed;
  console.error(
    'The tests of browsers need a Chromium: install it (Debian: `sudo apt-get install chromium`; macOS: `brew install ' +
      `--cask chromium\`), or name one in CHROMIUM, and run again.${failure ? ` (Tried: ${failure})` : ''}`,
  );
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) ensureChromium();
