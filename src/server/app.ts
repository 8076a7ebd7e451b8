import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Clock } from "../model/clock.ts";
import type { Overview } from "../model/overview.ts";
import { isLoopbackHost } from "./host-check.ts";
import type { Metrics } from "./metrics.ts";
import { FAVICON } from "./page/favicon.ts";
import { renderPage } from "./page/page.ts";
import { readQuery, refreshSeconds } from "./page/query.ts";
import { STYLE_HASH } from "./page/style.ts";
import { notReadyBecause, readinessNotes } from "./readiness.ts";

export interface AppOptions {
  readonly overview: () => Overview;
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, "now">;
  readonly onError: (error: unknown) => void;
  readonly onlyLoopbackHosts: boolean;
}

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: [STYLE_HASH],
    imgSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
  // We speak plain HTTP; whoever puts TLS before us decides about this.
  strictTransportSecurity: false,
});

const WHERE = "There is /, /metrics, /healthz and /readyz.\n";

export const createApp = (options: AppOptions): Hono => {
  const { overview, metrics, clock, onError, onlyLoopbackHosts } = options;
  const app = new Hono();
  app.use(headers);
  app.use(async (context, next) => {
    context.header("Cache-Control", "no-store");
    if (onlyLoopbackHosts && !isLoopbackHost(context.req.header("host")))
      return context.text("This server answers to localhost, 127.0.0.1 and [::1] only.\n", 421);
    if (context.req.method !== "GET" && context.req.method !== "HEAD") {
      context.header("Allow", "GET, HEAD");
      return context.text("This server can only be read: GET or HEAD.\n", 405);
    }
    return next();
  });
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) => {
    const seen = overview();
    const [reasons, notes] = [notReadyBecause(seen, clock.now()), readinessNotes(seen)];
    const answer = { ready: reasons.length === 0, reasons, ...(notes.length > 0 && { notes }) };
    return context.json(answer, answer.ready ? 200 : 503);
  });
  app.get("/metrics", async (context) => {
    const text = await metrics.render(overview());
    return context.body(text, 200, { "Content-Type": metrics.contentType });
  });
  app.get("/favicon.svg", (context) => context.body(FAVICON, 200, { "Content-Type": "image/svg+xml" }));
  app.get("/", (context) => {
    const query = readQuery(new URL(context.req.url).searchParams);
    const now = overview();
    const seconds = refreshSeconds(query, now);
    if (seconds !== undefined) context.header("Refresh", String(seconds));
    return context.html(renderPage(now, query, clock.now()));
  });
  app.notFound((context) => context.text(`Nothing is here. ${WHERE}`, 404));
  app.onError((error, context) => {
    onError(error);
    return context.text("Something went wrong here; the log says what.\n", 500);
  });
  return app;
};
