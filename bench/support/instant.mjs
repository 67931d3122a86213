// An axios adapter that answers at once, in this process: what is left is what axios and the cache cost.

/** What the origin says of its content; no less than most do. */
export function fieldsOf(length, more = {}) {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(length),
    'cache-control': 'max-age=3600',
    date: new Date().toUTCString(),
    etag: '"6a7e-18b3c1f2a40"',
    'x-request-id': '0f2d7f5e-7b0e-4b9a-9f5e-2c8f6f1f3c11',
    ...more,
  };
}

/** `answerAt`: resolves when the answer is there; without it that is now. `calls` counts. */
export function instantAdapter(content, more = {}, answerAt = undefined) {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  const fields = fieldsOf(bytes.byteLength, more);
  const answer = (config) => {
    adapter.calls += 1;
    return {
      data: config.responseType === 'arraybuffer' ? bytes : content,
      status: 200,
      statusText: 'OK',
      headers: { ...fields },
      config,
      request: undefined,
    };
  };
  const adapter =
    answerAt === undefined
      ? (config) => Promise.resolve(answer(config))
      : (config) => answerAt().then(() => answer(config));
  adapter.calls = 0;
  return adapter;
}
