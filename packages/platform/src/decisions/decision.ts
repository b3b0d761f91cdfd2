import type { BilingualText } from "@yici/protocol";

/** What became of a person's answer to an authorize link. */
export type Decision =
  | {
      readonly kind: "redirected";
      /** Where the person's browser is sent. */
      readonly location: string;
    }
  | RefusedLink;

/** The link did not pass the confirm page's checks; nobody was asked and nothing is redirected. */
export interface RefusedLink {
  readonly kind: "refused";
  /** Name of the check that failed. */
  readonly check: string;
  /** What WeChat shows. */
  readonly pageText: string;
  /** What WeChat does not say: the likely cause. */
  readonly hint: BilingualText;
}
