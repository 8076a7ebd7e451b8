import type { Writable } from "node:stream";
import { type LogFields, plainFields } from "./log-fields.ts";
import { paint, safeText } from "./report/text.ts";
import type { LogFormat, LogLevel } from "./settings.ts";

export interface Logger {
  /** The message is static; what differs goes into the fields. */
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** Resolves when everything logged so far has left. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Standard error, as standard output belongs to `--json`. */
  readonly stream: Writable;
  readonly color?: boolean;
  readonly now?: () => Date;
}

export const createLogger = async (options: LoggerOptions): Promise<Logger> => {
  const { createLogger: createWinston, format, transports } = await import("winston");
  const { level, stream, now = () => new Date() } = options;
  const write = options.format === "json" ? jsonLine : textLine(options.color ?? false);
  const winston = createWinston({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: format.printf(({ entry }) => write(entry as Entry)),
    transports: [new transports.Stream({ stream, eol: "\n" })],
    exitOnError: false,
  });
  const ignore = ignoreBrokenPipe(stream);
  const log =
    (at: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (!winston.isLevelEnabled(at)) return;
      const plain = plainFields(fields, { stacks: level === "debug" });
      // One field of its own: winston appends a meta object's `message` to ours, and loses errors.
      winston.log({
        level: at,
        message,
        entry: { timestamp: now().toISOString(), level: at, message, plain },
      });
    };
  const flush = (): Promise<void> => drained(stream);
  return {
    error: log("error"),
    warn: log("warn"),
    info: log("info"),
    debug: log("debug"),
    flush,
    close: async () => {
      await flush();
      winston.close();
      ignore.stop();
    },
  };
};

interface Entry {
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly plain: Readonly<Record<string, unknown>>;
}

const RESERVED = ["timestamp", "level", "message"];

/** The log is read on terminals too, so hidden characters are written in JSON's own notation. */
const jsonLine = ({ plain, ...own }: Entry): string => {
  const fields = Object.entries(plain).map(([key, value]) => [
    RESERVED.includes(key) ? `${key}_` : key,
    value,
  ]);
  return safeText(JSON.stringify({ ...own, ...Object.fromEntries(fields) }));
};

const COLORS = { error: "red", warn: "yellow", info: "cyan", debug: "gray" } as const;

const textLine =
  (color: boolean) =>
  ({ timestamp, level, message, plain }: Entry): string => {
    const style = { color, columns: Number.POSITIVE_INFINITY };
    const fields = Object.entries(plain).map(
      ([key, value]) => `${paint(style, "gray", `${safeText(key)}=`)}${fieldText(value)}`,
    );
    const label = paint(style, COLORS[level], level.padEnd(5));
    return [timestamp, label, safeText(message), ...fields].join(" ");
  };

/** Quoted where it would not read as one word. */
const fieldText = (value: unknown): string =>
  safeText(typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));

const drained = (stream: Writable): Promise<void> =>
  stream.destroyed || stream.writableEnded
    ? Promise.resolve()
    : new Promise((resolve) => {
        stream.write("", () => resolve());
      });

/** A reader that has gone away (`2>&1 | head`) must not end a rotation half-way. */
const ignoreBrokenPipe = (stream: Writable): { stop(): void } => {
  const ignore = (): void => {};
  stream.on("error", ignore);
  return { stop: () => stream.off("error", ignore) };
};
