/** The page's one axios instance. What it has fetched outlives the page, in IndexedDB. */
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { indexedDBStore } from '../indexeddb-store.js';

// Over fetch, the browser's own cache can be told to stay out of what this one decides.
export const api = axios.create({ adapter: 'fetch', baseURL: '/api' }).use(
  cachePlugin({
    store: indexedDBStore({ name: 'departures' }),
    // The first use opens the database, which takes a moment.
    storage: { timeout: 1_000, budget: 2_000 },
  }),
);
