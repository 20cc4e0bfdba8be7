"""The chains of the ledger as anybody can recompute them: what is broken, and what to keep of them.

Nothing here trusts the database's own functions: every hash, leg and balance is computed anew from
the rows, in one statement and therefore of one moment, so that it may run while others post.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import connection

from contracts.models import Contract, LedgerChain, LedgerTransaction

# The message is what contracts/migrations/ledger_chain.sql hashes, and docs/ledger.md describes.
VERIFY = r"""
WITH said AS (
  SELECT e.transaction_id, count(*) AS entries, bool_or(e.currency <> a.currency) AS is_foreign,
         string_agg(a.code || ' ' || e.amount, E'\n' ORDER BY a.code COLLATE "C") AS legs
    FROM ledger_entry e LEFT JOIN ledger_account a ON a.id = e.account_id
   GROUP BY e.transaction_id
), fact AS (
  SELECT t.id, t.idem_key, t.contract_id, t.position, t.previous, t.hash, t.legs AS its_legs,
         coalesce(c.public_id, 'the platform') AS chain,
         row_number() OVER place AS place, lag(t.hash) OVER place AS before,
         sha256(t.previous || convert_to(
           t.idem_key || E'\n' || t.kind || E'\n'
           || to_char(t.happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n'
           || coalesce(r.idem_key, '') || E'\n' || t.legs, 'UTF8')) AS content
    FROM ledger_transaction t
    LEFT JOIN contracts_contract c ON c.id = t.contract_id
    LEFT JOIN ledger_transaction r ON r.id = t.reverses_id
  WINDOW place AS (PARTITION BY t.contract_id ORDER BY t.position)
), posting AS (
  SELECT f.id, f.idem_key || ', number ' || f.position || ' of ' || f.chain AS what, CASE
      WHEN f.position <> f.place THEN 'what was posted before it is missing'
      WHEN f.previous <> coalesce(f.before, sha256(convert_to('ledger of ' || f.chain, 'UTF8')))
      THEN 'it does not follow what was posted before it'
      WHEN f.hash <> f.content THEN 'its hash is not that of its content'
      WHEN s.legs IS DISTINCT FROM f.its_legs THEN 'its entries are not what it says'
      WHEN s.is_foreign THEN 'an entry is in another currency than its account'
      WHEN EXISTS (SELECT FROM ledger_entry e WHERE e.transaction_id = f.id
                    GROUP BY e.currency HAVING sum(e.amount) <> 0) THEN 'it does not balance'
    END AS wrong
    FROM fact f LEFT JOIN said s ON s.transaction_id = f.id
), ran AS (
  SELECT e.id, e.transaction_id, e.account_id, e.balance_after,
         sum(e.amount) OVER (PARTITION BY e.account_id ORDER BY e.id) AS running
    FROM ledger_entry e
), account AS (
  SELECT a.id, a.code, CASE
      WHEN p.pot IS NULL OR (p.kind, p.may_overdraw) <> (a.kind, a.may_overdraw)
        OR right(a.code, 4) <> ':' || a.currency THEN 'it is not an account of the chart'
      WHEN NOT a.may_overdraw AND sign(a.balance) = CASE WHEN a.kind IN ('asset', 'expense')
        THEN -1 ELSE 1 END THEN 'it is below its floor'
      WHEN a.balance <> coalesce(
        (SELECT sum(e.amount) FROM ledger_entry e WHERE e.account_id = a.id), 0)
      THEN 'its balance is not the sum of its entries'
    END AS wrong
    FROM ledger_account a LEFT JOIN ledger_pot p ON p.pot = split_part(a.code, ':', 1)
)
SELECT what, wrong FROM (
  SELECT 1 AS rank, id, what, wrong FROM posting WHERE wrong IS NOT NULL
  UNION ALL
  SELECT 2, h.contract_id, 'the chain of ' || coalesce(c.public_id, 'the platform'),
         'its last posting is not the one it ends with'
    FROM ledger_chain h LEFT JOIN contracts_contract c ON c.id = h.contract_id
    LEFT JOIN (SELECT DISTINCT ON (contract_id) contract_id, position, hash FROM fact
                ORDER BY contract_id, position DESC) f
      ON coalesce(f.contract_id, 0) = h.contract_id
   WHERE (h.length, h.head) IS DISTINCT FROM (f.position, f.hash)
  UNION ALL
  SELECT 2, f.contract_id, 'the chain of ' || f.chain, 'nothing says where it ends'
    FROM fact f WHERE f.place = 1 AND NOT EXISTS (
      SELECT FROM ledger_chain h WHERE h.contract_id = coalesce(f.contract_id, 0))
  UNION ALL
  SELECT 3, e.id, 'entry ' || e.id, 'its posting is missing'
    FROM ledger_entry e WHERE NOT EXISTS (
      SELECT FROM ledger_transaction t WHERE t.id = e.transaction_id)
  UNION ALL
  SELECT 4, id, code, wrong FROM account WHERE wrong IS NOT NULL
  UNION ALL
  (SELECT DISTINCT ON (ran.account_id) 5, ran.id, 'entry ' || ran.id || ' of ' || t.idem_key,
          'the balance it leaves is not that of the entries up to it'
     FROM ran JOIN ledger_transaction t ON t.id = ran.transaction_id
    WHERE ran.balance_after <> ran.running ORDER BY ran.account_id, ran.id)
) broken ORDER BY rank, id
"""
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
HEADS = """
SELECT coalesce(c.public_id, 'the platform'), h.length, encode(h.head, 'hex')
  FROM ledger_chain h LEFT JOIN contracts_contract c ON c.id = h.contract_id ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stood: how many postings it had, and the hash of the last, in hex."""

    length: int
    hash: str


def broken() -> list[str]:
    """Return a sentence for every row that is not as it was posted, the first one first."""
    with connection.cursor() as cursor:
        cursor.execute(VERIFY)
        return [f"{what}: {wrong}" for what, wrong in cursor.fetchall()]


def heads() -> dict[str, Head]:
    """Return where every chain stands, by the contract's public id."""
    with connection.cursor() as cursor:
        cursor.execute(HEADS)
        return {chain: Head(length, head) for chain, length, head in cursor.fetchall()}


def head(contract: Contract) -> Head | None:
    """Return where a contract's chain stands, if it has one yet."""
    row = LedgerChain.objects.filter(contract_id=contract.pk).first()
    return Head(row.length, bytes(row.head).hex()) if row else None


def export(contract: Contract) -> dict[str, Any]:
    """Return a contract's chain as `static/verify_ledger.py` reads it."""
    facts = contract.ledger_transactions.select_related("reverses").order_by("position")
    rows = [
        {
            "key": fact.idem_key,
            "kind": fact.kind,
            "moment": fact.happened_at.astimezone(UTC).strftime(MOMENT),
            "reverses": fact.reverses.idem_key if fact.reverses else "",
            "legs": fact.legs.splitlines(),
            "hash": bytes(fact.hash).hex(),
        }
        for fact in facts
    ]
    return {"ledger": contract.public_id, "postings": rows}


def rewritten(kept: Mapping[str, Head]) -> Iterator[str]:
    """Hold heads that were kept elsewhere against what is there: a whole chain can be forged."""
    for chain, head in kept.items():
        facts = LedgerTransaction.objects.filter(position=head.length)
        facts = (
            facts.filter(contract=None)
            if chain == "the platform"
            else facts.filter(contract__public_id=chain)
        )
        there = facts.values_list("hash", flat=True).first()
        if there is None or bytes(there).hex() != head.hash:
            yield f"the chain of {chain}: posting {head.length} is not the one that was kept"
