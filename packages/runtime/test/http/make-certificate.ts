import { generateKeyPairSync, sign } from "node:crypto";

/** A key and a certificate of its own signature, both PEM, for clients that do not ask whose it is. */
export function makeCertificate(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const validity = sequence(utcTime("200101000000Z"), utcTime("491231235959Z"));
  const [serial, nobody] = [der(0x02, Buffer.of(1)), sequence()];
  const key = publicKey.export({ type: "spki", format: "der" });
  const content = sequence(serial, ED25519, nobody, validity, nobody, key);
  const signature = der(0x03, Buffer.of(0), sign(null, content, privateKey));
  const cert = sequence(content, ED25519, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: `-----BEGIN CERTIFICATE-----\n${cert}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

/** A value of ASN.1 with its tag and length. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

/** The algorithm, by its number 1.3.101.112. */
const ED25519 = sequence(der(0x06, Buffer.of(0x2b, 0x65, 0x70)));
