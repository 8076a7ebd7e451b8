/** The bare client that ours is held against: the same requests over undici's Pool, and nothing else. */
import { Pool } from "undici";

const { GITLAB_BASE_URL = "", GITLAB_TOKEN = "" } = process.env;
const [, , what = "", concurrencyText = "8", firstText = "0", countText = "0"] = process.argv;
const concurrency = Number(concurrencyText);
const pool = new Pool(GITLAB_BASE_URL, { connections: concurrency });
const headers = { "PRIVATE-TOKEN": GITLAB_TOKEN };

const get = async (path: string): Promise<void> => {
  const { statusCode, body } = await pool.request({ method: "GET", path: `/api/v4${path}`, headers });
  await body.text();
  if (statusCode !== 200) throw new Error(`GET ${path}: ${statusCode}`);
};

const BELOW =
  "include_subgroups=true&with_shared=false&archived=false&order_by=id&sort=asc&simple=true&per_page=100";

/** Each is known beforehand, so that nothing waits for another's answer. */
function* lists(): Generator<string> {
  yield "/groups/estate?with_projects=false";
  const pages = Math.ceil(Number(countText) / 100);
  for (let page = 1; page <= pages; page += 1) yield `/groups/7/projects?${BELOW}&page=${page}`;
  for (let index = 0; index < Number(countText); index += 1)
    yield `/projects/${Number(firstText) + index}/deploy_tokens?page=1&per_page=100`;
  yield "/personal_access_tokens/self";
}

function* instance(): Generator<string> {
  const pages = Math.ceil(Number(countText) / 100);
  for (let page = 1; page <= pages; page += 1) yield `/deploy_tokens?page=${page}&per_page=100`;
}

const paths = what === "instance" ? instance() : lists();
const loop = async (): Promise<void> => {
  for (const path of paths) await get(path);
};
await Promise.all(Array.from({ length: concurrency }, loop));
await pool.close();
