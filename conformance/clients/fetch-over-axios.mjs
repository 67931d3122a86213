// How does an axios instance look like `fetch` to the suite's engine?
// In: an array of header pairs, a method, a body, a cache mode. Out: status, Headers, text(). Nothing else is read.

import http from 'node:http';

/** No test waits for an answer longer than this; an origin or a client that hangs would stop the whole run. */
const TIMEOUT_MS = 10_000;

/**
 * The settings of every instance under test: what fetch would do, in the words of axios. One connection per request, as
 * in the suite's own command line client: a body without a usable length then ends with its connection
 * (headers-store-Transfer-Encoding) instead of never.
 */
export function instanceDefaults({ adapter }) {
  return {
    adapter,
    httpAgent: new http.Agent({ keepAlive: false }),
    maxRedirects: 0,
    responseType: 'text',
    validateStatus: () => true,
  };
}

/** `onResponse` sees the axios response of each test request (not those that set a test up), for debugging. */
export function fetchOverAxios(instance, { onResponse } = {}) {
  return async function fetch(url, init = {}) {
    const { signal, whenDue } = deadline(`${init.method ?? 'GET'} ${url}`);
    const request = instance.request({
      url,
      method: init.method ?? 'GET',
      headers: requestHeaders(init),
      data: init.body,
      signal,
    });
    // The race is for clients that ignore the signal.
    const response = await Promise.race([request, whenDue]);
    if (url.includes('/test/')) onResponse?.(response);
    return new FetchedResponse(response);
  };
}

/** `cache: 'no-cache'` is how a page asks for a validation: fetch sends max-age=0. Other modes have no meaning here. */
function requestHeaders({ headers = [], cache }) {
  const combined = {};
  const pairs = cache === 'no-cache' ? [...headers, ['Cache-Control', 'max-age=0']] : headers;
  for (const [name, value] of pairs) {
    const known = Object.keys(combined).find((other) => other.toLowerCase() === name.toLowerCase());
    if (known === undefined) combined[name] = value;
    else combined[known] = `${combined[known]}, ${value}`;
  }
  return combined;
}

function deadline(what) {
  const controller = new AbortController();
  const whenDue = new Promise((_, reject) => {
    const timer = setTimeout(() => {
      controller.abort();
      reject(Object.assign(new Error(`no response to ${what} within ${TIMEOUT_MS / 1000} s`), { name: 'Timeout' }));
    }, TIMEOUT_MS);
    timer.unref();
  });
  whenDue.catch(() => {});
  return { signal: controller.signal, whenDue };
}

/** Not a real Response: its constructor refuses a body with 204 and 304, and every status above 599. */
class FetchedResponse {
  #data;

  constructor({ status, statusText, headers, data }) {
    this.status = status;
    this.statusText = statusText ?? '';
    this.headers = new Headers();
    for (const [name, value] of Object.entries({ ...headers })) {
      for (const line of [value].flat()) if (line != null) this.headers.append(name, String(line));
    }
    this.#data = data;
  }

  async text() {
    const data = this.#data;
    if (data == null) return '';
    if (typeof data === 'string') return data;
    if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return new TextDecoder().decode(data);
    return JSON.stringify(data);
  }
}
