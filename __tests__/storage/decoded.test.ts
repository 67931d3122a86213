import type { Backend } from '../../lib/storage/backend.js';
import { encodeRecord } from '../../lib/storage/codec.js';
import { Decoded } from '../../lib/storage/decoded.js';
import type { EntryRecord, StoreRecord } from '../../lib/storage/records.js';
import { aKey, anEntry, anEpoch, closeAll, openStore } from './fixtures.js';

afterEach(closeAll);

/** A store of texts as a server is one: it answers later, and what is overdue leaves by itself. */
function aServerOf(texts: Map<string, string>, expires = true): Backend {
  return {
    expires,
    get: (name) => Promise.resolve(texts.get(name)),
    set: (name, value) => Promise.resolve(texts.set(name, String(value))),
    delete: (name) => Promise.resolve(texts.delete(name)),
    retain: () => () => undefined,
  };
}

const NAME = `test:v1:${aKey('a')}`;

function open(expires = true) {
  const texts = new Map([[NAME, encodeRecord(anEntry('a', '{"a":1}'), NAME)]]);
  const { store, events } = openStore({ store: aServerOf(texts, expires), namespace: 'test' });
  const read = async (): Promise<StoreRecord | undefined> => (await store.lookup([aKey('a')])).records[0];
  return { texts, events, read };
}

function textOf(record: StoreRecord | undefined): string | undefined {
  return record?.kind === 'entry' ? record.response.body.text : undefined;
}

describe('a text that was read before', () => {
  it('is not read again, though it comes as another string', async () => {
    const { texts, read } = open();
    const first = await read();
    texts.set(NAME, Buffer.from(texts.get(NAME) ?? '').toString());
    expect(first).toMatchObject(anEntry('a', { form: 'content', text: '{"a":1}' }));
    expect(await read()).toBe(first);
  });

  it.each([
    ['in its body', '{"a":1}', '{"a":2}'],
    ['in its facts', 'max-age=60', 'max-age=61'],
  ])('and was damaged since, %s, is found so at the next read', async (_, before, after) => {
    const { texts, events, read } = open();
    expect(await read()).toBeDefined();
    texts.set(NAME, (texts.get(NAME) ?? '').replace(before, after));
    expect(await read()).toBeUndefined();
    expect(events).toEqual([{ type: 'corrupt', key: aKey('a'), cause: 'checksum' }]);
  });

  it('and was replaced is the new one, and gone when that is gone', async () => {
    const { texts, read } = open();
    await read();
    texts.set(NAME, encodeRecord(anEntry('a', '{"a":2}'), NAME));
    expect(textOf(await read())).toBe('{"a":2}');
    texts.delete(NAME);
    expect(await read()).toBeUndefined();
  });

  it('is read each time where the store does not see to what is overdue', async () => {
    const { read } = open(false);
    const first = await read();
    expect(first).toBeDefined();
    expect(await read()).not.toBe(first);
  });
});

describe('what is kept', () => {
  const text = (name: string): string => encodeRecord(anEntry(name, 'x'.repeat(1_000)), name);
  const record = (name: string): EntryRecord => anEntry(name, { form: 'content', text: 'x'.repeat(1_000) });

  it('is what was used last, within its bytes', () => {
    const decoded = new Decoded(12_000);
    for (const name of ['a', 'b', 'c', 'd']) {
      decoded.keep(name, text(name), record(name));
      decoded.recall('a', text('a'));
    }
    const isKnown = (name: string): boolean => decoded.recall(name, text(name)) !== undefined;
    expect(['a', 'b', 'c', 'd'].filter(isKnown)).toEqual(['a', 'd']);
  });

  it('is handed out though there is no room for it', () => {
    const decoded = new Decoded(100);
    const given = record('a');
    expect(decoded.keep('a', text('a'), given)).toBe(given);
    expect(decoded.keep('b', encodeRecord(anEpoch, 'b'), anEpoch)).toBe(anEpoch);
    expect(decoded.recall('a', text('a'))).toBeUndefined();
  });

  it('counts what callers make of a body', () => {
    const decoded = new Decoded(12_000);
    const kept = decoded.keep('a', text('a'), record('a')) as EntryRecord;
    decoded.keep('b', text('b'), record('b'));
    // The one used last stays.
    decoded.recall('a', text('a'));
    kept.response.body.parsed = { value: {}, bytes: 5_000, isFrozen: false };
    expect(decoded.recall('b', text('b'))).toBeUndefined();
    expect(decoded.recall('a', text('a'))).toBe(kept);
  });

  it('says nothing of the same text under another name', () => {
    const decoded = new Decoded();
    decoded.keep('a', text('a'), record('a'));
    expect(decoded.recall('b', text('a'))).toBeUndefined();
  });
});
