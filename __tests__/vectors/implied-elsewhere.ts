/**
 * Which vectors of the groups `session`, `key` and `redact` show a conflict without saying so? See implied.ts.
 */
import { CacheDirectives, DEFAULT_IGNORED_PARAMETERS, toFields } from 'axios-http-cache/policy';

import type { RequestInput, SessionStep, SettingsInput, VectorOf } from './format.js';

export interface Conflict {
  readonly category: string;
  /** Paths into `expected` that it concerns. */
  readonly fields: readonly string[];
}

interface ExpectedStep {
  readonly body?: string;
  readonly fromCache?: boolean;
  readonly sentIfNoneMatch: string | null;
  readonly sentIfModifiedSince: string | null;
}

export function impliedInSession({ input, expected }: VectorOf<'session'>): readonly Conflict[] {
  const seen = (expected as { readonly steps: readonly ExpectedStep[] }).steps;
  return input.steps.flatMap((step, index) => {
    const earlier = input.steps.slice(0, index).filter(({ request }) => request.url === step.request.url);
    const wanted = seen[index];
    if (wanted === undefined) return [];
    const path = `steps.${index}`;
    const conflicts: Conflict[] = [];
    if (earlier.some((other) => isAskedForAnother(step, other, wanted)))
      conflicts.push({
        category: 'vary-mismatch-validators',
        fields: [`${path}.sentIfNoneMatch`, `${path}.sentIfModifiedSince`],
      });
    const isHelpedOut = 'error' in step.origin && wanted.fromCache === true;
    if (isHelpedOut && input.settings.cacheControl === true && earlier.some((other) => saysNoCache(other, wanted.body)))
      conflicts.push({ category: 'stale-despite-must-revalidate', fields: [path] });
    return conflicts;
  });
}

// The validators sent are those of a response to other request headers.
function isAskedForAnother(step: SessionStep, other: SessionStep, sent: ExpectedStep): boolean {
  if ('error' in other.origin) return false;
  const stored = toFields(other.origin.headers);
  const isSent = [
    sent.sentIfNoneMatch !== null && sent.sentIfNoneMatch === stored['etag'],
    sent.sentIfModifiedSince !== null && sent.sentIfModifiedSince === stored['last-modified'],
  ].includes(true);
  const [mine, theirs] = [toFields(step.request.headers), toFields(other.request.headers)];
  const names = (stored['vary'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  return isSent && names.some((name) => name === '*' || mine[name] !== theirs[name]);
}

function saysNoCache({ origin }: SessionStep, body: string | undefined): boolean {
  return !('error' in origin) && origin.body === body && CacheDirectives.fromHeaders(origin.headers).noCache;
}

/** Names of parameters match in any case here, and an empty query is not the same as none. */
export function impliedInNames(vector: VectorOf<'key'> | VectorOf<'redact'>): readonly Conflict[] {
  const requests = vector.group === 'key' ? [vector.input.a, vector.input.b] : [vector.input.request];
  const names = requests.flatMap(parameterNames);
  const conflicts: Conflict[] = [];
  if (names.some((name) => differsInCase(name, vector.input.settings)))
    conflicts.push({ category: 'header-redaction-case-sensitive', fields: ['*'] });
  const isEmpty = (request: RequestInput): boolean => /\?(#|$)/.test(request.url);
  if (vector.group === 'key' && isEmpty(vector.input.a) !== isEmpty(vector.input.b))
    conflicts.push({ category: 'blank-parameter-dropped', fields: ['*'] });
  return conflicts;
}

function parameterNames({ url, body = '', headers }: RequestInput): string[] {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const isForm = toFields(headers)['content-type']?.includes('form-urlencoded') ?? false;
  const form = [...new URLSearchParams(query), ...new URLSearchParams(isForm ? body : '')].map(([name]) => name);
  const json = [...body.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map(([, name = '']) => name);
  return [...form, ...(isForm ? [] : json)];
}

function differsInCase(name: string, { ignoredParameters = DEFAULT_IGNORED_PARAMETERS }: SettingsInput): boolean {
  const isExact = ignoredParameters.includes(name);
  return !isExact && ignoredParameters.some((ignored) => ignored.toLowerCase() === name.toLowerCase());
}
