import postgres from "postgres";

/** One part of a dump: a query that answers one text in each row. */
const PARTS: readonly string[] = [
  `SELECT format(E'CREATE TABLE %I (\\n%s\\n)%s;', c.relname,
     (SELECT string_agg(format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE "C"' ELSE '' END,
        CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), E',\\n' ORDER BY a.attnum)
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
     CASE WHEN c.reloptions IS NULL THEN '' ELSE format(' WITH (%s)', array_to_string(c.reloptions, ', ')) END) AS text
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname`,
  `SELECT format('ALTER TABLE %I ADD %s;', conrelid::regclass, pg_get_constraintdef(oid)) AS text
   FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u')
   ORDER BY conrelid::regclass::text, contype, conname`,
  `SELECT format('%s;', replace(pg_get_indexdef(i.indexrelid), 'public.', '')) AS text
   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
   WHERE c.relnamespace = 'public'::regnamespace
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
   ORDER BY c.relname`,
  `SELECT format('%s;', replace(rtrim(pg_get_functiondef(p.oid), E'\\n'), 'public.', '')) AS text
   FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace ORDER BY p.proname`,
];

/** The schema of a database as its catalogue has it: tables, keys, indexes, functions, in the order of their names. */
export async function dumpSchema(url: string): Promise<string> {
  const sql = postgres(url, { max: 1 });
  try {
    const texts: string[] = [];
    for (const part of PARTS) {
      texts.push(...(await sql.unsafe(part)).map(({ text }) => String(text)));
    }
    return `${texts.join("\n\n")}\n`;
  } finally {
    await sql.end();
  }
}
