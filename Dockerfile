# The image decides the Node version; give a digest (NODE_IMAGE=node:24-bookworm-slim@sha256:…) for builds that repeat exactly.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY config/ config/
COPY src/ src/
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Types and source maps are never loaded, and are a good part of the size.
RUN npm ci --omit=dev --ignore-scripts \
    && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.map' \) -delete

FROM ${NODE_IMAGE} AS runtime
LABEL org.opencontainers.image.title="deploy-token-rotator" \
      org.opencontainers.image.description="Rotates GitLab deploy tokens before they expire and keeps their values in AWS Secrets Manager." \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    ROTATION_POLICY=/etc/deploy-token-rotator/rotation.yaml
WORKDIR /app
COPY --from=dependencies /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
COPY package.json LICENSE ./
COPY config/rotation.schema.json config/
# A number, so that Kubernetes' runAsNonRoot can check it. Nothing is written, so the root file system may be read-only.
USER 65532:65532
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["run"]
