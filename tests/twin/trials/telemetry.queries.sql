SELECT * FROM readings.raw WHERE device = 77 AND at >= '2024-03-01' AND at < '2024-03-10' ORDER BY at DESC
SELECT * FROM readings.raw WHERE device = $1 AND at >= $2 ORDER BY at DESC LIMIT 50
SELECT count(*) FROM readings.raw WHERE at >= '2024-02-10' AND at < '2024-02-12'
SELECT metric, avg(value) FROM readings.raw WHERE at >= '2024-05-01' GROUP BY metric
SELECT device, metric, count(*) FROM readings.raw GROUP BY device, metric
SELECT device, max(at) FROM readings.raw GROUP BY device
SELECT max(at) FROM readings.raw
SELECT * FROM readings.raw WHERE NOT ok AND metric = 'rssi'
SELECT * FROM readings.raw WHERE extra ->> 'err' = '3' AND extra IS NOT NULL
SELECT * FROM readings.raw WHERE at = '2024-07-15 12:00' AND device = 9
SELECT * FROM readings.raw WHERE at > '2024-08-05' ORDER BY at LIMIT 10
SELECT count(*) FROM readings.raw WHERE at > '2024-08-10' AND device = 7
SELECT * FROM readings.raw_2024_07 WHERE device = 5
SELECT * FROM "Cold Store"."Früher 2023" WHERE device = 31
SELECT date_trunc('day', at), avg(value) FROM readings.raw WHERE device BETWEEN 1 AND 40 GROUP BY 1 ORDER BY 1
SELECT * FROM readings.raw ORDER BY at DESC LIMIT 20
SELECT d.serial, count(*) FROM fleet.devices d JOIN readings.raw r ON r.device = d.id WHERE d.state = 'lost' GROUP BY d.serial
SELECT s.region, d.vendor, avg(r.value) FROM fleet.sites s JOIN fleet.devices d ON d.site = s.id JOIN readings.raw r ON r.device = d.id WHERE s.country = 'FR' AND r.at >= '2024-06-01' GROUP BY 1, 2
SELECT * FROM readings.good WHERE device = 12 AND at > '2024-04-01'
SELECT model, count(*) FROM readings.good GROUP BY model
SELECT * FROM readings.of_device(44) WHERE metric = 'temp'
SELECT d.id, readings.avg_of(d.id, 'temp') FROM fleet.devices d WHERE d.model = 'model 7'
SELECT c.kind, count(a.id) FROM fleet.commands c LEFT JOIN fleet.acks a USING (id, device) GROUP BY c.kind
SELECT * FROM fleet.commands c JOIN fleet.acks a ON a.id = c.id AND a.device = c.device WHERE c.sent > '2024-05-09'
SELECT * FROM fleet.commands WHERE device = 345 AND id = 345
SELECT * FROM fleet.commands WHERE sent BETWEEN '2024-05-02' AND '2024-05-02 01:00'
SELECT c.device, l.took FROM fleet.commands c, LATERAL (SELECT took FROM fleet.acks a WHERE a.device = c.device ORDER BY took DESC LIMIT 1) l WHERE c.kind = 'k3' AND c.sent > '2024-05-10'
SELECT * FROM fleet.alerts WHERE level = 'red' AND device = 13
SELECT level, count(*) FROM fleet.alerts GROUP BY level
SELECT * FROM fleet.alerts WHERE device = 13
SELECT * FROM fleet.asset WHERE id = 9500
SELECT count(*) FROM fleet.asset WHERE bought > '2022-02-01'
SELECT * FROM ONLY fleet.asset WHERE id BETWEEN 10 AND 30
SELECT a.id, t.plate FROM fleet.asset a JOIN fleet.truck t USING (id) WHERE a.bought = '2022-01-05'
SELECT bought, count(*) FROM fleet.asset GROUP BY bought
SELECT * FROM fleet.devices WHERE spec @> '{"radio": "lora", "fw": 3}'
SELECT * FROM fleet.devices WHERE spec ? 'radio' AND spec -> 'opts' ? 'b7'
SELECT * FROM fleet.devices WHERE sensors @> ARRAY[3, 14]
SELECT * FROM fleet.devices WHERE sensors && ARRAY[99]
SELECT * FROM fleet.devices WHERE 50 = ANY (sensors)
SELECT * FROM fleet.devices WHERE labels @> 'ring=>beta'
SELECT * FROM fleet.devices WHERE span @> timestamptz '2021-05-05'
SELECT * FROM fleet.devices WHERE span && tstzrange('2020-01-02', '2020-01-03')
SELECT * FROM fleet.devices WHERE upper(span) < '2022-02-01'
SELECT * FROM fleet.devices ORDER BY at <-> point(10, 10) LIMIT 5
SELECT * FROM fleet.devices WHERE path <@ 'top.r3'
SELECT * FROM fleet.devices WHERE addr << inet '10.0.7.0/24'
SELECT serial FROM fleet.devices WHERE site = 4
SELECT count(*) FROM fleet.devices WHERE spec ->> 'radio' = 'wifi' AND state = 'busy'
SELECT spec ->> 'radio', spec ->> 'fw', vendor, count(*) FROM fleet.devices GROUP BY 1, 2, 3
SELECT * FROM fleet.devices WHERE model = 'model 7' AND vendor = 'vendor 0'
SELECT * FROM fleet.devices WHERE model = 'model 7' AND vendor = 'vendor 5'
SELECT site, model, count(*) FROM fleet.devices GROUP BY site, model
SELECT * FROM fleet.devices WHERE state = 'lost' AND model = 'model 3' ORDER BY id LIMIT 4
SELECT * FROM fleet.sites WHERE region = 'r1' AND country = 'FR'
SELECT * FROM readings.daily WHERE day = '2024-03-03'
SELECT * FROM readings.daily WHERE device = 17 AND day >= '2024-05-01'
SELECT d.device, d.day, r.value FROM readings.daily d JOIN readings.raw r ON r.device = d.device AND r.at::date = d.day WHERE d.hi > 20.9
SELECT * FROM readings.wide WHERE c4 = 77
SELECT c1, c2, c3, c5, count(*) FROM readings.wide GROUP BY 1, 2, 3, 4
SELECT count(*) FROM readings.wide WHERE c1 = 3 AND c2 = 6 AND c5 = 'x3' AND c4 % 10 = 3
SELECT * FROM readings.wide WHERE md5(doc) = 'abc'
SELECT device, at, value, avg(value) OVER w FROM readings.raw WHERE metric = 'volt' AND at >= '2024-06-20' WINDOW w AS (PARTITION BY device ORDER BY at ROWS 5 PRECEDING)
SELECT device FROM readings.raw WHERE at > '2024-08-01' INTERSECT SELECT device FROM fleet.alerts
SELECT id FROM fleet.devices EXCEPT SELECT device FROM fleet.commands
SELECT s.name, d.serial, r.metric, c.kind, a.took, al.level FROM fleet.sites s JOIN fleet.devices d ON d.site = s.id JOIN readings.raw r ON r.device = d.id JOIN fleet.commands c ON c.device = d.id JOIN fleet.acks a ON a.device = c.device AND a.id = c.id LEFT JOIN fleet.alerts al ON al.device = d.id WHERE s.id = 7 AND r.at > '2024-06-15'
SELECT region, country, GROUPING(country), count(*) FROM fleet.sites GROUP BY CUBE (region, country)
UPDATE readings.raw SET ok = false WHERE device = 88 AND at >= '2024-04-01'
DELETE FROM readings.raw WHERE at < '2023-12-01'
UPDATE fleet.asset SET name = 'x' WHERE id = 9500
MERGE INTO readings.daily t USING (SELECT device, at::date AS day, avg(value) AS m FROM readings.raw WHERE at >= '2024-05-30' GROUP BY 1, 2) s ON t.device = s.device AND t.day = s.day WHEN MATCHED THEN UPDATE SET mean = s.m WHEN NOT MATCHED THEN INSERT (device, day, mean) VALUES (s.device, s.day, s.m)
SELECT * FROM readings.raw TABLESAMPLE SYSTEM (1) WHERE metric = 'temp'
SELECT * FROM (VALUES (1), (2), (3)) v (d) JOIN readings.raw r ON r.device = v.d WHERE r.at > '2024-07-20'
