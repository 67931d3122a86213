// The peers, each loaded when it is measured.

const lazily =
  (file, name) =>
  async (...args) =>
    (await import(file))[name](...args);

const ACI = './axios-cache-interceptor.mjs';
export const aci = {
  sharing: lazily(ACI, 'sharing'),
  cloning: lazily(ACI, 'cloning'),
  sharingMany: lazily(ACI, 'sharingMany'),
  overLoopback: lazily(ACI, 'overLoopback'),
  inRedis: lazily(ACI, 'inRedis'),
};
export const gotCached = lazily('./got.mjs', 'gotCached');
export const undiciCached = lazily('./undici.mjs', 'undiciCached');
