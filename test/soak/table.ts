import type { Finding, Sample } from "./judge.ts";

const COLUMNS = {
  heap: "heap",
  code: "code",
  external: "external",
  rss: "rss",
  "file handles": "files",
  "resource TCPSocketWrap": "sockets",
  "resource Timeout": "timers",
  "stop listeners": "listeners",
  "lines of metrics": "metrics",
  "history file": "history",
  "notification memory": "memory",
} as const;

const WIDTH = 11;

export const heading = ["pass", ...Object.values(COLUMNS)].map((name) => name.padStart(WIDTH)).join("");

export const row = ({ pass, values }: Sample): string =>
  [pass, ...Object.keys(COLUMNS).map((name) => values[name] ?? 0)]
    .map((value) => String(value).padStart(WIDTH))
    .join("");

export const verdict = (
  findings: readonly Finding[],
): { readonly text: string; readonly failed: boolean } => {
  const growing = findings.filter(({ isGrowth }) => isGrowth);
  const lines = findings.map(
    ({ name, measured, bound, isGrowth }) =>
      `${isGrowth ? "!!" : "ok"} ${name}: ${measured} (bound: ${bound})`,
  );
  const end = growing.length === 0 ? "flat" : `GROWTH: ${growing.map(({ name }) => name).join(", ")}`;
  return { text: [...lines, end].join("\n"), failed: growing.length > 0 };
};
