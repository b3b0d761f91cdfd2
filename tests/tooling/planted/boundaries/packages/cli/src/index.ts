import { startGateway } from "@yici/gateway";
import { answer } from "@yici/platform";

export const commands = [startGateway, answer];
