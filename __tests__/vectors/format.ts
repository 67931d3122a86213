/**
 * What is in a file of vectors? Its form, and reading it: the fixture beside this file, or another one of the same
 * form that `ORACLE_VECTORS` names.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const GROUPS = ['lifecycle', 'directives', 'expiration', 'url', 'key', 'redact', 'options', 'session'] as const;
export type Group = (typeof GROUPS)[number];

export type Headers = Readonly<Record<string, string>>;
export interface Marked {
  readonly date?: number;
  readonly durationSeconds?: number;
  readonly special?: 'DO_NOT_CACHE' | 'NEVER_EXPIRE' | 'EXPIRE_IMMEDIATELY';
  readonly string?: string;
}
export type ExpirationValue = number | null | Marked;
/** A stale option: any staleness, or the longest. */
export type Staleness = true | number | { readonly durationSeconds: number };
export type Pattern = string | { readonly regex: string };
export type UrlPatterns = readonly (readonly [Pattern, ExpirationValue])[];

export interface SettingsInput {
  readonly expireAfter?: ExpirationValue;
  readonly urlsExpireAfter?: UrlPatterns;
  readonly cacheControl?: boolean;
  readonly allowableCodes?: readonly number[];
  readonly allowableMethods?: readonly string[];
  readonly ignoredParameters?: readonly string[];
  readonly matchHeaders?: boolean | readonly string[];
  readonly contentRootKey?: string;
  readonly staleIfError?: Staleness;
  readonly staleWhileRevalidate?: Staleness;
  readonly alwaysRevalidate?: boolean;
  readonly onlyIfCached?: boolean;
  readonly readOnly?: boolean;
  readonly disabled?: boolean;
  readonly filterResult?: boolean;
}

export interface OptionsInput {
  readonly expireAfter?: ExpirationValue;
  readonly onlyIfCached?: boolean;
  readonly refresh?: boolean;
  readonly forceRefresh?: boolean;
}

export interface RequestInput {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body?: string;
  readonly cookieSource?: 'jar' | 'header';
}

export interface CachedInput {
  readonly status: number;
  readonly headers: Headers;
  readonly expires: number | null;
  readonly createdAt: number;
  readonly request: RequestInput;
}

export interface ResponseInput {
  readonly status: number;
  readonly headers: Headers;
}

export interface LifecycleInput {
  readonly now: number;
  readonly settings: SettingsInput;
  readonly request: RequestInput;
  readonly options?: OptionsInput;
  readonly cached: CachedInput | null;
  readonly response: ResponseInput | null;
}
export interface DirectivesInput {
  readonly headers: Headers;
}
export interface ExpirationInput {
  readonly now: number;
  readonly value: ExpirationValue;
  readonly startTime?: number;
  readonly negativeDelta?: boolean;
  readonly ignoreInvalidHttpDate?: boolean;
}
export interface UrlInput {
  readonly url: string;
  readonly patterns: UrlPatterns;
}
export interface KeyInput {
  readonly settings: SettingsInput;
  readonly a: RequestInput;
  readonly b: RequestInput;
}
export interface RedactInput {
  readonly settings: SettingsInput;
  readonly request: RequestInput;
  readonly responseHeaders: Headers;
}
export interface OptionsMergeInput {
  readonly now: number;
  readonly headers: Headers;
  readonly options: OptionsInput;
}
export interface SessionStep {
  readonly at: number;
  readonly request: RequestInput;
  readonly options?: OptionsInput;
  readonly origin:
    { readonly error: true } | { readonly status: number; readonly headers: Headers; readonly body: string };
}
export interface SessionInput {
  readonly now: number;
  readonly settings: SettingsInput;
  readonly steps: readonly SessionStep[];
}

interface Inputs {
  readonly lifecycle: LifecycleInput;
  readonly directives: DirectivesInput;
  readonly expiration: ExpirationInput;
  readonly url: UrlInput;
  readonly key: KeyInput;
  readonly redact: RedactInput;
  readonly options: OptionsMergeInput;
  readonly session: SessionInput;
}

export interface VectorOf<G extends Group> {
  readonly id: string;
  readonly group: G;
  readonly input: Inputs[G];
  readonly expected: unknown;
  readonly rfcConflict?: string;
  readonly rfcConflictCategories?: readonly string[];
  readonly rfcConflictFields?: readonly string[];
}
export type Vector = { [G in Group]: VectorOf<G> }[Group];

export interface VectorFile {
  readonly constants: { readonly defaultIgnoredParameters: readonly string[] };
  readonly categories: Readonly<Record<string, string>>;
  readonly vectors: readonly Vector[];
}

export const FIXTURE = join(__dirname, 'requests-cache.json');

export function readVectors(path: string): VectorFile {
  return JSON.parse(readFileSync(path, 'utf8')) as VectorFile;
}
