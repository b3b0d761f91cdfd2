import { generateKeyPairSync } from "node:crypto";
import { isIP } from "node:net";
import type { EpochMs, World } from "@yici/runtime";
import forge from "node-forge";

/** A certificate with its private key, both PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate authority of its own, good for ten years. */
export function issueAuthority(world: Pick<World, "now" | "randomBytes">): Certified {
  const key = makeKey();
  const certificate = prepare(world, key, AUTHORITY_DAYS);
  certificate.setSubject(AUTHORITY_NAME);
  certificate.setIssuer(AUTHORITY_NAME);
  certificate.setExtensions([
    { name: "basicConstraints", critical: true, cA: true, pathLenConstraint: 0 },
    { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
    { name: "subjectKeyIdentifier" },
  ]);
  return finish(certificate, key, key);
}

/** Issues a certificate for hosts and addresses, good for as long as clients accept one. */
export function issueForHosts(
  authority: Certified,
  hosts: readonly string[],
  world: Pick<World, "now" | "randomBytes">,
): Certified {
  const issuer = forge.pki.certificateFromPem(authority.cert);
  const key = makeKey();
  const certificate = prepare(world, key, HOSTS_DAYS);
  certificate.setSubject([{ name: "commonName", value: hosts[0] ?? "" }]);
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: "basicConstraints", critical: true, cA: false },
    { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames: hosts.map(nameHost) },
    { name: "subjectKeyIdentifier" },
    {
      name: "authorityKeyIdentifier",
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
  ]);
  return finish(certificate, key, authority.key);
}

/** When a certificate ends. */
export function readEnd(cert: string): EpochMs {
  return forge.pki.certificateFromPem(cert).validity.notAfter.getTime();
}

const AUTHORITY_NAME = [{ name: "commonName", value: "yici platform, for tests only" }];
const AUTHORITY_DAYS = 3_650;
/** Browsers refuse certificates that last longer. */
const HOSTS_DAYS = 397;
const DAY_MS = 86_400_000;

/** OpenSSL's generator: the one piece of chance that the world has no door for. */
function makeKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return privateKey.export({ type: "pkcs1", format: "pem" });
}

function prepare(
  world: Pick<World, "now" | "randomBytes">,
  key: string,
  days: number,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  const { n, e } = forge.pki.privateKeyFromPem(key);
  certificate.publicKey = forge.pki.setRsaPublicKey(n, e);
  // A number that begins with 0 is positive, whatever follows.
  certificate.serialNumber = `0${world.randomBytes(16).toString("hex").slice(1)}`;
  // Clocks of two machines differ.
  certificate.validity.notBefore = new Date(world.now() - DAY_MS);
  certificate.validity.notAfter = new Date(world.now() + days * DAY_MS);
  return certificate;
}

function nameHost(host: string): { readonly type: number; readonly [kind: string]: unknown } {
  return isIP(host) === 0 ? { type: DNS_NAME, value: host } : { type: IP_ADDRESS, ip: host };
}

/** Kinds of names in RFC 5280, section 4.2.1.6. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

function finish(certificate: forge.pki.Certificate, key: string, issuerKey: string): Certified {
  certificate.sign(forge.pki.privateKeyFromPem(issuerKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key };
}
