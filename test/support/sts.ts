import { createServer } from "node:http";

const WHO = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/rotator/simulated</Arn><UserId>SIMULATED</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** As much of STS as `doctor` asks: who it is. */
export const startSts = async (): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/xml" }).end(WHO);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
