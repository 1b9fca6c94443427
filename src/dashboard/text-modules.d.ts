/** A module of src/client/, as text: scripts/client-bundle.mjs makes it. */
declare module "*.txt" {
  const text: string;
  export default text;
}
