/** One look at the process, by what was measured. Absent is 0: a kind of resource that there is none of is not listed. */
export interface Sample {
  readonly pass: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface Finding {
  readonly name: string;
  /** E.g. `1030 bytes a pass`. */
  readonly measured: string;
  readonly bound: string;
  readonly isGrowth: boolean;
}

interface SlopeBound {
  /** More than this a pass is growth, */
  readonly perPass: number;
  /** once it has come to this much: less, caches do by themselves. */
  readonly noise: number;
}

/**
 * In bytes. An hourly daemon makes 8,760 passes a year: at 100 bytes a pass its heap grows by less than 1 MB in that
 * time. Two looks at a flat heap differ by up to 50,000; buffers and code come in larger pieces. What the system gives a process is bound more loosely: it comes in
 * pages, and goes back when the system likes; what the other two overlook would have to be native memory.
 */
export const SLOPES: Readonly<Record<string, SlopeBound>> = {
  heap: { perPass: 100, noise: 75_000 },
  code: { perPass: 100, noise: 100_000 },
  external: { perPass: 100, noise: 100_000 },
  rss: { perPass: 4_000, noise: 24_000_000 },
};

/**
 * How many more a count may be at its most, late in the run, than early. Sockets and files: one of each kind may be on
 * its way out as we look. Everything else is the same number, always.
 */
export const MORE: Readonly<Record<string, number>> = {
  "file handles": 2,
  "resource TCPSocketWrap": 2,
  "resource Timeout": 2,
  // Routes by status, actions by reason: some come up late for the first time. A series for each project that ever was
  // would be hundreds.
  "lines of metrics": 60,
};

/** In bytes: these hold text that differs from one sample to the next, and have a bound of their own. */
export const MOST: Readonly<Record<string, number>> = {
  // 5 MB, and the line that went past it.
  "history file": 5_100_000,
  // A handful of open concerns of two receivers comes to 3,000.
  "notification memory": 5_000,
};

/** The slope that half of all pairs exceed: a few wild samples do not move it. */
export const theilSen = (points: readonly (readonly [x: number, y: number])[]): number => {
  const slopes = points
    .flatMap(([x, y], index) => points.slice(index + 1).map(([x2, y2]) => (y2 - y) / (x2 - x)))
    .sort((one, other) => one - other);
  const middle = slopes.length / 2;
  return ((slopes[Math.ceil(middle) - 1] ?? 0) + (slopes[Math.floor(middle)] ?? 0)) / 2;
};

const judgeSlope = (name: string, samples: readonly Sample[], bound: SlopeBound): Finding => {
  const half = samples.slice(Math.floor(samples.length / 2));
  const slope = theilSen(half.map(({ pass, values }) => [pass, values[name] ?? 0]));
  const grown = slope * ((half.at(-1)?.pass ?? 0) - (half[0]?.pass ?? 0));
  return {
    name,
    measured: `${Math.round(slope)} bytes a pass`,
    bound: `${bound.perPass} bytes a pass, or ${bound.noise} in all`,
    isGrowth: slope > bound.perPass && grown > bound.noise,
  };
};

/** Early is the second tenth: in the first, everything is loaded and filled. */
const judgeCount = (name: string, samples: readonly Sample[]): Finding => {
  const tenth = Math.ceil(samples.length / 10);
  const most = (some: readonly Sample[]): number => Math.max(...some.map(({ values }) => values[name] ?? 0));
  const early = most(samples.slice(tenth, 2 * tenth));
  const late = most(samples.slice(-tenth));
  const more = MORE[name] ?? 0;
  return { name, measured: `${early}, then ${late}`, bound: `${more} more`, isGrowth: late > early + more };
};

const judgeMost = (name: string, samples: readonly Sample[], bound: number): Finding => {
  const most = Math.max(...samples.map(({ values }) => values[name] ?? 0));
  return { name, measured: `${most} bytes`, bound: `${bound} bytes`, isGrowth: most > bound };
};

/** Fewer samples tell nothing about halves and tenths. */
export const FEWEST_SAMPLES = 8;

export const judge = (samples: readonly Sample[]): readonly Finding[] => {
  if (samples.length < FEWEST_SAMPLES)
    throw new Error(`${samples.length} samples are too few to judge by: at least ${FEWEST_SAMPLES}`);
  const names = [...new Set(samples.flatMap(({ values }) => Object.keys(values)))];
  return names.map((name) => {
    const [slope, most] = [SLOPES[name], MOST[name]];
    if (slope !== undefined) return judgeSlope(name, samples, slope);
    return most === undefined ? judgeCount(name, samples) : judgeMost(name, samples, most);
  });
};
