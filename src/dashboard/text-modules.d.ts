/** What pages load, as text: scripts/build-served.mjs makes it. */
declare module "*.txt" {
  const text: string;
  export default text;
}
