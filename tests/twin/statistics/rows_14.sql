INSERT INTO multiranges SELECT int4multirange(int4range(i % 9, i % 9 + 2), int4range(20, 20 + i % 30)),
    datemultirange(daterange('2020-01-01', date '2020-01-01' + i % 100)) FROM generate_series(1, 4000) i;
