/** A bucket of `burst` that fills at `rate` a second. */
export interface Bucket {
  /** Takes one, unless it is empty. */
  take(): boolean;
  /** Whole ones that are left. */
  left(): number;
  /** Seconds until there is one again. */
  wait(): number;
  readonly rate: number;
}

export const createBucket = (rate: number, burst: number): Bucket => {
  let level = burst;
  let at = performance.now();
  const fill = (): void => {
    const now = performance.now();
    level = Math.min(burst, level + ((now - at) / 1_000) * rate);
    at = now;
  };
  return {
    rate,
    take: () => {
      fill();
      if (level < 1) return false;
      level -= 1;
      return true;
    },
    left: () => {
      fill();
      return Math.floor(level);
    },
    wait: () => {
      fill();
      return level >= 1 ? 0 : (1 - level) / rate;
    },
  };
};
