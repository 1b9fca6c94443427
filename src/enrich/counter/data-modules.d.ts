/** A file that the Worker carries as it is: see the rules of wrangler.toml. */
declare module "*.bin" {
  const bytes: ArrayBuffer;
  export default bytes;
}
