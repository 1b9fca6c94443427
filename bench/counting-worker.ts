import { type EncodingName, loadCounter } from "../src/enrich/counter/counters";

/** Counts what is posted to /<encoding>, so that a bench can see what the first count of an encoding takes in workerd. */
export default {
  async fetch(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    if (!isEncoding(name)) return new Response("");
    const counter = await loadCounter(name);
    return new Response(String(counter.count(await request.text())));
  },
};

function isEncoding(name: string): name is EncodingName {
  return name === "o200k_base" || name === "cl100k_base";
}
