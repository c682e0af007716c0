import { UsageError } from "./io.js";

const units = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of "500ms", "90s", "15m", "24h" or "30d"; a bare number is seconds. Throws UsageError, naming `option`. */
export function parseDuration(option: string, text: string): number {
  const match = /^(\d+)(ms|s|m|h|d)?$/.exec(text);
  const seconds = match === null ? 0 : Number(match[1]) * units[(match[2] ?? "s") as keyof typeof units];
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new UsageError(`${option} takes a duration above zero, such as 90s, 15m, 24h or 30d`);
}

/** Seconds since 1970 of "2026-01-31", "2026-01-31T12:00:00Z" or a plain number. Throws UsageError, naming `option`. */
export function parseTime(option: string, text: string): number {
  const isoTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;
  const seconds = /^\d+$/.test(text) ? Number(text) : isoTime.test(text) ? Math.floor(Date.parse(text) / 1000) : Number.NaN;
  if (seconds >= 0 && seconds <= 0xffff_ffff) return seconds;
  throw new UsageError(`${option} takes a time, such as 2026-01-31, 2026-01-31T12:00:00Z or seconds since 1970`);
}

/** A whole number from `least` to `most`. Throws UsageError, naming `option`. */
export function parseCount(option: string, text: string, least: number, most: number): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && count <= most) return count;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}`);
}
