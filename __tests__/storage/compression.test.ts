/** What goes to an outside store compressed comes back as it was, whoever reads it, and never without end. */
import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { CacheConfigurationError } from '../../lib/errors.js';
import { encodeRecord, longestOctets } from '../../lib/storage/codec.js';
import { bodyBytes } from '../../lib/storage/records.js';
import { longestSealed } from '../../lib/storage/sealed.js';
import { aKey, anEntry, anEpoch, closeAll, collect, NOW, someVariants } from './fixtures.js';
import { causes, longestBlock, NAME, opened, sealingStore, transform, withoutNode } from './sealing.js';

const hasZstd = 'zstdCompressSync' in zlib;
const JSON_TEXT = JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id, name: `user ${id}`, active: true })));
const LARGE = JSON_TEXT.repeat(100);
const text = (body: string): string => encodeRecord(anEntry('it', body), NAME);

afterEach(closeAll);

describe('a text', () => {
  test.each([
    ['small, at once', JSON_TEXT],
    ['large, in the background', LARGE],
  ])('is compressed: %s', async (_, body) => {
    const { seal } = transform({ compression: true });
    const sealed = seal(text(body), NAME);
    expect(sealed instanceof Promise).toBe(body === LARGE);
    expect(await sealed).toMatch(/^gzip:[A-Za-z0-9+/]+={0,2}$/);
    expect((await sealed).length).toBeLessThan(body.length / 4);
    expect(await opened(transform({ compression: true }), await sealed)).toBe(text(body));
  });

  test('is read whether or not the reader compresses, and so is a plain one', async () => {
    const [off, on] = [transform(), transform({ compression: true })];
    const compressed = await on.seal(text(JSON_TEXT), NAME);
    expect(off.seal(text(JSON_TEXT), NAME)).toBe(text(JSON_TEXT));
    for (const reader of [off, on])
      for (const value of [compressed, text(JSON_TEXT)]) expect(await opened(reader, value)).toBe(text(JSON_TEXT));
  });

  test('stays as it is below the threshold, and where nothing would be gained', async () => {
    const { seal } = transform({ compression: true });
    expect(seal(text('a'.repeat(1_023)), NAME)).toBe(text('a'.repeat(1_023)));
    expect(seal(text('a'.repeat(1_024)), NAME)).toMatch(/^gzip:/);
    const noise = encodeRecord(anEntry('it', randomBytes(30_000)), NAME);
    expect(await seal(noise, NAME)).toBe(noise);
    const own = transform({ compression: { threshold: 100 } });
    expect(own.seal(text('a'.repeat(99)), NAME)).toBe(text('a'.repeat(99)));
    expect(own.seal(text('a'.repeat(600)), NAME)).toMatch(/^gzip:/);
    for (const record of [anEpoch, someVariants])
      expect(own.seal(encodeRecord(record), NAME)).toBe(encodeRecord(record));
  });

  test('of any kind comes back unchanged', async () => {
    const all = [transform({ compression: { threshold: 0 } }), transform({ compression: true }), transform()];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 3_000 })),
        fc.integer({ min: 1, max: 300 }),
        async (body, times) => {
          const content = typeof body === 'string' ? body.repeat(times) : body;
          const record = encodeRecord(anEntry('it', content), NAME);
          for (const { seal } of all) {
            const sealed = await seal(record, NAME);
            for (const reader of all) expect(await opened(reader, sealed)).toBe(record);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('of any content whatever opens to something, and never throws', async () => {
    const { open } = transform({ compression: true });
    const base64 = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.anything(),
          base64,
          fc.constant(zlib.gzipSync('half').toString('base64').slice(0, 20)),
        ),
        fc.constantFrom('', 'gzip:', 'zstd:', 'aes-256-gcm:k1:', 'aes-256-gcm+gzip:k1:', 'br:'),
        async (content, head) => {
          await open(content, NAME);
          await open(`${head}${typeof content === 'string' ? content : ''}`, NAME);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('is refused where it is damaged', async () => {
    const reader = transform();
    const good = await transform({ compression: true }).seal(text(JSON_TEXT), NAME);
    const invalid = Buffer.from([0xff, 0xfe, 0xff]);
    for (const value of [
      'gzip:',
      'gzip:x',
      'gzip:AAAA',
      good.slice(0, -8),
      good.replace('gzip:', 'zstd:'),
      `gzip:${zlib.gzipSync(invalid).toString('base64')}`,
    ])
      expect([value.slice(0, 9), await opened(reader, value)]).toEqual([value.slice(0, 9), 'compression']);
  });
});

describe('zstd', () => {
  test('compresses where the runtime has it; elsewhere the option is an error, and an entry a miss', async () => {
    const zstd = (): unknown => transform({ compression: { algorithm: 'zstd' } });
    if (!hasZstd) {
      expect(zstd).toThrow(CacheConfigurationError);
      expect(zstd).toThrow(/"compression\.algorithm": got "zstd", takes 'gzip' here: this runtime has no zstd/);
      expect(await opened(transform(), 'zstd:KLUv/SQBCQAAYpfHM9Q=')).toBe('compression');
      return;
    }
    const { seal } = transform({ compression: { algorithm: 'zstd' } });
    for (const body of [JSON_TEXT, LARGE]) {
      const sealed = await seal(text(body), NAME);
      expect(sealed).toMatch(/^zstd:/);
      expect(sealed.length).toBeLessThan(body.length / 4);
      expect(await opened(transform(), sealed)).toBe(text(body));
    }
  });
});

describe('T69 what inflates too far', () => {
  // 1 GB of zeros: gzip members one after the other are one content.
  const member = zlib.gzipSync(Buffer.alloc(16_777_216));
  const bomb = `gzip:${Buffer.concat(Array.from({ length: 64 }, () => member)).toString('base64')}`;
  const small = `gzip:${zlib.gzipSync(Buffer.alloc(8_000_000)).toString('base64')}`;

  test('stops at the size an entry can have, and is reported once', async () => {
    const map = new Map<string, unknown>();
    const cache = sealingStore(map);
    const before = process.memoryUsage.rss();
    for (const value of [bomb, small, bomb]) {
      map.set(NAME, value);
      expect((await cache.store.lookup([aKey('it')])).records).toEqual([undefined]);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
    expect(causes(cache)).toEqual(['inflates-too-far']);
    expect(cache.store.figures().reading).toBe('closed');
  });

  test('neither blocks the event loop nor fails in the web platform’s streams', async () => {
    const reader = transform();
    expect(await longestBlock(async () => expect(await opened(reader, bomb)).toBe('inflates-too-far'))).toBeLessThan(
      300,
    );
    await withoutNode(async () => expect(await opened(transform(), bomb)).toBe('inflates-too-far'));
  });

  test('depends on maxEntryBytes, to the octet', async () => {
    const maxEntryBytes = 1_000;
    const most = longestOctets(maxEntryBytes);
    const of = (octets: number): string => `gzip:${zlib.gzipSync(Buffer.alloc(octets, 'a')).toString('base64')}`;
    expect(await opened(transform({ maxEntryBytes }), of(most))).toBe('a'.repeat(most));
    expect(await opened(transform({ maxEntryBytes }), of(most + 1))).toBe('inflates-too-far');
    expect(await opened(transform({ maxEntryBytes: Infinity }), of(most + 1))).toBe('a'.repeat(most + 1));
  });

  test('T68 a text that is too long is refused before anything is done to it', async () => {
    const long = `gzip:${'A'.repeat(longestSealed(longestOctets(1_000)))}`;
    expect(await opened(transform({ maxEntryBytes: 1_000 }), long)).toBe('too-large');
  });
});

describe('without Node', () => {
  test('gzip is that of the web platform, and either reads the other’s', async () => {
    const node = transform({ compression: true });
    const web = await withoutNode(() => transform({ compression: true }));
    for (const body of [JSON_TEXT, LARGE]) {
      const [ofNode, ofWeb] = [await node.seal(text(body), NAME), await web.seal(text(body), NAME)];
      expect(ofWeb).toMatch(/^gzip:/);
      for (const reader of [node, web])
        for (const sealed of [ofNode, ofWeb]) expect(await opened(reader, sealed)).toBe(text(body));
    }
    expect(await opened(web, 'gzip:AAAA')).toBe('compression');
  });

  test('and without such streams the option is an error; what others compressed is a miss', async () => {
    const sealed = await transform({ compression: true }).seal(text(JSON_TEXT), NAME);
    await withoutNode(async () => {
      expect(() => transform({ compression: true })).toThrow(CacheConfigurationError);
      expect(() => transform({ compression: true })).toThrow(/"compression": got true, takes false here: .* neither/);
      expect(await opened(transform(), sealed)).toBe('compression');
      expect(await opened(transform(), text(JSON_TEXT))).toBe(text(JSON_TEXT));
    }, 'CompressionStream');
  });
});

describe('a record store', () => {
  test('keeps compressed and plain entries side by side, and lists them all', async () => {
    const map = new Map<string, unknown>();
    const [plain, compressing] = [sealingStore(map), sealingStore(map, { compression: true })];
    plain.store.put(anEntry('plain', JSON_TEXT), 60);
    compressing.store.put(anEntry('small', JSON_TEXT), 60);
    compressing.store.put(anEntry('large', LARGE), 60);
    compressing.store.put(anEpoch, 60);
    await compressing.store.flush();
    expect([...map.values()].map((value) => String(value).slice(0, 5)).sort()).toEqual([
      'gzip:',
      'gzip:',
      '{"v":',
      '{"v":',
    ]);
    for (const { store } of [plain, compressing]) {
      expect(await collect(store.records())).toHaveLength(4);
      const { records } = await store.lookup([aKey('large'), aKey('plain'), aKey('small'), aKey('epoch')]);
      expect(records.map((record) => record?.kind)).toEqual(['entry', 'entry', 'entry', 'epoch']);
      const [large] = records;
      expect(large?.kind === 'entry' && Buffer.from(bodyBytes(large.response.body)).toString()).toBe(LARGE);
      expect(large).toMatchObject({ response: { requestedAt: NOW } });
    }
    expect([...plain.events, ...compressing.events]).toEqual([]);
  });

  test('T64 a compressed entry under another key is a miss', async () => {
    const map = new Map<string, unknown>();
    const cache = sealingStore(map, { compression: true });
    cache.store.put(anEntry('alice', JSON_TEXT), 60);
    await cache.store.flush();
    map.set(NAME, [...map.values()][0]);
    expect((await cache.store.lookup([aKey('it')])).records).toEqual([undefined]);
    expect(causes(cache)).toEqual(['wrong-key']);
  });
});
