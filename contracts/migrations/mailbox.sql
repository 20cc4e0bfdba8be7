-- Which mailbox an address leads to: letters are letters, what follows a plus is the reader's own
-- (RFC 5233), and Gmail leaves dots out (support.google.com/mail/answer/7436150).
CREATE FUNCTION contracts_mailbox(address text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN host IN ('gmail.com', 'googlemail.com')
    THEN replace(name, '.', '') || '@gmail.com' ELSE name || '@' || host END
  FROM (SELECT split_part(split_part(lower(address), '@', 1), '+', 1) AS name,
               split_part(lower(address), '@', 2) AS host) AS parts
$$;
