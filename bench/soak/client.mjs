// One service of the soak: a process with a cached client, whose users read, change and forget resources at random.
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache/core';
import { redisStore } from 'axios-http-cache/redis';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../support/clock.mjs';
import { serveParent } from '../support/children.mjs';
import { seeded } from '../support/random.mjs';
import { readBody } from './origin.mjs';
import { kindOf, LANGUAGES, PATHS, USERS } from './resources.mjs';

const [redisUrl, originUrl, processName, seed] = process.argv.slice(2);
/** The machine may be busy; what is promised does not depend on it. */
const PATIENT = { timeout: 300, budget: 750 };
const TOLD_WITH_REASON = new Set(['not-stored', 'corrupt', 'error']);
const LANES = 4;
const LONGEST_PAUSE_MS = 50;
const TIMEOUT_MS = 60_000;
const WATCH_MS = 20;

const random = seeded(Number(seed));
const instance = axios.create({ baseURL: originUrl, timeout: TIMEOUT_MS, validateStatus: null, responseType: 'text' });
const events = {};
const plugin = cachePlugin({
  store: redisStore(redisUrl),
  storage: PATIENT,
  onEvent({ type, reason, cause }) {
    const why = type === 'corrupt' || type === 'error' ? (cause?.message ?? cause) : reason;
    const name = why === undefined || !TOLD_WITH_REASON.has(type) ? type : `${type} ${why}`;
    events[name] = (events[name] ?? 0) + 1;
  },
});
const api = plugin(instance);
let log = [];
let isRunning = true;

/** Whether every invalidation of this process, as far as it is acknowledged, has reached the store. */
const isTold = () => api.cache.stats().store.pendingInvalidations === 0;

const ACTIONS = [
  [84, (path) => read(path, 'plain')],
  [4, (path) => read(path, 'stream')],
  [2, (path) => read(path, 'refresh')],
  [2, (path) => read(path, 'reload')],
  [4, (path) => change(path, 'PUT')],
  [2, (path) => change(path, 'POST')],
  [2, (path) => forget(path)],
];

async function read(path, mode) {
  const language = random.pick(LANGUAGES);
  const user = random.pick(USERS);
  const { byUser, sendsUser } = kindOf(path);
  const config = { headers: { 'Accept-Language': language } };
  if (byUser || sendsUser) config.headers.Authorization = user;
  if (mode === 'stream') config.responseType = 'stream';
  if (mode === 'refresh') config.cache = { refresh: true };
  if (mode === 'reload') config.cache = { forceRefresh: true };
  const entry = { type: 'read', process: processName, path, mode, language, user, start: now() };
  try {
    const response = await api.get(path, config);
    const body = mode === 'stream' ? await textOf(response.data) : response.data;
    Object.assign(entry, { end: now(), status: response.status, cache: response.cache.status, body: readBody(body) });
    entry.reason = response.cache.reason;
  } catch (error) {
    Object.assign(entry, { end: now(), error: `${error.code ?? ''} ${error.message}` });
  }
  log.push(entry);
}

async function textOf(stream) {
  if (typeof stream === 'string') return stream;
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function change(path, method) {
  const entry = { type: 'changed', process: processName, path, method, start: now() };
  try {
    const { status, data } = await api.request({ method, url: path, data: 'anything' });
    Object.assign(entry, { told: isTold(), end: now(), status, version: JSON.parse(data).version });
  } catch (error) {
    Object.assign(entry, { told: isTold(), end: now(), error: `${error.code ?? ''} ${error.message}` });
  }
  log.push(entry);
}

async function forget(path) {
  const entry = { type: 'forgotten', process: processName, path, start: now() };
  try {
    await api.cache.delete({ urls: [path] });
    Object.assign(entry, { told: isTold(), end: now() });
  } catch (error) {
    Object.assign(entry, { told: isTold(), end: now(), error: String(error) });
  }
  log.push(entry);
}

async function lane() {
  while (isRunning) {
    await random.weighted(ACTIONS)(random.pick(PATHS));
    await sleep(random.between(0, LONGEST_PAUSE_MS));
  }
}

// Says when all that was acknowledged before has been told.
let wasTold = true;
setInterval(() => {
  const told = isTold();
  if (told !== wasTold) log.push({ type: told ? 'all-told' : 'untold', process: processName, at: now() });
  wasTold = told;
}, WATCH_MS);

const lanes = [];
serveParent({
  start() {
    for (let n = 0; n < LANES; n += 1) lanes.push(lane());
    return true;
  },
  /** Hands over what was logged since the last time. */
  report() {
    const reported = log;
    log = [];
    return reported;
  },
  async stop() {
    isRunning = false;
    await Promise.all(lanes);
    return { events, told: isTold() };
  },
});
