import { issueLink } from "../links/issue-link.ts";

export const listen = issueLink;
