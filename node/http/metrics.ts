import type { Hono } from 'hono';
import type { UnitName } from '../contract/trace.ts';

/** What a unit tells of itself in numbers. */
export interface MetricsSource {
  readonly unit: UnitName;
  /** How often it did what since it started, by kind of fact. */
  counts(): ReadonlyMap<string, number>;
}

/** `GET /metrics` in the text format of Prometheus: what the unit did, by kind, and what its process costs. */
export function addMetrics(app: Hono, { unit, counts }: MetricsSource): void {
  app.get('/metrics', (context) => {
    const { user, system } = process.cpuUsage();
    const lines = [
      '# HELP aoscope_facts_total What the unit did since it started, by kind.',
      '# TYPE aoscope_facts_total counter',
      ...[...counts()].map(([kind, count]) => `aoscope_facts_total{unit="${unit}",kind="${kind}"} ${count}`),
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${performance.timeOrigin / 1e3}`,
    ];
    return context.text(`${lines.join('\n')}\n`, 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}
