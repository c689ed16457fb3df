"""I4, I9, I11, I14: what phones keep, what readers see, what receipts prove, what logs say."""

import hashlib
import hmac

from tests.faults.invariants.evidence import TAKEN, Evidence, Finding


async def saved_is_somewhere(evidence: Evidence) -> Finding:
    """I4"""
    found = Finding()
    stored = {str(row["id"]) for row in await evidence.rows(TAKEN)}
    for kind, id_ in evidence.saved:
        somewhere = (kind, id_) in evidence.held or id_ in stored
        found.look(somewhere, f"{kind} {id_} was saved on a phone and is nowhere")
    return found


async def nothing_foreign_is_read(evidence: Evidence) -> Finding:
    """I9"""
    found = Finding()
    for reader, body in evidence.bodies:
        seen = [canary for canary in evidence.foreign.get(reader, ()) if canary in body]
        found.look(not seen, f"{reader} was shown {', '.join(seen)}")
    return found


async def receipts_verify(evidence: Evidence) -> Finding:
    """I11, the MAC computed here with nothing of the program's"""
    found = Finding()
    for ack in evidence.acks:
        moment = ack.received_at.replace("Z", "+00:00")
        text = "|".join((ack.id, ack.sha256, str(ack.seq), moment))
        expected = hmac.new(evidence.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        found.look(hmac.compare_digest(expected, ack.mac), f"receipt {ack.id} does not verify")
    return found


async def logs_are_clean(evidence: Evidence) -> Finding:
    """I14"""
    found = Finding()
    for path in evidence.logs:
        text = path.read_text(errors="replace") if path.exists() else ""
        seen = [secret[:4] + "…" for secret in evidence.secrets if secret in text]
        found.look(not seen, f"{path.name} contains {', '.join(seen)}")
    return found
