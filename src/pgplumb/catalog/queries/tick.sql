-- Signals that DDL may have happened, in one cheap statement whose cost does not grow with the schema.
-- Returns: per-catalog counters of changed rows (they may lag by ten seconds, and move for rolled-back work too), the
--          highest oid of catalogs (creates, at once), the latest change of state among sessions whose statement looks
--          like DDL (needs pg_read_all_stats or the same role), relations locked in strong modes.
--          Planning is the larger part: a highest oid by ORDER BY is planned faster than max(), and the function below
--          pg_stat_activity spares the two joins of the view.
-- Versions: 13 to 18. Cost: 0.5 ms.
SELECT ARRAY(SELECT pg_stat_get_tuples_inserted(o) + pg_stat_get_tuples_updated(o) + pg_stat_get_tuples_deleted(o)
               FROM unnest('{pg_class,pg_attribute,pg_attrdef,pg_index,pg_constraint,pg_policy,pg_trigger,pg_proc,pg_type,
                             pg_namespace,pg_inherits,pg_description,pg_enum,pg_rewrite,pg_sequence,pg_extension,
                             pg_statistic_ext,pg_publication,pg_publication_rel,pg_default_acl,pg_partitioned_table,
                             pg_foreign_table,pg_authid,pg_auth_members,pg_db_role_setting,pg_shdescription}'::regclass[])
                    WITH ORDINALITY AS t(o, n) ORDER BY n),
       ARRAY[(SELECT oid FROM pg_class ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_constraint ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_policy ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_trigger ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_proc ORDER BY 1 DESC LIMIT 1), (SELECT oid FROM pg_type ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_namespace ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_rewrite ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_attrdef ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_extension ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_publication ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_statistic_ext ORDER BY 1 DESC LIMIT 1),
             (SELECT oid FROM pg_roles ORDER BY 1 DESC LIMIT 1)]::oid[],
       (SELECT max(a.state_change) FROM pg_stat_get_activity(NULL) a
         WHERE a.pid <> pg_backend_pid() AND a.state IN ('idle', 'active')
           AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND a.query ~* '^\s*(create|alter|drop|comment|grant|revoke|reindex|cluster|refresh|commit|end|do|call|security)\M'),
       ARRAY(SELECT DISTINCT l.relation FROM pg_locks l
              WHERE l.mode = 'AccessExclusiveLock' AND l.relation >= 16384 AND l.pid IS DISTINCT FROM pg_backend_pid()
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1)
