/** What the page of the tests offers to them: the built package, as a bundler takes it. */
import axios from 'axios';
import { CacheConfigurationError, cachePlugin } from 'axios-http-cache';
import { indexedDBStore } from '../../../examples/browser/indexeddb-store.js';

const lab = { axios, cachePlugin, CacheConfigurationError, indexedDBStore };

declare global {
  interface Window {
    lab: typeof lab;
  }
}

window.lab = lab;
