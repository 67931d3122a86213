/** T24-T27; RFC 9110 §9.3.2, §14: HEAD, ranges and parts. */
import { ADAPTERS, fresh, outcome, useBench } from './bench.js';

const BODY = '0123456789';

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  const ranged = (): void => {
    bench.origin.reply('/r', (req, res) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '');
      if (range === null) {
        res.writeHead(200, fresh({ etag: '"1"', 'content-type': 'text/plain' })).end(BODY);
        return;
      }
      const [start, end] = [Number(range[1]), Number(range[2])];
      const headers = fresh({
        etag: '"1"',
        'content-type': 'text/plain',
        'content-range': `bytes ${range[1]!}-${range[2]!}/10`,
      });
      res.writeHead(206, headers).end(BODY.slice(start, end + 1));
    });
  };

  test('T24 a HEAD does not answer a GET', async () => {
    bench.origin.reply('/h', { headers: fresh({ 'content-type': 'text/plain' }), body: 'body' });
    const api = bench.client();
    expect((await api.head('/h')).data).toBe('');
    const { data, cache } = await api.get('/h');
    expect([data, cache.status]).toEqual(['body', 'miss']);
    expect(bench.origin.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  test('T24 a GET answers a HEAD, without a body and with the length of the body', async () => {
    bench.origin.reply('/h', { headers: fresh({ 'content-type': 'text/plain', 'content-length': '4' }), body: 'body' });
    const api = bench.client();
    await api.get('/h');
    const head = await api.head('/h');
    expect([head.data, head.cache.status, head.headers['content-length']]).toEqual(['', 'hit', '4']);
    expect((await api.get('/h')).data).toBe('body');
    expect(bench.origin.hits).toBe(1);
  });

  test('T24 a second HEAD is a hit', async () => {
    bench.origin.reply('/h', { headers: fresh(), body: 'body' });
    const api = bench.client();
    await api.head('/h');
    expect((await api.head('/h')).cache.status).toBe('hit');
  });

  test('T26 a part first: the whole is asked for, and no part is ever given as the whole', async () => {
    ranged();
    const api = bench.client();
    const part = await api.get('/r', { headers: { Range: 'bytes=0-3' } });
    expect([part.status, String(part.data)]).toEqual([206, '123'.padStart(4, '0')]);
    expect(part.cache).toMatchObject({ status: 'miss', stored: false });
    const whole = await api.get('/r', { transformResponse: [] });
    expect([whole.status, whole.data]).toEqual([200, BODY]);
    expect((await api.get('/r', { transformResponse: [] })).data).toBe(BODY);
  });

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('T26 the whole first: %s is cut from it', async (range, data, contentRange) => {
    ranged();
    const api = bench.client();
    await api.get('/r');
    const part = await api.get('/r', { headers: { Range: range }, transformResponse: [] });
    expect([part.status, part.data, part.cache.status]).toEqual([206, data, 'hit']);
    expect(part.headers['content-range']).toBe(contentRange);
    expect(part.headers['content-length']).toBe(String(data.length));
    expect((await api.get('/r', { transformResponse: [] })).data).toBe(BODY);
    expect(bench.origin.hits).toBe(1);
  });

  test('a range that lies outside of what is stored: 416, as from the origin', async () => {
    ranged();
    const api = bench.client();
    await api.get('/r');
    const { error } = await outcome(api.get('/r', { headers: { Range: 'bytes=50-60' } }));
    expect(error.response.status).toBe(416);
    expect(error.response.headers['content-range']).toBe('bytes */10');
  });

  test('a range cut from the store, as bytes and as a stream', async () => {
    ranged();
    const api = bench.client();
    await api.get('/r');
    const headers = { Range: 'bytes=2-4' };
    const bytes = await api.get('/r', { headers, responseType: 'arraybuffer' });
    expect(Buffer.from(bytes.data).toString()).toBe('234');
    const { data } = await api.get('/r', { headers, responseType: 'stream' });
    let text = '';
    for await (const piece of data) text += Buffer.from(piece).toString();
    expect(text).toBe('234');
  });

  test('T27 a 206 to a request without a range is passed on, and not stored', async () => {
    bench.origin.reply('/p', { status: 206, headers: fresh({ 'content-range': 'bytes 0-3/10' }), body: 'part' });
    const api = bench.client();
    for (let round = 1; round <= 2; round += 1) {
      const { status, cache } = await api.get('/p');
      expect([status, cache.status, cache.stored]).toEqual([206, 'miss', false]);
    }
    expect(bench.origin.hits).toBe(2);
  });

  test('a 200 to a range is the whole, and may be stored', async () => {
    bench.origin.reply('/w', { headers: fresh(), body: 'the whole' });
    const api = bench.client();
    expect((await api.get('/w', { headers: { Range: 'bytes=0-2' } })).data).toBe('the whole');
    expect((await api.get('/w')).data).toBe('the whole');
  });

  test('PEERS 2.1 #13: concurrent ranges do not share a flight', async () => {
    ranged();
    const api = bench.client();
    const ask = (range: string) => api.get('/r', { headers: { Range: range }, transformResponse: [] });
    const answers = await Promise.all([ask('bytes=0-1'), ask('bytes=2-3'), api.get('/r', { transformResponse: [] })]);
    expect(answers.map(({ data }) => data)).toEqual(['01', '23', BODY]);
  });
});
