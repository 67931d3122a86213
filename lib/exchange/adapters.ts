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
  return { run, kind: kindOf(run, config) };
}

// `getAdapter` takes the config since axios 1.12; its type does not say so everywhere.
const resolve = getAdapter as (
  adapter: InternalAxiosRequestConfig['adapter'],
  config?: InternalAxiosRequestConfig,
) => AxiosAdapter;

function kindOf(run: AxiosAdapter, config: InternalAxiosRequestConfig): AdapterKind {
  if (run === HTTP) return 'http';
  if (run === XHR) return 'xhr';
  // Since axios 1.12 there is a fetch adapter for each environment, kept by axios: the same config gives the same one.
  return run === FETCH || run === known('fetch', config) ? 'fetch' : 'custom';
}

function known(name: AdapterKind, config?: InternalAxiosRequestConfig): AxiosAdapter | undefined {
  try {
    return resolve(name, config);
  } catch {
    return undefined;
  }
}

const HTTP = known('http');
const XHR = known('xhr');
const FETCH = known('fetch');
