/** One way to send to somebody who has just confirmed. */
export interface SendCommand {
  readonly openid: string;
  readonly scene: number;
  /** Named when it is not where the command looks by itself. */
  readonly dataDir?: string | undefined;
}

/** The command line that sends a first message, ready to be pasted into a shell. */
export function renderSendCommand({ openid, scene, dataDir }: SendCommand): string {
  const data = dataDir === undefined ? "" : ` --data ${quote(dataDir)}`;
  // An openid may begin with a dash; joined by `=` it cannot be taken for an option.
  const to = openid.startsWith("-") ? `--to=${openid}` : `--to ${openid}`;
  return `npx yici send${data} ${to} --scene ${scene} --title 到货提醒 --content 您订的书到货了，请到前台领取。`;
}

function quote(text: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
