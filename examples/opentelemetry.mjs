// Metrics and span attributes of a cache, by OpenTelemetry.
// Run it: node examples/opentelemetry.mjs
// (needs @opentelemetry/api, @opentelemetry/sdk-metrics and @opentelemetry/sdk-trace-base)
//
// `measure` and `trace` are what you take with you. Everything else is here to have something to look at: an origin, and
// the SDK with exporters that keep in memory what a service would send to its collector.
import { createServer } from 'node:http';
import { metrics, SpanStatusCode, trace as tracing } from '@opentelemetry/api';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider } from '@opentelemetry/sdk-metrics';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import axios from 'axios';
import { cachePlugin } from 'axios-http-cache';

/** Makes metrics of a cache's events and figures; returns how to stop that. */
function measure(cache, meter) {
  const requests = meter.createCounter('http.client.cache.requests', {
    description: 'Requests, by what became of them',
  });
  const duration = meter.createHistogram('http.client.cache.duration', { unit: 'ms' });
  const bytes = meter.createCounter('http.client.cache.body.size', { unit: 'By' });
  const notStored = meter.createCounter('http.client.cache.not_stored', { description: 'Answers not stored, by why' });
  const troubles = meter.createCounter('http.client.cache.troubles', { description: 'What needs a look' });
  const entries = meter.createObservableGauge('http.client.cache.entries');
  const ratio = meter.createObservableGauge('http.client.cache.hit_ratio');

  const observe = (result) => {
    const { store, hitRatio } = cache.stats();
    if (store.entries !== undefined) result.observe(entries, store.entries);
    result.observe(ratio, hitRatio);
  };
  meter.addBatchObservableCallback(observe, [entries, ratio]);

  // Few values each: URLs and keys would make a time series of every request.
  const stop = cache.onEvent(({ type, reason, durationMs, bytes: size }) => {
    switch (type) {
      case 'hit':
      case 'stale':
      case 'revalidated':
      case 'miss':
      case 'bypass':
        requests.add(1, { 'cache.status': type, 'cache.reason': reason });
        duration.record(durationMs, { 'cache.status': type });
        if (size !== undefined) bytes.add(size, { 'cache.status': type });
        break;
      case 'not-stored':
        notStored.add(1, { 'cache.reason': reason });
        break;
      case 'degraded':
      case 'refresh-failed':
      case 'corrupt':
      case 'never-stores':
      case 'error':
        troubles.add(1, { 'cache.event': type });
        break;
    }
  });
  return () => {
    stop();
    meter.removeBatchObservableCallback(observe, [entries, ratio]);
  };
}

/** Puts each request into a span that says what the cache did. */
function trace(api, tracer) {
  const describe = (span, response) => {
    if (response === undefined) return;
    span.setAttribute('http.response.status_code', response.status);
    span.setAttribute('cache.status', response.cache.status);
    span.setAttribute('cache.reason', response.cache.reason);
    if (response.cache.ageSeconds !== undefined) span.setAttribute('cache.age', response.cache.ageSeconds);
  };
  const started = new WeakMap();
  api.interceptors.request.use((config) => {
    const method = (config.method ?? 'get').toUpperCase();
    started.set(config, tracer.startSpan(method, { attributes: { 'http.request.method': method } }));
    return config;
  });
  api.interceptors.response.use(
    (response) => {
      const span = started.get(response.config);
      if (span !== undefined) {
        describe(span, response);
        span.end();
      }
      return response;
    },
    (error) => {
      const span = started.get(error.config);
      if (span !== undefined) {
        describe(span, error.response);
        span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
        span.end();
      }
      throw error;
    },
  );
}

// ---- Something to look at ------------------------------------------------------------------------------------------

const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 60_000 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
const spanExporter = new InMemorySpanExporter();
tracing.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] }));

const origin = createServer((req, res) => {
  if (req.url === '/gone') res.writeHead(404, { 'cache-control': 'no-store' }).end();
  else res.writeHead(200, { 'cache-control': 'max-age=60' }).end('hello');
});
await new Promise((resolve) => origin.listen(0, '127.0.0.1', resolve));

const api = axios.create({ baseURL: `http://127.0.0.1:${origin.address().port}` }).use(cachePlugin());
const stop = measure(api.cache, metrics.getMeter('axios-http-cache'));
trace(api, tracing.getTracer('axios-http-cache'));

await api.get('/hello');
await api.get('/hello');
await api.get('/gone').catch(() => undefined);
await api.post('/hello', {});

await reader.forceFlush();
for (const { descriptor, dataPoints } of metricExporter.getMetrics().at(-1).scopeMetrics[0].metrics) {
  for (const { attributes, value } of dataPoints) {
    const amount = typeof value === 'object' ? `${value.count} times` : value;
    console.log('metric', descriptor.name, JSON.stringify(attributes), amount);
  }
}
for (const { name, attributes } of spanExporter.getFinishedSpans())
  console.log('span', name, JSON.stringify(attributes));

stop();
await reader.shutdown();
origin.close();
origin.closeAllConnections();
