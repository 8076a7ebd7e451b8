// Loaded with --import into the process that is measured: it says at its end what it has used. JavaScript, so that
// loading it costs next to nothing.
import { readFileSync, writeFileSync } from "node:fs";

const peak = () => {
  try {
    // Not maxRSS: Linux hands that on from the process that started us.
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
};

process.on("exit", () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rssBytes: peak() };
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify(usage));
});
