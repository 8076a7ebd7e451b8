import { describe, expect, test } from "vitest";
import { judge, MORE, type Sample, SLOPES, theilSen } from "./judge.ts";

/** Fifty samples, a hundred passes apart. */
const samples = (value: (pass: number, index: number) => number, name: string): readonly Sample[] =>
  Array.from({ length: 50 }, (_, index) => {
    const pass = (index + 1) * 100;
    return { pass, values: { [name]: value(pass, index) } };
  });

const grows = (name: string, value: (pass: number, index: number) => number): boolean =>
  judge(samples(value, name)).some(({ isGrowth }) => isGrowth);

/** As large as what differs between two looks at one heap; the same in each run. */
const jitter = (index: number): number => ((index * 7_919) % 51) * 1_000;

describe("the slope", () => {
  test("is that of a line, and wild samples do not move it", () => {
    const points = Array.from({ length: 20 }, (_, x) => [x, x % 6 === 0 ? 1e9 : 3 * x] as const);
    expect(theilSen(points.filter(([x]) => x % 6 !== 0))).toBe(3);
    expect(Math.abs(theilSen(points) - 3)).toBeLessThan(1);
  });

  test.each(Object.keys(SLOPES))("of %s is growth above its bound, and not at it", (name) => {
    const { perPass = 0 } = SLOPES[name] ?? {};
    // Past the noise within the second half.
    const steep = perPass * 1.01 + (SLOPES[name]?.noise ?? 0) / 2_400;
    expect(grows(name, (pass) => 2e7 + pass * perPass)).toBe(false);
    expect(grows(name, (pass) => 2e7 + pass * steep)).toBe(true);
  });

  test("of a kilobyte a pass stands out of the noise", () => {
    expect(grows("heap", (_, index) => 2e7 + jitter(index))).toBe(false);
    expect(grows("heap", (pass, index) => 2e7 + jitter(index) + pass * 1_024)).toBe(true);
  });

  test("of what is loaded and filled at first does not count", () => {
    expect(grows("heap", (pass) => 2e7 + Math.min(pass, 2_400) * 10_000)).toBe(false);
  });
});

describe("a count", () => {
  test("may be as high late as early, and higher only by what is stated", () => {
    const more = MORE["file handles"] ?? 0;
    expect(grows("file handles", (pass) => 30 + (pass > 4_500 ? more : 0))).toBe(false);
    expect(grows("file handles", (pass) => 30 + (pass > 4_500 ? more + 1 : 0))).toBe(true);
    expect(grows("stop listeners", (pass) => (pass > 4_500 ? 3 : 2))).toBe(true);
  });

  test("of a kind that comes up late is growth", () => {
    const early = samples(() => 1, "cron tasks");
    const late = early.map((sample, index) =>
      index < 45 ? sample : { ...sample, values: { ...sample.values, "resource Pipe": 1 } },
    );
    expect(judge(late).filter(({ isGrowth }) => isGrowth)).toMatchObject([{ name: "resource Pipe" }]);
  });
});

describe("a file", () => {
  test("may grow up to its bound", () => {
    expect(grows("history file", (pass) => pass * 1_000)).toBe(false);
    expect(grows("history file", (pass) => pass * 1_100)).toBe(true);
  });
});

test("too few samples are refused", () => {
  expect(() => judge(samples(() => 1, "heap").slice(0, 7))).toThrow("too few");
});
