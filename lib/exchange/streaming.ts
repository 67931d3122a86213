/**
 * What of a caller who wants a stream? It gets the content as it arrives, while a bounded copy is kept; the copy
 * is stored once the stream has ended well (RFC 9111 §3.3).
 *
 * The copy is taken from what the reader pulls: a slow or abandoned reader slows nobody else, and holds no more
 * than one entry may have.
 */
import type { AxiosResponse } from 'axios';
import { nodeModule } from '../platform.js';
import type { NodeReadable } from '../platform.js';
import { decide, perform, questionOf, withoutConditions } from './ask.js';
import { conclude } from './conclude.js';
import { callerHeaders, doubtAbout, hasNoContent, NO_CONTENT, readContent } from './content.js';
import type { Course, Forwarded } from './course.js';
import { decodingStream, isDecodable } from './decode.js';
import type { OriginOutcome } from './engine.js';
import { open } from './origin.js';
import type { Opened, OriginAnswer } from './origin.js';
import { ticketFor } from './tickets.js';
import { withOrWithout } from './validators.js';

/** Asks the origin for a stream. */
export async function askStreaming(course: Course, forwarded: Forwarded): Promise<AxiosResponse> {
  return conclude(course, forwarded, await stream({ ...course, ticket: ticketFor(course) }));
}

async function stream(course: Course): Promise<OriginOutcome> {
  const without = (): Promise<OriginOutcome> => openStream({ ...course, actions: withoutConditions(course) });
  try {
    return await withOrWithout(course, () => openStream(course), without);
  } catch (error) {
    return { kind: 'failed', error };
  }
}

async function openStream(course: Course): Promise<OriginOutcome> {
  const { passage, actions } = course;
  const { config, engine } = passage;
  const question = questionOf(course, actions.validationHeaders, config.signal as AbortSignal | undefined);
  const opened = await open(question, 'stream');
  const { raw, head } = opened;
  const source = sourceOf(raw.data, engine.maxEntryBytes);
  const content = source === undefined ? await readContent(raw, head.response, passage) : { body: NO_CONTENT };
  const headers = callerHeaders(raw, head.response, content.body, passage);
  const answer: OriginAnswer = { ...head, ...content, headers };
  const decision = await decide(actions, passage, answer, source === undefined);
  if (decision.kind === 'refetch') {
    source?.discard();
    return openStream({ ...course, actions: withoutConditions(course) });
  }
  if (source === undefined) return perform(course, answer, decision);
  if (decision.kind === 'freshen' || decision.kind === 'serve-stale') {
    source.discard();
    return perform(course, answer, decision);
  }
  const coding = source.undo ? coded(opened, course) : undefined;
  // How long the content will be once its coding is undone nobody knows.
  if (isDecodable(coding)) headers.delete('content-length');
  const keep = (bytes: Uint8Array): void => {
    const body = { form: 'content', bytes } as const;
    const unkept = doubtAbout(raw, head.response, bytes, passage);
    if (decision.kind !== 'store') return;
    const whole = { ...answer, body, unkept };
    if (passage.callbacks.filterFn === undefined) perform(course, whole, decision);
    else void performFiltered(course, whole);
  };
  // What is not kept may end what is.
  if (decision.kind === 'pass') perform(course, answer, decision);
  const data = source.tee(coding, keep);
  return { kind: 'answered', answer: { ...answer, opaque: { data } }, decision, entry: undefined, stored: false };
}

// The filter sees the content, which is there only now.
async function performFiltered(course: Course, answer: OriginAnswer): Promise<void> {
  const decision = await decide(course.actions, course.passage, answer);
  if (decision.kind === 'store') perform(course, answer, decision);
}

// The coding that we undo ourselves, so that a cut stream ends in an error.
function coded({ head }: Opened, { passage }: Course): string | undefined {
  const { config, kind } = passage;
  if (kind !== 'http' || config.decompress === false || hasNoContent(head.response.status, config.method))
    return undefined;
  return head.response.headers['content-encoding'];
}

interface Source {
  readonly undo: boolean;
  /** The stream for the reader; `keep` hears of the whole content when it has ended well. */
  tee(coding: string | undefined, keep: (bytes: Uint8Array) => void): unknown;
  discard(): void;
}

function sourceOf(data: unknown, limit: number): Source | undefined {
  if (typeof ReadableStream !== 'undefined' && data instanceof ReadableStream)
    return webSource(data as ReadableStream<Uint8Array>, limit);
  const isNodeStream = typeof (data as { pipe?: unknown } | undefined)?.pipe === 'function';
  return isNodeStream ? nodeSource(data as NodeReadable, limit) : undefined;
}

function createCopy(limit: number, keep: (bytes: Uint8Array) => void): { add(chunk: Uint8Array): void; end(): void } {
  let chunks: Uint8Array[] | undefined = [];
  let size = 0;
  return {
    add(chunk) {
      size += chunk.byteLength;
      if (size > limit) chunks = undefined;
      // A copy: what its reader does to a chunk is its own affair.
      chunks?.push(new Uint8Array(chunk));
    },
    end() {
      if (chunks === undefined) return;
      const bytes = new Uint8Array(size);
      let at = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.byteLength;
      }
      chunks = undefined;
      keep(bytes);
    },
  };
}

function nodeSource(source: NodeReadable, limit: number): Source {
  const node = nodeModule('stream');
  return {
    undo: true,
    tee(coding, keep) {
      if (node === undefined) return source;
      const copy = createCopy(limit, keep);
      const reader = new node.Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          copy.add(chunk);
          done(null, chunk);
        },
        flush(done) {
          copy.end();
          done();
        },
      });
      const decoder = decodingStream(coding);
      // An error on the way destroys the reader with it; a reader that goes away closes the connection.
      const streams = decoder === undefined ? [source, reader] : [source, decoder, reader];
      node.pipeline(streams as never, () => undefined);
      return reader;
    },
    discard() {
      source.destroy();
    },
  };
}

function webSource(source: ReadableStream<Uint8Array>, limit: number): Source {
  return {
    undo: false,
    tee(_coding, keep) {
      const copy = createCopy(limit, keep);
      return source.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            copy.add(chunk);
            controller.enqueue(chunk);
          },
          flush() {
            copy.end();
          },
        }),
      );
    },
    discard() {
      void source.cancel().catch(() => undefined);
    },
  };
}
