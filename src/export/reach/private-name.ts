/**
 * Whether a host name, in lower case and without a trailing dot, is known to lead to a private network, to the machine
 * itself or to a cloud's metadata. Names cannot be resolved here, so this is a list, and no list of such names is whole.
 */
export function isPrivateName(name: string): boolean {
  const labels = name.split(".");
  return labels.some((_, from) => privateDomains.has(labels.slice(from).join(".")));
}

/** Special-use names (RFC 6761, 6762, 7686, 8375, 9476), and those that private networks use and the public DNS does not have. */
const localDomains = `
  localhost localdomain local localnet test example invalid onion alt arpa
  internal intranet private priv corp home lan workgroup mail router fritz.box
  consul svc docker kubernetes vpn`;

/** Metadata of clouds. Those of Google, AWS and Azure are under `internal` or have no domain. */
const metadataNames = `
  metadata.tencentyun.com metadata.exoscale.com metadata.packet.net metadata.platformequinix.com api.metadata.cloud.ibm.com`;

/** Public names that resolve to loopback, to the address that is written in them, or to one after another. */
const deceptiveDomains = `
  localtest.me lvh.me vcap.me lacolhost.com fuf.me local.gd localho.st localdev.me ulh.us smackaho.st yoogle.com beweb.com
  127-0-0-1.org.uk localhost.direct lndo.site ddev.site docksal.site localhost.localstack.cloud local.pcfdev.io
  nip.io sslip.io xip.io xip.name traefik.me ip6.name backname.io local-ip.co local-ip.sh local-ip.medicmobile.org plex.direct
  rbndr.us 1u.ms`;

/** Each with all that is under it. */
const privateDomains = new Set([localDomains, metadataNames, deceptiveDomains].flatMap((names) => names.trim().split(/\s+/)));
