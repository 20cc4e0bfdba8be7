-- The words are looked at by the index and read again only to rank: they may lie out of line, and
-- uncompressed, so that counting reads nothing but narrow rows.
ALTER TABLE experts_searchdocument SET (toast_tuple_target = 128);
ALTER TABLE experts_searchdocument ALTER COLUMN lexemes SET STORAGE EXTERNAL;
ALTER TABLE experts_searchdocument ALTER COLUMN facets SET STORAGE MAIN;
