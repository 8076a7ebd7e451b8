import { createMetrics } from "../../src/server/metrics.ts";
import { startServer } from "../../src/server/server.ts";
import { anEmptyOverview, aSampleOverview, NOW } from "./overview/sample.ts";

// node test/support/page-demo.ts [LINEAGES] [--trouble]: the status page over a sample, until Ctrl-C. 0 shows the first minute.
const lineages = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 40);
const trouble = process.argv.includes("--trouble");
const overview = lineages === 0 ? anEmptyOverview() : aSampleOverview({ lineages, trouble });
const server = await startServer({
  listen: { host: "127.0.0.1", port: 0 },
  overview: () => overview,
  metrics: createMetrics(),
  clock: { now: () => NOW },
  onError: (error) => console.error(error),
});
console.log(server.url);
process.once("SIGINT", () => void server.close());
