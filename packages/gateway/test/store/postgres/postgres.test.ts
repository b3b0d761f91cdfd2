import { testStore } from "../conformance.ts";
import { makePostgresPlace } from "./postgres-places.ts";

testStore({ name: "PostgreSQL", makePlace: () => makePostgresPlace() });
