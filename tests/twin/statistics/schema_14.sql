CREATE TABLE multiranges (i int4multirange, d datemultirange);
CREATE INDEX ON multiranges USING gist ((i + int4multirange(int4range(1, 2))));
CREATE STATISTICS one_expression ON (id % 10) FROM plain;
CREATE STATISTICS expressions ON d, (id % 10), upper(nm::text) FROM plain;
CREATE STATISTICS expressions_alone ON (upper(ci)), (m::text || 'x') FROM texts;
