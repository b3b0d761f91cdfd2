import { toString } from "qrcode";

/** A QR code of half blocks. `isColored` sets black on white whatever the terminal's own colours are. */
export async function renderQrCode(text: string, isColored: boolean): Promise<string> {
  const code = await toString(text, { type: "utf8", errorCorrectionLevel: "L", margin: 4 });
  const lines = code.split("\n").filter((line) => line !== "");
  return lines.map((line) => (isColored ? `\u001b[30;107m${line}\u001b[0m` : line)).join("\n");
}
