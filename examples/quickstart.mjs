// The shortest way to a cached axios. Run it: node examples/quickstart.mjs
import { createServer } from 'node:http';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

// One line makes axios an HTTP cache: in memory, bounded to 64 MiB, with the rules of RFC 9111.
axios.use(cachePlugin());

// An origin to ask. It says that its answer is good for a minute, and counts how often it was asked.
let asked = 0;
const origin = createServer((req, res) => {
  asked += 1;
  res.setHeader('cache-control', 'max-age=60');
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ users: ['Ada', 'Bob'], answer: asked }));
});
await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${origin.address().port}/users`;

// The first request goes to the origin, the second is answered from memory.
const first = await axios.get(url);
const second = await axios.get(url);
console.log('first: ', first.cache.status, first.data);
console.log('second:', second.cache.status, second.data);
console.log(`The origin was asked ${asked} time(s).`);

// Every response says why it is what it is.
console.log(second.cache.explain());
console.log(second.headers['cache-status']);

// Any request may have its own wishes: here, to hear from the origin now.
const third = await axios.get(url, { cache: { forceRefresh: true } });
console.log('third: ', third.cache.status, third.data);

// What was stored can be taken out again.
console.log('removed:', await axios.cache.delete({ urls: [url] }));
const fourth = await axios.get(url);
console.log('fourth:', fourth.cache.status, fourth.data);

origin.close();
origin.closeAllConnections();
