// What goes over a connection: misses, validations, and hits that lie in a Redis.
import { floor, overLoopback } from '../contenders/axios.mjs';
import { oursInRedis, oursOverLoopback } from '../contenders/ours.mjs';
import { raw } from '../contenders/redis.mjs';
import { aci, gotCached, undiciCached } from '../peers/index.mjs';
import { fieldsOf } from '../support/instant.mjs';
import { SIZES, jsonOf } from '../support/payloads.mjs';

let misses = 0;

function missed({ originUrl }) {
  const urlOf = () => {
    misses += 1;
    return `${originUrl}/json/${SIZES.small}?page=${misses}`;
  };
  return { urlOf, prime: [] };
}

const miss = {
  id: 'miss',
  title: 'miss over loopback, JSON 0.5 KB',
  clock: 'wall',
  contenders: {
    axios: (env) => overLoopback(missed(env), env),
    ours: (env) => oursOverLoopback(missed(env), env),
    aci: (env) => aci.overLoopback(missed(env), env),
    got: (env) => gotCached(missed(env), env),
    undici: (env) => undiciCached(missed(env), env),
  },
};

const validated = ({ originUrl }) => ({ urlOf: () => `${originUrl}/validated/${SIZES.small}` });
const conditional = { headers: { 'If-None-Match': fieldsOf(0).etag } };

const revalidation = {
  id: 'revalidation',
  title: 'revalidation over loopback (304), JSON 0.5 KB',
  clock: 'wall',
  contenders: {
    axios: (env) => overLoopback({ ...validated(env), config: conditional }, env),
    ours: (env) => oursOverLoopback(validated(env), env),
    aci: (env) => aci.overLoopback(validated(env), env),
    got: (env) => gotCached({ ...validated(env), prime: [] }, env),
    undici: (env) => undiciCached({ ...validated(env), prime: [] }, env),
  },
};

function redisHit(size, title) {
  const urlOf = () => `https://api.example.com/items?size=${size}`;
  const given = { name: size, content: jsonOf(SIZES[size]), urlOf };
  return {
    id: `redis-json-${size}`,
    title: `Redis hit, ${title}`,
    clock: 'wall',
    needs: 'redis',
    contenders: {
      raw: (env) => raw(given, env),
      floor: () => floor(given),
      ours: (env) => oursInRedis(given, env),
      aci: (env) => aci.inRedis(given, env),
    },
  };
}

export const wireRows = [miss, revalidation, redisHit('small', 'JSON 0.5 KB'), redisHit('121k', 'JSON 121 KB')];
