import { type EncodingName, loadCounter } from "../src/enrich/counter/counters";

/** Counts what is posted to /<encoding>, so that a bench can see what the first count of an encoding takes in workerd. */
export default {
  async fetch(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "nothing") return new Response("");
    const counter = await loadCounter(name as EncodingName);
    return new Response(String(counter.count(await request.text())));
  },
};
