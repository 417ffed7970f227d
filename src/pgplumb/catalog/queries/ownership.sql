-- What belongs to an extension or to a column.
-- Returns: object (a relation), kind of dependency (e extension, a auto, i internal), owner's name for an extension,
--          owning table and column number for a sequence.
-- Versions: 13 to 18. Cost: one scan of pg_depend restricted to relations.
SELECT d.objid, d.deptype, e.extname, CASE WHEN d.deptype <> 'e' THEN d.refobjid END, d.refobjsubid
  FROM pg_depend d
  LEFT JOIN pg_extension e ON d.deptype = 'e' AND e.oid = d.refobjid
 WHERE d.classid = 'pg_class'::regclass AND d.objid >= 16384 AND d.objsubid = 0
   AND (d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
        OR d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
           AND EXISTS (SELECT FROM pg_sequence s WHERE s.seqrelid = d.objid))
       {only d.objid}
