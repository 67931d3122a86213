// Before all tests of browsers: where Chromium is, for stage.ts.
import { ensureChromium } from '../../scripts/ensure-chromium.mjs';

export default function setup() {
  process.env.CHROMIUM = ensureChromium();
}
