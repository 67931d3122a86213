/** The OpenTelemetry example, over the real SDK in memory. */
import { build, run } from './run.js';

beforeAll(() => build(), 300_000);

test('events become metrics, and what the cache did becomes attributes of spans', async () => {
  const { code, stdout, stderr } = await run(['--unhandled-rejections=strict', 'examples/opentelemetry.mjs']);
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trim().split('\n');
  const metric = (name: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`metric ${name} `) ? [line.slice(`metric ${name} `.length)] : []));
  expect(metric('http.client.cache.requests')).toEqual([
    '{"cache.status":"miss","cache.reason":"uri-miss"} 2',
    '{"cache.status":"hit","cache.reason":"fresh"} 1',
    '{"cache.status":"bypass","cache.reason":"method"} 1',
  ]);
  expect(metric('http.client.cache.duration')).toHaveLength(3);
  expect(metric('http.client.cache.body.size')).toContain('{"cache.status":"hit"} 5');
  expect(metric('http.client.cache.not_stored')).toEqual(['{"cache.reason":"no-store"} 1']);
  expect(metric('http.client.cache.entries')).toEqual(['{} 1']);
  expect(Number(metric('http.client.cache.hit_ratio')[0]?.slice(3))).toBeCloseTo(1 / 3);
  const spans = lines
    .filter((line) => line.startsWith('span '))
    .map((line) => {
      const { 'cache.status': status, 'http.response.status_code': http } = JSON.parse(line.slice(line.indexOf('{')));
      return `${line.split(' ')[1]!} ${String(http)} ${String(status)}`;
    });
  expect(spans).toEqual(['GET 200 miss', 'GET 200 hit', 'GET 404 miss', 'POST 200 bypass']);
});
