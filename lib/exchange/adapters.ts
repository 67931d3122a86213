/**
 * Which of axios' adapters carries a request? What one may rely on differs between them.
 */
import { getAdapter } from 'axios';
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios';
import type { AdapterKind } from './body.js';

/** Which of axios' adapters a setting means, resolved as axios resolves it. */
export function resolveAdapter(
  adapter: InternalAxiosRequestConfig['adapter'],
  config: InternalAxiosRequestConfig,
): { readonly run: AxiosAdapter; readonly kind: AdapterKind } {
  const run = resolve(adapter, config);
  return { run, kind: kindOf(run) };
}

// `getAdapter` takes the config since axios 1.12; its type does not say so everywhere.
const resolve = getAdapter as (
  adapter: InternalAxiosRequestConfig['adapter'],
  config: InternalAxiosRequestConfig,
) => AxiosAdapter;

function kindOf(run: AxiosAdapter): AdapterKind {
  if (run === HTTP) return 'http';
  if (run === XHR) return 'xhr';
  // A fetch adapter of its own is made for each `fetch`: it is known by what axios calls it.
  return run === FETCH || isFetchAdapter(run) ? 'fetch' : 'custom';
}

function known(name: AdapterKind): AxiosAdapter | undefined {
  try {
    return getAdapter(name);
  } catch {
    return undefined;
  }
}

const HTTP = known('http');
const XHR = known('xhr');
const FETCH = known('fetch');

function isFetchAdapter(run: AxiosAdapter): boolean {
  return (run as { adapterName?: unknown }).adapterName === 'fetch';
}
