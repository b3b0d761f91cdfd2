import { testStore } from "../conformance.ts";
import { makePostgresPlace } from "./postgres-places.ts";

testStore({
  name: "PostgreSQL",
  isShared: true,
  historyCount: 50,
  makePlace: () => makePostgresPlace(),
});
