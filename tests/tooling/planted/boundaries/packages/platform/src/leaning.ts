import { startGateway } from "@yici/gateway"; // expect: gateway-and-platform-are-strangers

export const leaning = startGateway;
