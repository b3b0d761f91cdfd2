import { attempt } from "../deliveries/attempt.ts"; // expect: gateway-flow-stands-on-its-foundation
import { listen } from "../http/listen.ts"; // expect: gateway-edges-are-edges

export const leaning = [attempt, listen];
